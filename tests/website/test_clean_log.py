"""Two hundred odd requests to a server as production runs it: no fault, and a clean log."""

import os
import re
import socket
import subprocess
import sys
import time

import pytest
from django.db import connection

from tests.production import ROOT

from .odd_requests import TOKEN, all_requests

pytestmark = pytest.mark.django_db(transaction=True)
RECORD = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z (INFO|WARNING|ERROR) [\w.]+ ")
OF_THE_SERVER = re.compile(r"\[(INFO|WARNING)\] [\w ,.:/()-]+")


def send(port: int, content: bytes) -> bytes:
    with socket.create_connection(("127.0.0.1", port), timeout=30) as door:
        door.sendall(content)
        answer = b""
        while piece := door.recv(65536):
            answer += piece
    return answer


@pytest.fixture
def site(tmp_path):
    """A granian of its own on the database of the test; its port, and its log."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    log = tmp_path / "log"
    (tmp_path / "static").mkdir()
    place = connection.settings_dict
    host = place["HOST"].replace("/", "%2F")
    url = f"postgresql://{place['USER']}@{host}:{place['PORT']}/{place['NAME']}"
    with log.open("w") as stream:
        server = subprocess.Popen(
            [
                sys.executable, "-m", "granian", "--interface=wsgi", "--host=127.0.0.1",
                f"--port={port}", "--blocking-threads=2", "--no-ws",
                "competencyworks.wsgi:application",
            ],
            cwd=ROOT,
            env={
                "PATH": os.environ["PATH"],
                "CW_MODE": "test",
                "CW_VAR": str(tmp_path),
                "SITE_URL": f"http://127.0.0.1:{port}",
                "DATABASE_URL": url,
            },
            stdout=stream,
            stderr=subprocess.STDOUT,
        )  # fmt: skip
    try:
        deadline = time.monotonic() + 60
        while True:
            try:
                send(port, b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
                break
            except OSError:
                assert time.monotonic() < deadline, log.read_text()
                time.sleep(0.1)
        yield port, log
    finally:
        server.terminate()
        server.wait(20)


def test_leave_no_fault_no_token_and_no_line_of_their_own(site):
    port, log = site
    sent = all_requests()
    assert len(sent) > 200
    answers = [send(port, each) for each in sent]
    statuses = [int(each.split(b" ", 2)[1]) for each in answers if each]
    assert not [
        (what[:200], answer[:80])
        for what, answer in zip(sent, answers, strict=True)
        if answer and int(answer.split(b" ", 2)[1]) >= 500
    ]
    assert len(statuses) > 200
    text = log.read_text()
    lines = text.splitlines()
    strangers = [line for line in lines if not RECORD.match(line)]
    assert not [line for line in strangers if not OF_THE_SERVER.fullmatch(line)]
    assert not [line for line in lines if line.startswith("2026-01-01T00")]
    assert "Traceback" not in text
    assert TOKEN not in text
    assert "evil.example" not in text
    # One line a request, as each that reached Django has its id.
    ids = re.findall(r"^\S+ INFO competencyworks\.request id=(\w+) ", text, re.MULTILINE)
    assert len(ids) == len(set(ids))
