"""Every fault leaves a trace in the log, and a trace holds no forged line and nobody's data."""

import io
import json
import logging
import re
import signal
from urllib.parse import quote

import pytest
from django.conf import settings as site
from django.core.exceptions import SuspiciousOperation
from django.core.management import call_command
from django.db import IntegrityError, OperationalError, connection
from django.http import StreamingHttpResponse
from django.test import Client
from django_tasks import task

from competencyworks.core.background import sweeps
from competencyworks.core.log_lines import JsonFormatter, LineFormatter
from competencyworks.core.management.commands.worker import Worker
from competencyworks.core.models import SweepRun
from competencyworks.core.request_log import AnswerBrokenOff
from tests import factories

pytestmark = pytest.mark.django_db
SEARCH = "competencyworks.website.views.searching.search"
RECORD = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z [A-Z]+ [\w.]+( |$)")


class Log:
    """What the site's own handler writes."""

    def __init__(self, stream):
        self.stream = stream

    @property
    def text(self) -> str:
        return self.stream.getvalue()

    @property
    def lines(self) -> list[str]:
        # As terminals and editors end lines, not as files do.
        return self.text.splitlines()

    @property
    def records(self) -> list[str]:
        return [line for line in self.lines if RECORD.match(line)]

    def traceback(self, key: str) -> str:
        start = f"  {key} | "
        return "\n".join(line.removeprefix(start) for line in self.lines if line.startswith(start))


def handled(formatter):
    handler = logging.StreamHandler(io.StringIO())
    handler.setFormatter(formatter)
    logging.getLogger().addHandler(handler)
    return handler


@pytest.fixture
def log():
    """The log in lines, as the settings set its loggers up."""
    logging.config.dictConfig(site.LOGGING)
    handler = handled(LineFormatter())
    yield Log(handler.stream)
    logging.getLogger().removeHandler(handler)


@pytest.fixture
def json_log():
    logging.config.dictConfig(site.LOGGING)
    handler = handled(JsonFormatter())
    yield lambda: [json.loads(line) for line in handler.stream.getvalue().splitlines()]
    logging.getLogger().removeHandler(handler)


@pytest.fixture
def client():
    return Client(raise_request_exception=False)


def fails(monkeypatch, error, place=SEARCH):
    def fail(*args, **kwargs):
        raise error

    monkeypatch.setattr(place, fail)


