import pytest
from django.contrib.auth.models import Group
from django.test import Client

from events.video_service import zoom
from tests.conftest import signed_in
from tests.events.zoom_server import ZoomServer


@pytest.fixture
def manager(db) -> Client:
    """A browser in which somebody who runs events has signed in."""
    client = signed_in("manager")
    client.user.groups.add(Group.objects.get(name="Event manager"))
    return client


@pytest.fixture
def service(settings):
    """The video service, set up, and speaking on this machine."""
    server = ZoomServer()
    for name, value in server.settings.items():
        setattr(settings, name, value)
    zoom._tokens.clear()
    yield server
    server.close()
