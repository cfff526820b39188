"""Sites to be checked: servers on this machine, and articles that lead to them."""

from datetime import timedelta

import pytest

from competencyworks.core.links import checking, politeness
from competencyworks.core.models import OutsideAddress
from tests import factories
from tests.core.web import Site, response


@pytest.fixture(autouse=True)
def no_pause(monkeypatch):
    monkeypatch.setattr(politeness, "PAUSE", timedelta(0))


@pytest.fixture
def site(serve):
    """
    Starts a site that answers paths as the test says, by bytes or by a function that writes to the
    connection; robots.txt and others are not found. What was asked for is in `site.asked`.
    """

    def start(answers: dict, **more) -> Site:
        def answer(path, connection):
            made.asked.append(path)
            said = made.answers.get(path, response(status="404 Not Found"))
            said(connection) if callable(said) else connection.sendall(said)

        made = serve(answer, **more)
        made.answers, made.asked = answers, []
        return made

    return start


def cite(url: str, **more) -> OutsideAddress:
    """The record of `url`, to which an article leads."""
    factories.post(body=f'<p>See <a href="{url}">this</a>.</p>', **more)
    row = OutsideAddress.objects.filter(url=url).first()
    assert row is not None
    return row


def checked(row: OutsideAddress) -> OutsideAddress:
    """`row` after a check, which its being due or its host's wish to rest does not hinder."""
    OutsideAddress.objects.filter(pk=row.pk).update(next_check_at=factories.ago(minutes=1))
    claimed = checking.claim(OutsideAddress.objects.filter(pk=row.pk))
    assert claimed is not None
    checking.check(claimed)
    row.refresh_from_db()
    assert row.claimed_until is None
    return row


def days_pass(row: OutsideAddress, days: int = 1) -> None:
    """Let it be so many days later for `row`."""
    row.refresh_from_db()
    span = timedelta(days=days)
    for name in ("last_failed_on", "next_check_at", "checked_at"):
        moment = getattr(row, name)
        setattr(row, name, moment and moment - span)
    row.save()