class TestAnUnhandledException:
    def test_leaves_its_traceback_once_with_the_reference_of_the_page(
        self, monkeypatch, client, log
    ):
        fails(monkeypatch, RuntimeError("the cause"))
        page = client.get("/search/?q=a").content.decode()
        reference = re.search(r"<code>(\w+)</code>", page)[1]
        trace = log.traceback(reference)
        assert trace.startswith("Traceback (most recent call last):")
        assert ", in search" in trace
        assert trace.endswith("RuntimeError: the cause")
        assert log.text.count("Traceback") == 1
        assert len(log.records) == 2
        expected = f"id={reference} method=GET route=website:search"
        assert f"ERROR django.request {expected} Unhandled exception" in log.records[0]
        assert f"INFO competencyworks.request {expected} status=500 ms=" in log.records[1]

    @pytest.mark.parametrize(
        ("place", "path"),
        [
            ("competencyworks.website.old_addresses.OldAddressMiddleware.__call__", "/blog/"),
            ("django.contrib.sessions.middleware.SessionMiddleware.process_request", "/blog/"),
            ("competencyworks.website.context.current_site", "/blog/"),
            ("django.contrib.admin.sites.AdminSite.each_context", "/admin/"),
        ],
    )
    def test_wherever_it_comes_from(self, monkeypatch, log, root, place, path):
        fails(monkeypatch, RuntimeError("the cause"), place)
        root.raise_request_exception = False
        response = root.get(path)
        assert response.status_code == 500
        assert "RuntimeError: the cause" in log.traceback(response["X-Request-ID"])
        assert log.text.count("Traceback") == 1

    def test_of_the_error_page_too(self, monkeypatch, client, log):
        fails(monkeypatch, RuntimeError("the first"))
        fails(
            monkeypatch, ValueError("the second"), "competencyworks.website.errors.render_to_string"
        )
        response = client.get("/search/?q=a")
        reference = response["X-Request-ID"]
        assert response.status_code == 500
        assert response.content.decode() == f"Something went wrong. Reference: {reference}"
        assert "RuntimeError: the first" in log.traceback(reference)
        assert "ValueError: the second" in log.traceback(reference)

    def test_with_its_causes(self, monkeypatch, client, log):
        def fail(*args):
            try:
                raise KeyError("first")
            except KeyError as error:
                raise RuntimeError("second") from error

        monkeypatch.setattr(SEARCH, fail)
        trace = log.traceback(client.get("/search/?q=a")["X-Request-ID"])
        assert trace.index("KeyError: 'first'") < trace.index("direct cause")
        assert trace.index("direct cause") < trace.index("RuntimeError: second")

    def test_while_an_answer_is_streamed(self, monkeypatch, client, log):
        def content():
            yield b"first"
            raise RuntimeError("half way")

        monkeypatch.setattr(
            "competencyworks.website.health.HttpResponse",
            lambda *args, **more: StreamingHttpResponse(content()),
        )
        response = client.get("/healthz")
        with pytest.raises(AnswerBrokenOff) as told:
            response.getvalue()
        assert told.value.__suppress_context__ or told.value.__context__ is None
        assert "RuntimeError: half way" in log.traceback(response["X-Request-ID"])

    def test_of_a_sweep(self, monkeypatch, log):
        def sweep_that_fails():
            raise RuntimeError("in the background")

        monkeypatch.setattr(sweeps, "registry", dict(sweeps.registry))
        sweeps.sweep(every=1)(sweep_that_fails)
        name = next(name for name in sweeps.registry if name.endswith("sweep_that_fails"))
        SweepRun.objects.create(name=name)
        sweeps.run_if_due(name)
        assert "RuntimeError: in the background" in log.traceback("-")
        assert log.text.count("Traceback") == 1

    def test_of_a_task(self, log):
        fails_at_work.enqueue()
        assert Worker(interval=0).run_next_task()
        assert "RuntimeError: no work for […]" in log.traceback("-")
        assert log.text.count("Traceback") == 1

    def test_of_the_worker_itself(self, monkeypatch, log):
        fails(
            monkeypatch,
            RuntimeError("in the loop"),
            "competencyworks.core.management.commands.worker.due_names",
        )
        monkeypatch.setattr(signal, "signal", lambda *args: None)
        with pytest.raises(SystemExit):
            call_command("worker")
        assert "RuntimeError: in the loop" in log.traceback("-")


@task()
def fails_at_work() -> None:
    raise RuntimeError("no work for ann@example.org")


SECRETS = (
    "ann@example.org", "8f3KdkX0qLmPz7TtVwYb2", "hunter2", "Ann Lee", "203.0.113.9",
    "2001:db8:0:0:0:0:0:9", "secret-path",
)  # fmt: skip
TELLING = [
    ValueError(f"invalid literal for int() with base 10: {SECRETS[2]!r}"),
    ValueError(f"no answer from https://{SECRETS[2]}@x.example/{SECRETS[6]}/?token={SECRETS[1]}"),
    KeyError(SECRETS[3]),
    RuntimeError(f"mail to {SECRETS[0]} from {SECRETS[4]} and {SECRETS[5]} at {SECRETS[1]}"),
    TypeError(f"can't take {SECRETS[3]!r}, nor “{SECRETS[0]}”"),
    IntegrityError(
        'duplicate key value violates unique constraint "core_x"\n'
        f"DETAIL:  Key (email)=({SECRETS[0]}) already exists.\n"
    ),
    OperationalError(
        f'invalid input syntax for type integer: "{SECRETS[3]}"\nLINE 1: {SECRETS[2]}'
    ),
]


