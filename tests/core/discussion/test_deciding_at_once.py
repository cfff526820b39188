"""Two who decide on one comment at the same moment, each over a connection of their own."""

import threading

import pytest
from django.db import connection

from competencyworks.core.discussion import answering
from competencyworks.core.models import Comment, CommentDecision
from tests import factories
from tests.conftest import signed_in

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*acts) -> list:
    """What the acts return, each run in a thread of its own, all let go together."""
    gate, results = threading.Barrier(len(acts)), [None] * len(acts)

    def run(place, act):
        try:
            gate.wait()
            results[place] = act()
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=each) for each in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def press(client, comment, status):
    def act() -> str:
        fields = {"decide": f"{status}.{comment.version}", "next": "/admin/core/comment/"}
        address = f"/admin/core/comment/{comment.pk}/decide/"
        return client.post(address, fields, follow=True).content.decode()

    return act


def test_one_decision_stands_and_the_other_moderator_is_told(monkeypatch):
    comment = factories.comment(factories.post(), status="waiting", name="Ann")
    one, two = signed_in("moderator"), signed_in("root", is_superuser=True)
    first_is_inside, tell = threading.Event(), answering.tell

    def slow(stored):
        # The first to decide holds the row until the other one stands before it.
        first_is_inside.set()
        wait_for_a_lock()
        tell(stored)

    monkeypatch.setattr(answering, "tell", slow)

    def spam_once_the_other_decides() -> str:
        first_is_inside.wait(20)
        return press(two, comment, "spam")()

    approved, spammed = at_once(press(one, comment, "approved"), spam_once_the_other_decides)
    assert "The comment by Ann" in approved
    assert "Somebody else has already decided on the comment by Ann" in spammed
    comment.refresh_from_db()
    assert comment.status == "approved"
    decision = CommentDecision.objects.get()
    assert (decision.became, decision.by) == ("approved", one.user)


def wait_for_a_lock() -> None:
    """Return as soon as another connection waits for a lock that this one holds."""
    with connection.cursor() as cursor:
        for _ in range(20_000):
            cursor.execute(
                "SELECT count(*) FROM pg_locks WHERE NOT granted "
                "AND pg_backend_pid() = ANY(pg_blocking_pids(pid))"
            )
            if cursor.fetchone()[0]:
                return
    raise AssertionError("nobody came")


def test_ten_at_once_make_one_decision():
    comment = factories.comment(factories.post(), status="waiting", name="Ann")
    clients = [signed_in(f"root{number}", is_superuser=True) for number in range(10)]
    statuses = ["approved", "spam"] * 5
    answers = at_once(*map(press, clients, [comment] * 10, statuses))
    assert CommentDecision.objects.count() == 1
    assert sum("Somebody else has already decided" in text for text in answers) == 9
    assert Comment.objects.get().status in ("approved", "spam")
