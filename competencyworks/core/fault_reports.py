"""
Reports of unhandled exceptions to a server that speaks Sentry's protocol, off without SENTRY_DSN.

A report holds the traceback with lines of code, the route, the method, the request id, versions,
and nothing of the visitor: no address, no header, no cookie, no query, no body, no variables (they
hold mails and names), no path (it may hold a token). Everything is built up from a list of what may
be in it, so that what a new version of the package adds is left out.
"""

import logging

import sentry_sdk
from sentry_sdk.integrations.atexit import AtexitIntegration
from sentry_sdk.integrations.logging import LoggingIntegration

from .log_lines import fields_of, message_of, repeats_a_fault
from .scrubbing import scrubbed_message

KEPT = (
    "event_id", "timestamp", "level", "platform", "logger", "release", "environment", "sdk",
    "contexts", "exception", "modules",
)  # fmt: skip
KEPT_CONTEXTS = ("runtime", "trace")
KEPT_OF_FRAMES = (
    "filename", "abs_path", "function", "module", "lineno", "pre_context", "context_line",
    "post_context", "in_app",
)  # fmt: skip


def start(dsn: str, mode: str) -> None:
    """Send reports to `dsn` from now on. Raises ValueError where it is malformed."""
    sentry_sdk.init(
        dsn=dsn,
        environment=mode,
        server_name="",
        send_default_pii=False,
        include_local_variables=False,
        max_request_body_size="never",
        max_breadcrumbs=0,
        send_client_reports=False,
        auto_session_tracking=False,
        # Reports come from the log alone, whose records have the request's id. The integrations
        # for Django, WSGI and threads would add requests, users and queries.
        default_integrations=False,
        auto_enabling_integrations=False,
        integrations=[
            LoggingIntegration(level=None, event_level=logging.ERROR),
            AtexitIntegration(callback=lambda pending, timeout: None),  # send what waits, quietly
        ],
        before_send=reduced,
    )


def reduced(event: dict, hint: dict) -> dict | None:
    """The event with what may be in it, and nothing else; None for refusals of security, and
    for what is reported already."""
    record = hint.get("log_record")
    if record is not None and (
        record.name.startswith("django.security") or repeats_a_fault(record)
    ):
        return None
    kept = {name: event[name] for name in KEPT if name in event}
    contexts = event.get("contexts") or {}
    kept["contexts"] = {name: contexts[name] for name in KEPT_CONTEXTS if name in contexts}
    if record is not None:
        kept["tags"] = {name: str(value) for name, value in fields_of(record).items()}
        kept["transaction"] = kept["tags"].get("route", record.name)
        kept["logentry"] = {"message": message_of(record)}
    _reduce_exceptions(kept, hint.get("exc_info"))
    return kept


def _reduce_exceptions(kept: dict, exc_info) -> None:
    words = _messages(exc_info[1]) if exc_info else {}
    for each in (kept.get("exception") or {}).get("values") or []:
        each["value"] = words.get(each.get("type"), "")
        each.pop("mechanism", None)
        stack = each.get("stacktrace") or {}
        stack["frames"] = [
            {name: frame[name] for name in KEPT_OF_FRAMES if name in frame}
            for frame in stack.get("frames") or []
        ]
        each["stacktrace"] = stack


def _messages(error: BaseException | None) -> dict[str, str]:
    """What the exceptions of a chain say, by the names of their classes."""
    found: dict[str, str] = {}
    waiting = [error]
    while waiting:
        each = waiting.pop()
        if each is not None and type(each).__qualname__ not in found:
            found[type(each).__qualname__] = scrubbed_message(each)
            waiting += [each.__cause__, each.__context__, *getattr(each, "exceptions", ())]
    return found
