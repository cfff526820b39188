"""
How records of the log are written: as lines, or as JSON, and in either with nothing that forges a
line and as little as can be of what visitors said.

This is done by the formatters, at the one handler, so that it holds for the loggers of Django and
of other packages too.

- Characters that are not printable, line breaks above all, are written as escapes.
- Records of `django.request` and `django.security` lose their message, which holds the address:
  request id, method and route take its place. Refusals of security keep no traceback; it would
  tell of the probe alone.
- The server (granian) writes tracebacks into its messages. Of these the files and lines are kept,
  and nothing where the fault has been logged already.
- Tracebacks hold files and lines, and messages of exceptions without what looks personal. In
  lines, each begins with two blanks and the request id, so that it is found by the id, and cannot
  be taken for a record.
"""

import logging
import re
import traceback
from collections.abc import Iterator
from contextvars import ContextVar
from datetime import UTC, datetime

from pythonjsonlogger.json import JsonFormatter as PackagedJsonFormatter

from .scrubbing import scrubbed, scrubbed_message

# The id of the request that is being answered; '' outside of requests.
request_id: ContextVar[str] = ContextVar("request_id", default="")
FIELDS = ("id", "method", "route", "status", "ms")
CAUSED = "The above exception was the direct cause of the following exception:"
SERVER = "_granian"  # the logger of the server, and those below it
LOGGED_ALREADY = "AnswerBrokenOff"  # the exception of core.request_log, which imports this module
FRAME = re.compile(r'  File "[^"]*", line \d+, in [\w<>.]+')
DURING = "During handling of the above exception, another exception occurred:"


class HasException(logging.Filter):
    """Lets records with an exception pass; other answers of 500 have their request line."""

    def filter(self, record: logging.LogRecord) -> bool:
        return bool(record.exc_info)


def route_of(request) -> str:
    """The name of the route that answers a request; '-' for none, or before it was looked for."""
    match = getattr(request, "resolver_match", None)
    return (match.view_name or match._func_path) if match else "-"


def escaped(text: str) -> str:
    """`text` in one line, with escapes for all that is not printable."""
    if text.isprintable():
        return text
    return "".join(
        each if each.isprintable() else each.encode("unicode_escape").decode() for each in text
    )


def fields_of(record: logging.LogRecord) -> dict[str, str | int | float]:
    """What a record has of the id, the method, the route, the status, the milliseconds."""
    found = {name: getattr(record, name) for name in FIELDS if hasattr(record, name)}
    request = getattr(record, "request", None)
    if request is not None and hasattr(request, "method"):
        found.setdefault("method", str(request.method))
        found.setdefault("route", route_of(request))
        found.setdefault("id", getattr(request, "id", ""))
    found["id"] = found.get("id") or request_id.get()
    found = {name: found[name] for name in FIELDS if found.get(name, "") != ""}
    return {name: escaped(v) if isinstance(v, str) else v for name, v in found.items()}


def time_of(record: logging.LogRecord) -> str:
    found = datetime.fromtimestamp(record.created, UTC)
    return found.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def message_of(record: logging.LogRecord) -> str:
    """The message in one line, without the address of the request; '' where fields say it all."""
    if record.name == "competencyworks.request" and not record.exc_info:
        return ""
    if record.name == "django.request" and record.exc_info:
        return "Unhandled exception"
    if record.name == "django.security.csrf" and record.args:
        # The reason, without the origin that the request named.
        return f"Refused: {escaped(str(record.args[0])).partition(' - ')[0]}"
    if record.name == "django.security.DisallowedHost":
        return "Refused: host not in ALLOWED_HOSTS"
    if record.name.startswith("django.security"):
        return "Refused"
    if record.name == "py.warnings":
        # File, line, kind and words; without the line of code below.
        return escaped(scrubbed(_said(record).partition("\n")[0]))
    if is_of_server(record):
        return escaped(_said(record).partition("\n")[0])
    return escaped(_said(record))


def is_of_server(record: logging.LogRecord) -> bool:
    return record.name.partition(".")[0] == SERVER


def repeats_a_fault(record: logging.LogRecord) -> bool:
    """Whether the server tells of a fault that has a record of its own."""
    return is_of_server(record) and LOGGED_ALREADY in _said(record)


def _said(record: logging.LogRecord) -> str:
    try:
        return record.getMessage()
    except Exception:  # arguments that do not fit must not cost the record
        return str(record.msg)


def traceback_of(record: logging.LogRecord) -> list[str]:
    """The lines of the traceback; none for refusals of security."""
    if is_of_server(record):
        frames = [] if repeats_a_fault(record) else _said(record).splitlines()
        return [escaped(line) for line in frames if FRAME.fullmatch(line)]
    if not record.exc_info or record.name.startswith("django.security"):
        return []
    error = record.exc_info[1] if isinstance(record.exc_info, tuple) else None
    if error is None:
        return []
    return [escaped(line) for part in _parts(error, set()) for line in part.splitlines()]


def _parts(error: BaseException, seen: set[int]) -> Iterator[str]:
    seen.add(id(error))
    above, words = error.__cause__, CAUSED
    if above is None and not error.__suppress_context__:
        above, words = error.__context__, DURING
    if above is not None and id(above) not in seen:
        yield from _parts(above, seen)
        yield words
    yield "Traceback (most recent call last):"
    yield from traceback.format_tb(error.__traceback__)
    yield f"{_name_of(type(error))}: {scrubbed_message(error)}"
    for each in getattr(error, "exceptions", ()):  # of a group
        if isinstance(each, BaseException) and id(each) not in seen:
            yield from _parts(each, seen)


def _name_of(kind: type) -> str:
    module = "" if kind.__module__ == "builtins" else f"{kind.__module__}."
    return f"{module}{kind.__qualname__}"


class LineFormatter(logging.Formatter):
    """A record is a line; a traceback follows in lines of its own."""

    def format(self, record: logging.LogRecord) -> str:
        fields, message = fields_of(record), message_of(record)
        said = " ".join(f"{name}={value}" for name, value in fields.items())
        parts = [time_of(record), record.levelname, record.name, said, message]
        line = " ".join(part for part in parts if part)
        start = f"  {fields.get('id', '-')} | "
        return "\n".join([line, *(start + each for each in traceback_of(record))])


class JsonFormatter(PackagedJsonFormatter):
    """A record is one JSON object in one line."""

    def add_fields(self, log_data, record, message_dict) -> None:
        """Only what is named here: other packages hand over requests and more as extras."""
        log_data["time"] = time_of(record)
        log_data["level"] = record.levelname
        log_data["logger"] = record.name
        log_data["message"] = message_of(record) or "Request"
        log_data.update(fields_of(record))
        if lines := traceback_of(record):
            log_data["traceback"] = "\n".join(lines)
