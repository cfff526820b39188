"""What only the server itself shows: faults while it sends, and names of headers."""

import os
import re
import socket
import subprocess
import sys
import time

import pytest

from tests.production import ROOT

# The site, whose /healthz breaks off in the middle, and tells what the server made of a header.
PROGRAM = """
import os
os.environ["DJANGO_SETTINGS_MODULE"] = "competencyworks.settings"
from competencyworks.wsgi import application as site
from competencyworks.website import health
from django.http import StreamingHttpResponse

WORDS = "Ann Lee <ann@example.org>\\nsecond line"

def content():
    yield b"first"
    raise ValueError(WORDS)

health.HttpResponse = lambda *args, **more: StreamingHttpResponse(content())

def application(environ, start_response):
    if environ["PATH_INFO"] == "/header":
        start_response("200 OK", [])
        return [environ.get("HTTP_X_FORWARDED_FOR", "").encode()]
    return site(environ, start_response)
"""


@pytest.fixture
def served(tmp_path):
    (tmp_path / "served_site.py").write_text(PROGRAM)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    log = tmp_path / "log"
    with log.open("w") as stream:
        server = subprocess.Popen(
            [
                sys.executable, "-m", "granian", "--interface=wsgi", "--host=127.0.0.1",
                f"--port={port}", "--blocking-threads=2", "--no-ws", "served_site:application",
            ],
            cwd=ROOT,
            env={
                "PATH": os.environ["PATH"],
                "PYTHONPATH": str(tmp_path),
                "CW_MODE": "test",
                "CW_VAR": str(tmp_path),
                "DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none",
            },
            stdout=stream,
            stderr=subprocess.STDOUT,
        )  # fmt: skip
    try:
        deadline = time.monotonic() + 60
        while True:
            try:
                ask(port, "/header")
                break
            except OSError:
                assert time.monotonic() < deadline, log.read_text()
                time.sleep(0.1)
        yield port, log
    finally:
        server.terminate()
        server.wait(20)


def ask(port: int, path: str, *headers: str) -> bytes:
    head = "\r\n".join(["Host: localhost", "Connection: close", *headers])
    with socket.create_connection(("127.0.0.1", port), timeout=30) as door:
        door.sendall(f"GET {path} HTTP/1.1\r\n{head}\r\n\r\n".encode())
        answer = b""
        while piece := door.recv(65536):
            answer += piece
    return answer


def test_what_the_log_and_the_manual_say_of_it_is_so(served):
    port, log = served
    assert b"first" in ask(port, "/healthz")
    # docs/operate.md, Behind a proxy: should this ever change, the rules there can go.
    ours, theirs = "X-Forwarded-For: 203.0.113.9", "X_Forwarded_For: 198.51.100.7"
    assert ask(port, "/header", ours, theirs).endswith(b"\r\n\r\n198.51.100.7")
    assert ask(port, "/header", theirs, ours).endswith(b"\r\n\r\n203.0.113.9")
    text = log.read_text()
    (key,) = re.findall(r"ERROR competencyworks\.request id=(\w+) .*The answer broke off", text)
    assert f"  {key} | ValueError: Ann Lee <[…]>" in text
    assert text.count("Traceback") == 1
    assert text.count("ERROR _granian.utils Application callable raised an exception\n") == 1
    assert "ann@example.org" not in text
    # A warning of Python's, of the folder of static files, has the log's form.
    assert re.search(
        r"^\S+Z WARNING py\.warnings \S+: UserWarning: No directory", text, re.MULTILINE
    )
    assert "\nsecond line" not in text
