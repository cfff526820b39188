"""/healthz says within five seconds whether the database answers, whatever state that is in."""

import os
import signal
import socket
import threading
import time

import pytest
from django.db import connection
from django.test import Client


@pytest.fixture
def silent_database():
    """A server that takes connections and never says anything, as one that is frozen does."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


def answer() -> tuple[int, float]:
    started = time.monotonic()
    status = Client().get("/healthz").status_code
    return status, time.monotonic() - started


@pytest.mark.django_db
def test_a_server_that_takes_the_connection_and_says_nothing_is_a_503(monkeypatch, silent_database):
    settings = connection.settings_dict
    monkeypatch.setitem(settings, "HOST", "127.0.0.1")
    monkeypatch.setitem(settings, "PORT", silent_database)
    status, seconds = answer()
    assert status == 503
    assert seconds < 5


@pytest.mark.django_db
def test_a_frozen_kept_connection_does_not_hold_it_up():
    """Only this test's own backend stands still; a new connection tells that the rest lives."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        (backend,) = cursor.fetchone()
    try:
        os.kill(backend, signal.SIGSTOP)
    except OSError:
        pytest.skip("the database is another user's, or on another machine")
    # Should /healthz wait for it all the same, the test ends.
    timer = threading.Timer(15, os.kill, (backend, signal.SIGCONT))
    timer.start()
    try:
        status, seconds = answer()
    finally:
        timer.cancel()
        os.kill(backend, signal.SIGCONT)
    assert status == 200
    assert seconds < 5


@pytest.mark.django_db
def test_a_server_that_freezes_after_the_connection_is_a_503(monkeypatch):
    """As behind a pooler: it lets us in, and the database behind it does not answer."""
    monkeypatch.setattr("competencyworks.core.postgresql.asking.QUERY", "SELECT pg_sleep(20)")
    status, seconds = answer()
    assert status == 503
    assert seconds < 5
