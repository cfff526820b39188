"""Mail sent by workers that are processes, killed and side by side."""

import re
from collections import Counter

import pytest

from competencyworks.core.models import OutgoingMail, SweepRun
from tests import factories
from tests.core.workers import wait_for

pytestmark = pytest.mark.django_db(transaction=True)

LONG = 180.0  # seconds: cores may be shared with much else
READERS = [f"reader{number}@example.org" for number in range(500)]


def unsent() -> int:
    return OutgoingMail.objects.filter(sent_at=None).count()


@pytest.mark.parametrize("received", [1, 200])
def test_a_worker_killed_while_it_sends_loses_nothing_and_doubles_one_at_most(
    post_office, write, workers, received
):
    write(*READERS)
    post_office.enough_at = received
    worker = workers.start(TEST_MAIL_PORT=str(post_office.port))
    assert post_office.enough.wait(LONG)
    worker.kill()
    worker.wait()
    assert 0 < len(post_office.received) < len(READERS)
    assert 0 < unsent() < len(READERS) + 1
    # The mail that it had in hand waits for its lease alone; the others go at once.
    workers.start(TEST_MAIL_PORT=str(post_office.port))
    wait_for(lambda: unsent() <= 1, LONG)
    OutgoingMail.objects.exclude(leased_until=None).update(leased_until=factories.ago(seconds=1))
    wait_for(lambda: unsent() == 0, LONG)
    got = Counter(post_office.to())
    assert set(got) == set(READERS)
    assert sum(got.values()) - len(READERS) <= 1
    twice = [mail["Message-ID"] for mail in post_office.received if got[mail["To"]] == 2]
    assert len(set(twice)) <= 1
    assert OutgoingMail.objects.filter(failed_at=None).count() == len(READERS)


def test_workers_side_by_side_share_the_mail_and_send_each_once(post_office, write, workers):
    write(*READERS[:200])
    post_office.slow = 0.02
    for _ in range(2):
        workers.start(TEST_MAIL_PORT=str(post_office.port))
    wait_for(lambda: unsent() == 0, LONG)
    assert Counter(post_office.to()) == Counter(READERS[:200])
    assert set(OutgoingMail.objects.values_list("attempts", flat=True)) == {1}
    # A worker has one connection at a time; of two that were used in turn each had its own.
    peers = "".join(f"{peer} " for peer in post_office.peers)
    assert any(
        re.search(rf"\b{peer} .*?\b(?!{peer} )\d+ .*?\b{peer} ", peers)
        for peer in set(post_office.peers)
    )


def test_while_the_server_is_down_mail_waits_and_then_goes(post_office, write, workers):
    post_office.stop()
    write(*READERS[:50])
    workers.start("--interval", "0.1", TEST_MAIL_PORT=str(post_office.port))
    sweep = SweepRun.objects.filter(name__endswith="send_waiting_mail")
    wait_for(lambda: sweep.filter(failures__gte=1).exists(), LONG)
    assert "Connection refused" in sweep.get().error
    assert set(OutgoingMail.objects.values_list("attempts", "failed_at")) == {(0, None)}
    post_office.start()
    sweep.update(started_at=None)  # its pause is over
    wait_for(lambda: unsent() == 0, LONG)
    assert Counter(post_office.to()) == Counter(READERS[:50])
    wait_for(lambda: sweep.filter(failures=0, error="").exists(), LONG)