@pytest.mark.parametrize("error", TELLING, ids=lambda error: type(error).__name__)
def test_a_traceback_holds_nothing_of_the_visitor(monkeypatch, client, log, error):
    fails(monkeypatch, error)
    response = client.post(
        f"/search/?q={SECRETS[2]}&token={SECRETS[1]}",
        {"name": SECRETS[3], "email": SECRETS[0]},
        REMOTE_ADDR=SECRETS[4],
        HTTP_COOKIE=f"session={SECRETS[1]}",
    )
    if response.status_code == 405:
        response = client.get(f"/search/?q={SECRETS[2]}&token={SECRETS[1]}")
    assert type(error).__name__ in log.traceback(response["X-Request-ID"])
    assert [secret for secret in SECRETS if secret in log.text] == []


def test_a_broken_constraint_says_its_name(monkeypatch, client, log):
    fails(monkeypatch, TELLING[5])
    trace = log.traceback(client.get("/search/?q=a")["X-Request-ID"])
    assert 'unique constraint "core_x"' in trace


def test_names_of_code_stay(monkeypatch, client, log):
    fails(monkeypatch, AttributeError("'NoneType' object has no attribute 'path'"))
    trace = log.traceback(client.get("/search/?q=a")["X-Request-ID"])
    assert trace.endswith("AttributeError: 'NoneType' object has no attribute 'path'")


def test_what_was_raised_from_none_brings_no_other_traceback(monkeypatch, client, log):
    error = RuntimeError("the one that counts")
    error.__context__, error.__suppress_context__ = KeyError("the one before"), True
    fails(monkeypatch, error)
    trace = log.traceback(client.get("/search/?q=a")["X-Request-ID"])
    assert "RuntimeError: the one that counts" in trace
    assert "KeyError" not in trace


class TestARefusalOfSecurity:
    def test_is_one_short_line(self, log):
        address = "/events/registration/7.8f3KdkX0qLmPz7TtVwYb2/?q=hunter2"
        response = Client().get(address, HTTP_HOST="evil.example")
        assert response.status_code == 400
        (line,) = [each for each in log.lines if "django.security" in each]
        assert line.endswith("method=GET route=- Refused: host not in ALLOWED_HOSTS")
        assert "ERROR django.security.DisallowedHost id=" in line
        for word in ("evil", "8f3K", "hunter2", "Traceback", "registration"):
            assert word not in log.text

    def test_of_the_admin_names_the_reason_alone(self, log, root):
        root.handler.enforce_csrf_checks = True
        response = root.post(
            "/admin/core/topic/add/?q=hunter2", {}, HTTP_ORIGIN="https://evil.example"
        )
        assert response.status_code == 403
        (line,) = [each for each in log.lines if "django.security" in each]
        assert line.endswith("Refused: Origin checking failed")
        assert "evil" not in log.text
        assert "hunter2" not in log.text

    def test_raised_by_a_view(self, monkeypatch, client, log):
        fails(monkeypatch, SuspiciousOperation("hunter2"))
        assert client.get("/search/?q=a").status_code == 400
        assert "hunter2" not in log.text
        assert "Traceback" not in log.text


BREAKS = "\n\r\x0b\x0c\x1c\x85\u2028\u2029\x1b\x00\x7f\u202e\t"
FORGED = "2026-01-01T00:00:00.000Z INFO competencyworks.request id=0 status=200"


