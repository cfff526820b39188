import pytest
from django.contrib.auth.models import Group
from django.test import Client

from tests.conftest import signed_in


@pytest.fixture
def manager(db) -> Client:
    """A browser in which somebody who runs events has signed in."""
    client = signed_in("manager")
    client.user.groups.add(Group.objects.get(name="Event manager"))
    return client
