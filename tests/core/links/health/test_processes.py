"""Several workers at once, and workers that die: with processes of their own."""

import os
import signal
import subprocess
import sys
import threading
import time
from itertools import pairwise
from pathlib import Path

import pytest
from django.db import connection

from competencyworks.core.links import checking
from competencyworks.core.models import OutsideAddress, OutsideHost
from tests import factories
from tests.core.links.health.conftest import cite
from tests.core.web import response

pytestmark = pytest.mark.django_db(transaction=True)
ROOT = Path(__file__).resolve().parents[4]
PAUSE = 20  # milliseconds


@pytest.fixture
def start(settings):
    """Starts `manage.py check_links` beside the test, and ends it."""
    running = []

    def start(*options: str) -> subprocess.Popen:
        environment = {
            "TEST_DATABASE": connection.settings_dict["NAME"],
            "TEST_HOSTS": ",".join(settings.FETCH_ALLOWED_HOSTS),
            "TEST_PAUSE": str(PAUSE),
        }
        command = [sys.executable, "-m", "tests.core.links.health.checking_process", *options]
        running.append(
            subprocess.Popen(
                command,
                cwd=ROOT,
                env=os.environ | environment,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
            )
        )
        return running[-1]

    yield start
    for process in running:
        process.kill()
        process.wait()


def test_a_host_is_never_asked_by_two_at_once_and_rests_between(site, start):
    spans, lock = {}, threading.Lock()

    def slow(name):
        def answer(connection):
            began = time.monotonic()
            threading.Event().wait(0.02)
            connection.sendall(response(b"fine"))
            with lock:
                spans[name].append((began, time.monotonic()))

        return answer

    for name in ("one", "two"):
        spans[name] = []
        host = site({f"/{n}": slow(name) for n in range(12)} | {"/robots.txt": slow(name)})
        for n in range(12):
            cite(f"{host.url}/{n}")
    workers = [start(), start()]
    told = [worker.communicate(timeout=60)[0] for worker in workers]
    assert [worker.returncode for worker in workers] == [0, 0], told
    assert OutsideAddress.objects.filter(health="alive").count() == 24
    assert all("addresses checked" in text and "\n0 " not in text for text in told)
    for asked in spans.values():
        assert len(asked) == 13  # each address once, and the rules once
        for (_, end), (begin, _) in pairwise(sorted(asked)):
            assert begin - end > PAUSE / 1000 * 0.9
    # Both took part, and the two hosts were asked side by side.
    counts = [int(text.split(" ", 1)[0].rpartition("\n")[2]) for text in told]
    assert sum(counts) == 24
    assert min(counts) > 0


def test_what_a_killed_worker_had_claimed_comes_back(site, start):
    asked, go_on = threading.Event(), threading.Event()

    def never(connection):
        asked.set()
        go_on.wait(20)

    host = site({"/a": never})
    row = cite(f"{host.url}/a")
    other = cite(f"{host.url}/b")
    worker = start()
    assert asked.wait(20)
    # The host is being asked: nobody else may, whether for this address or for another.
    assert checking.claim() is None
    worker.send_signal(signal.SIGKILL)
    worker.wait()
    go_on.set()
    row.refresh_from_db()
    assert row.claimed_until is not None
    assert (row.health, row.checked_at) == ("unchecked", None)
    assert checking.claim() is None
    # The lease ends; the lock of the host went with the worker's connection.
    OutsideAddress.objects.filter(pk=row.pk).update(claimed_until=factories.ago(seconds=1))
    host.answers["/a"] = response(b"fine")
    again = checking.claim()
    assert again == row
    assert checking.check(again).health == "alive"
    assert checking.claim() == other


def test_a_run_that_is_stopped_goes_on_where_it_was(site, start):
    asked, go_on = threading.Event(), threading.Event()

    def slow(connection):
        asked.set()
        go_on.wait(20)

    host = site({"/a": response(b"fine"), "/b": slow, "/c": response(b"fine")})
    rows = [cite(f"{host.url}/{name}") for name in "abc"]
    first = start()
    assert asked.wait(20)
    first.send_signal(signal.SIGINT)
    told, _ = first.communicate(timeout=60)
    assert first.returncode == 130, told
    assert "1 addresses checked." in told
    assert "2 are still due" in told
    assert not OutsideAddress.objects.exclude(claimed_until=None).exists()
    go_on.set()
    host.answers["/b"] = response(b"fine")
    OutsideHost.objects.update(free_at=factories.ago(seconds=1))
    second = start()
    told, _ = second.communicate(timeout=30)
    assert second.returncode == 0, told
    assert "2 addresses checked." in told
    assert host.asked == ["/robots.txt", "/a", "/b", "/b", "/c"]
    assert {row.health for row in OutsideAddress.objects.all()} == {"alive"}
    assert len(rows) == 3
