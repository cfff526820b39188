"""Reports of faults: sent to SENTRY_DSN alone, with nothing in them that visitors said."""

import gzip
import json
import os
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from tests.production import ROOT

SECRETS = (
    "ann@example.org", "8f3KdkX0qLmPz7TtVwYb2", "hunter2", "Ann Lee", "203.0.113.9",
    "secret-referer", "Secret Browser", "secret-variable", "secret-path", "secret-cookie",
)  # fmt: skip
# A site that answers without a database, and one act of it fails.
PROGRAM = """
import django, logging, sys
django.setup()
from django.test import Client
from competencyworks.website import views

def fail(words, *args):
    private = "secret-variable"
    logging.getLogger("some.package").warning("Look at ann@example.org")
    try:
        raise KeyError("Ann Lee")
    except KeyError as error:
        raise ValueError("no 'hunter2' for ann@example.org at https://x.example/8f3KdkX0qLmPz7TtVwYb2/")

views.searching.search = fail
client = Client(raise_request_exception=False, headers={"host": "127.0.0.1"})
client.cookies["session"] = "secret-cookie"
response = client.get(
    "/search/?q=hunter2&name=Ann+Lee", REMOTE_ADDR="203.0.113.9", HTTP_USER_AGENT="Secret Browser",
    HTTP_REFERER="https://x.example/secret-referer", HTTP_X_FORWARDED_FOR="203.0.113.9",
)
client.get("/events/registration/secret-path/", headers={"host": "evil.example"})
print(response.status_code, response["X-Request-ID"])
"""


class Receiver(BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if self.headers.get("Content-Encoding") == "gzip":
            body = gzip.decompress(body)
        self.server.received.append((self.path, dict(self.headers), body.decode()))
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"{}")

    def log_message(self, *args):
        pass


@pytest.fixture
def receiver():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
    server.received = []
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


def run(tmp_path, **environment) -> list[str]:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        cwd=ROOT,
        env={
            "PATH": os.environ["PATH"],
            "CW_MODE": "test",
            "CW_VAR": str(tmp_path),
            "DJANGO_SETTINGS_MODULE": "competencyworks.settings",
            "DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none",
            **environment,
        },
        capture_output=True,
        text=True,
    )
    assert done.stdout, done.stderr
    return done.stdout.split()


def test_a_report_says_what_failed_and_nothing_of_the_visitor(tmp_path, receiver):
    dsn = f"http://0123456789abcdef@127.0.0.1:{receiver.server_port}/7"
    status, reference = run(tmp_path, SENTRY_DSN=dsn)
    assert status == "500"
    ((path, headers, body),) = receiver.received
    assert path == "/api/7/envelope/"
    text = body + json.dumps(headers)
    assert [secret for secret in SECRETS if secret.encode() in text.encode()] == []
    event = json.loads(body.splitlines()[2])
    assert event["tags"] == {"id": reference, "method": "GET", "route": "website:search"}
    assert event["transaction"] == "website:search"
    assert event["environment"] == "test"
    assert [each["type"] for each in event["exception"]["values"]] == ["KeyError", "ValueError"]
    assert event["exception"]["values"][1]["value"].startswith(
        "no […] for […] at https://x.example/"
    )
    frame = event["exception"]["values"][1]["stacktrace"]["frames"][-2]
    assert frame["function"] == "search"
    assert "results = searching.search" in frame["context_line"]
    for name in ("request", "user", "breadcrumbs", "extra", "server_name", "threads"):
        assert name not in event
    assert all(
        "vars" not in each for each in event["exception"]["values"][1]["stacktrace"]["frames"]
    )


def test_without_a_dsn_nothing_is_sent_or_loaded(tmp_path, receiver):
    assert run(tmp_path)[0] == "500"
    assert receiver.received == []
    code = "import django, sys; django.setup(); print('sentry_sdk' in sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "tests.settings"},
        capture_output=True,
        text=True,
    )
    assert done.stdout.strip() == "False", done.stderr
