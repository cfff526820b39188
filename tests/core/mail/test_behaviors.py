"""
Mail servers of all kinds: whoever can be reached gets every mail, in order, and hardly any twice.

60 mails to each server; CW_TEST_MAILS=500 sends as many as a large event does.
"""

import logging
import os
from collections import Counter, defaultdict
from datetime import timedelta

import pytest
from django.db.models import F
from django.utils import timezone

from competencyworks.core.mail.outbox import Mail, queue
from competencyworks.core.mail.sending import ServerAway, send_waiting_mail
from competencyworks.core.models import OutgoingMail
from tests.core.mail.behaviors import BEHAVIORS, DAY, Server

logger = logging.getLogger(__name__)
# Committed step by step, as by the worker: one long transaction keeps each state of each row.
pytestmark = pytest.mark.django_db(transaction=True)
MAILS = int(os.environ.get("CW_TEST_MAILS", "60"))
PAUSE = 1800  # seconds after a sweep that failed; the worker waits at most 60, which takes longer
MOMENTS = ("due_at", "created_at", "answered_at", "leased_until")


def pass_time(server: Server, seconds: float) -> None:
    """Moments of all mails move back, the server's clock moves on."""
    span = timedelta(seconds=seconds)
    OutgoingMail.objects.filter(sent_at=None, failed_at=None).update(
        **{name: F(name) - span for name in MOMENTS}
    )
    OutgoingMail.objects.exclude(answered_at=None).exclude(sent_at=None, failed_at=None).update(
        answered_at=F("answered_at") - span
    )
    server.clock += seconds


def send_all(server: Server, settings) -> int:
    """Sweep as the worker does until no mail waits; returns how many sweeps failed."""
    failed = 0
    while True:
        for name in server.behavior.settings:
            usual = server.clock >= server.behavior.fixed_after
            setattr(settings, name, False if usual else server.behavior.settings[name])
        try:
            more = send_waiting_mail()
        except ServerAway:
            failed += 1
            pass_time(server, PAUSE)
            continue
        if more:
            continue
        waiting = OutgoingMail.objects.filter(sent_at=None, failed_at=None)
        first = waiting.order_by("due_at").values_list("due_at", flat=True).first()
        if first is None:
            return failed
        pass_time(server, max((first - timezone.now()).total_seconds(), 0) + 1)
        assert server.clock < 30 * DAY, "mail waits for ever"


@pytest.mark.parametrize("name", BEHAVIORS)
def test_whoever_can_be_reached_gets_all_mail_in_order(settings, name):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_TIMEOUT = "127.0.0.1", 1
    people = [f"reader{number}@example.org" for number in range(MAILS // 3)]
    sent = ["First", "Second", "Third"]
    queue(
        Mail(key=f"thing-{number}-{word}", kind="test", to_email=to, subject=word, text="Words.\n")
        for word in sent
        for number, to in enumerate(people)
    )
    with Server(BEHAVIORS[name]()) as server:
        settings.EMAIL_PORT = server.port
        failed = send_all(server, settings)
    got: defaultdict[str, list[str]] = defaultdict(list)
    seen: Counter = Counter()
    for address, subject, message_id in server.taken:
        seen[message_id] += 1
        if seen[message_id] == 1:
            got[address].append(subject)
    reachable = [to for to in people if server.behavior.is_reachable(to)]
    assert dict(got) == dict.fromkeys(reachable, sent)
    assert max(seen.values()) <= 2
    given_up = OutgoingMail.objects.filter(sent_at=None)
    assert {mail.to_email for mail in given_up} == set(people) - set(reachable)
    logger.info("%s: %.1f h, %d sweeps failed", name, server.clock / 3600, failed)
    if "connection" in name or "mistyped" in name or "expires" in name:
        assert failed == 0
