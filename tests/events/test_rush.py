"""Many register at the same time, through the page."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connections
from django.test import Client

from competencyworks.core.models import OutgoingMail
from events.models import Registration
from events.signing_up import form_token
from tests.events import factories, pages
from tests.events.test_seats import assert_nobody_waits_in_vain, taken

pytestmark = pytest.mark.django_db(transaction=True)


def post(job: tuple) -> int:
    event, fields = job
    try:
        return Client().post(pages.address(event), fields).status_code
    finally:
        connections["default"].close()


def forms(event, count: int) -> list[dict]:
    """Forms filled in by as many people, opened a while ago."""
    with pages.earlier():
        tokens = [form_token.mint(event) for _ in range(count)]
    return [
        {"name": f"R{number}", "email": f"r{number}@example.org", "seats": "1", "token": token}
        for number, token in enumerate(tokens)
    ]


def test_two_hundred_over_twenty_connections_get_a_seat_or_a_place_in_line_and_one_mail():
    event = factories.event(capacity=50, largest_party=2)
    filled = forms(event, 200)
    with ThreadPoolExecutor(20) as pool:
        assert set(pool.map(post, [(event, each) for each in filled])) == {303}
    assert taken(event) == 50
    assert_nobody_waits_in_vain(event)
    rows = dict(Registration.objects.values_list("pk", "status"))
    assert len(rows) == 200
    # Who came first sits: keys are given under the event's lock.
    assert [rows[key] for key in sorted(rows)] == ["confirmed"] * 50 + ["waiting"] * 150
    mails = OutgoingMail.objects.order_by("pk").values_list("key", flat=True)
    wanted = {
        f"registration-{key}-{'confirmed' if status == 'confirmed' else 'waiting'}"
        for key, status in rows.items()
    }
    assert len(mails) == 200
    assert set(mails) == wanted


def test_one_address_and_one_form_sent_many_times_at_once_make_one_registration():
    event = factories.event(capacity=50)
    several, once = forms(event, 20), forms(event, 1)[0] | {"email": "once@example.org"}
    jobs = [(event, each | {"email": "ann@example.org"}) for each in several]
    jobs += [(event, once)] * 20
    with ThreadPoolExecutor(20) as pool:
        assert set(pool.map(post, jobs)) == {303}
    emails = sorted(Registration.objects.values_list("email", flat=True))
    assert emails == ["ann@example.org", "once@example.org"]
    assert len(pages.mails("confirmed")) == 2
    assert {mail.to_email for mail in pages.mails("again")} == {"ann@example.org"}
    assert len(pages.mails("again")) <= 2  # two hours, if one ends just now
