"""Bans by hand: what they would have caught is said first, and half the internet is refused."""

import pytest

from competencyworks.core.client_address import hashed
from competencyworks.core.models import Ban
from tests import factories

pytestmark = pytest.mark.django_db

ADD = "/admin/core/ban/add/"


def ban(client, kind: str, value: str, **more):
    return client.post(ADD, {"kind": kind, "value": value, "reason": "", **more}, follow=True)


@pytest.mark.parametrize("value", ["0.0.0.0/0", "10.0.0.0/8", "203.0.0.0/15", "::/0", "2001::/31"])
def test_half_the_internet_cannot_be_banned(moderator, value):
    answer = ban(moderator, "network", value)
    assert "is too large" in answer.text
    ban(moderator, "network", value, confirmed=value)
    assert not Ban.objects.exists()


@pytest.mark.parametrize("value", ["203.0.113.0/24", "203.0.113.9/32", "2001:db8::/64"])
def test_a_narrow_network_is_banned_without_a_question(moderator, value):
    ban(moderator, "network", value)
    assert Ban.objects.get().value == value


@pytest.mark.parametrize("value", ["203.0.0.0/16", "2001:db8::/32"])
def test_a_wide_network_is_banned_once_that_is_confirmed(moderator, value):
    answer = ban(moderator, "network", value)
    assert "Whole schools and towns may share it" in answer.text
    assert not Ban.objects.exists()
    ban(moderator, "network", value, confirmed=value)
    assert Ban.objects.get().value == value


def test_a_ban_of_a_mail_provider_counts_what_it_would_have_caught_and_asks(moderator):
    item = factories.post()
    factories.comment(item, email="ann@gmail.com")
    factories.comment(item, email="Ann@gmail.com", status="waiting")
    factories.comment(item, email="ben@mail.gmail.com")
    factories.comment(item, email="ben@notgmail.com")
    answer = ban(moderator, "email", "@gmail.com")
    assert "gmail.com is an email provider that many readers use." in answer.text
    assert (
        "It would have blocked 3 existing comments from 2 writers, 2 of them approved."
        in answer.text
    )
    assert 'type="checkbox" name="confirmed" value="@gmail.com"' in answer.text
    assert not Ban.objects.exists()
    ban(moderator, "email", "@gmail.com", confirmed="@gmail.com")
    assert Ban.objects.get().value == "@gmail.com"


def test_a_ban_of_any_domain_asks(moderator):
    answer = ban(moderator, "email", "@district.example.org")
    assert "This bans everyone at district.example.org" in answer.text
    assert "It would not have blocked any existing comments." in answer.text


def test_the_box_confirms_the_ban_that_it_stood_beside_alone(moderator):
    ban(moderator, "email", "@yahoo.com", confirmed="@gmail.com")
    ban(moderator, "email", "@yahoo.com", confirmed="on")
    assert not Ban.objects.exists()


def test_an_address_with_approved_comments_asks_and_one_without_does_not(moderator):
    factories.comment(factories.post(), email="ann@example.org")
    factories.comment(factories.post(), email="shop@example.org", status="spam")
    assert "1 of them approved" in ban(moderator, "email", "ann@example.org").text
    ban(moderator, "email", "shop@example.org")
    assert Ban.objects.get().value == "shop@example.org"


def test_a_network_counts_the_comments_of_the_last_weeks(moderator):
    factories.comment(factories.post(), network=hashed("203.0.113.0/24"))
    for value in ("203.0.113.9", "203.0.113.0/24", "203.0.0.0/16"):
        told = ban(moderator, "network", value).text
        assert "would have blocked 1 existing comment from 1 writer, 1 of them approved." in told


def test_a_ban_that_covers_staff_says_whom(moderator):
    moderator.user.email = "mo@works.example.org"
    moderator.user.save()
    for value in ("mo@works.example.org", "@works.example.org", "@example.org"):
        assert f"a staff member: {moderator.user}" in ban(moderator, "email", value).text
    assert (
        "It covers your own IP address, 127.0.0.1." in ban(moderator, "network", "127.0.0.1").text
    )
    assert not Ban.objects.exists()


def test_the_reason_of_a_wide_ban_can_be_changed_without_a_question(moderator):
    row = Ban.objects.create(kind="email", value="@gmail.com")
    fields = {"kind": "email", "value": "@gmail.com", "reason": "Too much spam"}
    moderator.post(f"/admin/core/ban/{row.pk}/change/", fields)
    row.refresh_from_db()
    assert row.reason == "Too much spam"


def test_the_network_that_the_moderator_is_on_is_not_banned_from_a_comment(moderator):
    comment = factories.comment(factories.post(), network=hashed("127.0.0.0/24"))
    answer = moderator.post(
        f"/admin/core/comment/{comment.pk}/decide/", {"ban": "sender"}, follow=True
    )
    assert "the network you are using now" in answer.text
    assert not Ban.objects.exists()
