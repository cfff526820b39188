"""A worker killed while it speaks with the video service loses no place, and makes none twice."""

import os
import signal
import subprocess
import sys

import pytest
from django.db import connection
from django.utils import timezone

from events.models import VideoPlace
from events.registration import cancel
from events.video_service import places
from tests.events import factories
from tests.events.zoom_server import ZoomServer

PROGRAM = """
import os
os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
import django
from django.conf import settings
settings.DATABASES["default"]["NAME"] = {database!r}
for name, value in {settings!r}.items():
    setattr(settings, name, value)
django.setup()
from events.video_service import places
places.work()
"""


def killed_while_it_waits(service: ZoomServer) -> None:
    """A process works, and is killed once the service has acted and holds its answer back."""
    service.waits.clear()
    service.scripted.append(30)
    database = connection.settings_dict["NAME"]
    program = PROGRAM.format(database=database, settings=service.settings)
    worker = subprocess.Popen([sys.executable, "-c", program])
    try:
        assert service.waits.wait(60)
    finally:
        os.kill(worker.pid, signal.SIGKILL)
        worker.wait()


@pytest.mark.django_db(transaction=True)
def test_a_worker_killed_between_the_call_and_the_note(service):
    event = factories.event(video_meeting="123456789")
    row = factories.registered(event)
    killed_while_it_waits(service)
    assert service.emails() == [row.email]
    assert places.own_address(row) == ""
    places.work()
    assert len(service.asked) == 1  # its lease holds
    VideoPlace.objects.update(leased_until=timezone.now())
    places.work()
    assert service.made == 1
    assert places.own_address(row)

    cancel(row)
    killed_while_it_waits(service)
    VideoPlace.objects.update(leased_until=timezone.now())
    places.work()
    assert service.emails() == []
    assert not VideoPlace.objects.exists()
    assert service.calls() == ["POST", "POST", "DELETE", "DELETE"]