class TestAForgedLine:
    @pytest.mark.parametrize("path", ["/category/x{}", "/tag/x{}/", "/?p=1{}", "/search/?q={}"])
    @pytest.mark.parametrize("sign", BREAKS)
    def test_does_not_come_from_an_address(self, client, log, path, sign):
        client.get(path.format(quote(sign + FORGED)))
        assert all(RECORD.match(line) for line in log.lines)
        assert not any(line.startswith(FORGED) for line in log.lines)
        assert not set(BREAKS) & set(log.text.replace("\n", ""))

    @pytest.mark.parametrize("sign", BREAKS)
    def test_does_not_come_from_any_logger(self, log, sign):
        logging.getLogger("some.package").warning("It said %s", f"x{sign}{FORGED}")
        assert len(log.lines) == 1

    def test_does_not_come_from_an_exception(self, monkeypatch, client, log):
        fails(monkeypatch, RuntimeError(f"x\n{FORGED}"))
        response = client.get("/search/?q=a")
        for line in log.lines:
            assert RECORD.match(line) or line.startswith(f"  {response['X-Request-ID']} | ")
        assert not any(line.startswith(FORGED) for line in log.lines)

    def test_does_not_come_from_a_method(self, client, log):
        client.generic(f"GET\n{FORGED}", "/blog/")
        assert all(RECORD.match(line) for line in log.lines)
        assert not any(line.startswith(FORGED) for line in log.lines)


class TestJson:
    def test_has_a_request_as_fields(self, client, json_log):
        response = client.get(factories.post().path)
        (record,) = [each for each in json_log() if each["logger"] == "competencyworks.request"]
        assert record.pop("time").endswith("Z")
        assert record.pop("ms") > 0
        assert record == {
            "level": "INFO",
            "logger": "competencyworks.request",
            "message": "Request",
            "id": response["X-Request-ID"],
            "method": "GET",
            "route": "blog:post",
            "status": 200,
        }

    def test_has_a_traceback_as_a_field(self, monkeypatch, client, json_log):
        fails(monkeypatch, RuntimeError(f"the cause of {SECRETS[0]}"))
        response = client.get("/search/?q=a")
        record, _ = json_log()
        assert record["id"] == response["X-Request-ID"]
        assert record["message"] == "Unhandled exception"
        assert record["traceback"].startswith("Traceback (most recent call last):\n  File ")
        assert SECRETS[0] not in json.dumps(record)

    def test_is_one_line_whatever_is_logged(self, json_log):
        extra = {"request": "hunter2", "email": SECRETS[0]}
        logging.getLogger("some.package").warning("It said %s", BREAKS, extra=extra)
        (record,) = json_log()
        assert set(record) == {"time", "level", "logger", "message"}


def test_what_a_logger_says_during_a_request_has_its_id(monkeypatch, client, log):
    def warn(*args):
        logging.getLogger("some.package").warning("Look")
        raise RuntimeError

    monkeypatch.setattr(SEARCH, warn)
    response = client.get("/search/?q=a")
    assert f"WARNING some.package id={response['X-Request-ID']} Look" in log.text
    logging.getLogger("some.package").warning("Later")
    assert log.lines[-1].endswith("WARNING some.package Later")


class TestHealth:
    @pytest.mark.parametrize("method", ["get", "head"])
    def test_with_a_database(self, client, method):
        response = getattr(client, method)("/healthz")
        assert response.status_code == 200
        assert response.content == (b"ok" if method == "get" else b"")
        assert "no-store" in response["Cache-Control"]

    @pytest.mark.parametrize("method", ["get", "head"])
    def test_without_one_is_a_short_503(self, monkeypatch, client, log, method):
        def away(*args, **kwargs):
            raise OperationalError("connection refused\nIs the server running?")

        monkeypatch.setattr(connection, "ask", away)
        response = getattr(client, method)("/healthz")
        assert response.status_code == 503
        assert response.content == (b"database unavailable" if method == "get" else b"")
        assert response["Content-Type"] == "text/plain"
        assert "no-store" in response["Cache-Control"]
        assert "Traceback" not in log.text
        assert len(log.lines) == 2

    def test_takes_no_other_method(self, client):
        assert client.post("/healthz").status_code == 405


def test_an_old_address_is_told_without_what_looks_personal(client, log):
    client.get("/?p=4711")
    client.get("/2011/01/01/8f3KdkX0qLmPz7TtVwYb2-ann@example.org/")
    assert "/?p=4711" in log.text
    assert "8f3K" not in log.text
    assert "ann@" not in log.text
