"""What becomes of a comment when it comes in, rule by rule, with the words for a moderator."""

import itertools
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from competencyworks.core.client_address import hashed, network_of
from competencyworks.core.discussion import pace
from competencyworks.core.discussion.defence import Refused, Sender, judge
from competencyworks.core.models import Attempt, Ban, Comment, DiscussionSettings
from tests import factories

pytestmark = pytest.mark.django_db

HERE = Sender("203.0.113.7", "A browser", "")
count = itertools.count()


def comment(body="<p>We moved to portfolios last year.</p>", **more) -> Comment:
    more = {"name": "Ann Lee", "email": f"ann{next(count)}@example.org", **more}
    return Comment(item=factories.post(), body=body, **more)


def verdict(body="<p>We moved to portfolios last year.</p>", *, known=True, sender=HERE, **more):
    told = {"honeypot": "", "form_age": 60.0}
    told |= {name: more.pop(name) for name in list(more) if name in told}
    return judge(comment(body, **more), sender, known=known, **told)


def links(number: int) -> str:
    words = "This study of a district is worth the time it takes to read. "
    return "".join(
        f'<p>{words}<a href="https://study{n}.example.org/">study</a></p>' for n in range(number)
    )


@pytest.mark.parametrize(
    ("told", "status", "words"),
    [
        ({}, "approved", "no rule matched"),
        ({"known": False}, "waiting", "no approved comment"),
        ({"honeypot": "x"}, "spam", "cannot see"),
        ({"form_age": 0.4}, "spam", "0.4 seconds"),
        ({"form_age": -5.0}, "spam", "0.0 seconds"),
        ({"form_age": 3.5}, "waiting", "3.5 seconds"),
        ({"form_age": None}, "approved", ""),
        ({"form_age": 90_000.0}, "waiting", "a day old"),
        ({"body": links(2)}, "approved", ""),
        ({"body": links(3)}, "waiting", "3 links"),
        ({"body": links(9)}, "spam", "9 links"),
        ({"body": "<p>You can BUY  Viagra.</p>"}, "spam", "“buy viagra”"),
        ({"body": "<p>buy v1agra</p>"}, "spam", "“buy viagra”"),
        ({"body": "<p>b\u200buy vi\u200dagra</p>"}, "spam", "“buy viagra”"),
        ({"body": "<p>buу viаgrа</p>"}, "spam", "“buy viagra”"),  # Cyrillic у and а
        ({"body": "<p>buy v.i.a.g.r.a</p>"}, "spam", "“buy viagra”"),
        ({"body": "<p>𝐛𝐮𝐲 𝐯𝐢𝐚𝐠𝐫𝐚</p>"}, "spam", "“buy viagra”"),
        ({"body": "<p>buy <em>viagra</em></p>"}, "spam", "“buy viagra”"),
        ({"body": "<p>来网上赌场玩</p>"}, "spam", "“网上赌场”"),
        ({"name": "buy viagra"}, "spam", "“buy viagra”"),
        ({"body": "<p>A casino came to our town.</p>"}, "waiting", "“casino”"),
        ({"body": "<p>The word occasinoally is no word.</p>"}, "approved", ""),
        ({"body": "<p>[url=https://x.example/]x[/url]</p>"}, "spam", "markup"),
        ({"body": "<p>Great post!</p>"}, "approved", ""),
        (
            {"body": "<p>Great post, keep it up!</p>", "website": "https://cheap-loans.example/"},
            "spam",
            "praise",
        ),
    ],
)
def test_a_rule_decides_and_says_why(told, status, words):
    found = verdict(**told)
    assert (found.status, words in found.reason) == (status, True), found


def test_the_staffs_words_and_numbers_count():
    DiscussionSettings.objects.filter(pk=1).update(
        words_of_spam="# a comment\nrhubarb pie\n\n", words_that_wait="custard", most_links=1
    )
    assert verdict("<p>I sell rhubarb-pie.</p>").status == "spam"
    assert verdict("<p>Custard!</p>").status == "waiting"
    assert verdict(links(1)).status == "waiting"
    assert verdict(links(3)).status == "spam"
    assert verdict("<p>Parents talk on WhatsApp.</p>").status == "approved"


@pytest.mark.parametrize(
    ("kind", "value", "banned"),
    [
        ("email", "ann@mail.example.org", True),
        ("email", "@mail.example.org", True),
        ("email", "@example.org", True),
        ("email", "@ample.org", False),
        ("email", "bob@mail.example.org", False),
        ("network", "203.0.113.0/24", True),
        ("network", "203.0.0.0/16", True),
        ("network", "198.51.100.0/24", False),
        ("network", "2001:db8::/32", False),
        ("sender", hashed(network_of("203.0.113.99")), True),
        ("sender", hashed(network_of("203.0.114.99")), False),
    ],
)
def test_a_ban_is_told_and_nothing_is_noted(kind, value, banned):
    Ban.objects.create(kind=kind, value=value)
    if banned:
        with pytest.raises(Refused, match="not accepted"):
            verdict(email="Ann@Mail.Example.org")
        assert not Attempt.objects.exists()
    else:
        assert verdict(email="Ann@Mail.Example.org").status == "approved"


def test_a_ban_holds_where_the_settings_have_no_row():
    DiscussionSettings.objects.all().delete()
    Ban.objects.create(kind="email", value="ann@example.org")
    with pytest.raises(Refused):
        verdict(email="ann@example.org")
    assert verdict().status == "approved"


def test_one_address_meets_its_limit_and_learns_when_to_come_back():
    for number in range(4):
        verdict(f"<p>Thought {number}.</p>", email="ann@example.org")
    with pytest.raises(Refused, match="try again in a minute"):
        verdict("<p>One more.</p>", email="ANN@example.org")
    assert verdict("<p>One more.</p>").status == "approved"
    Attempt.objects.update(at=factories.ago(minutes=2))
    assert verdict("<p>One more.</p>", email="ann@example.org").status == "approved"


def test_a_class_writes_from_behind_one_address_and_a_flood_does_not():
    most = pace.OF_A_NETWORK[timedelta(minutes=10)]
    for number in range(most):
        verdict(f"<p>Student number {number} says hello to you all.</p>")
    with pytest.raises(Refused, match="in 10 minutes"):
        verdict(sender=Sender("203.0.113.200", "", ""))
    assert verdict(sender=Sender("203.0.114.1", "", "")).status == "approved"
    assert verdict(sender=Sender("", "", "")).status == "approved"


def test_the_same_words_wait_and_then_are_spam():
    words = "<p>An honest opinion on grading, longer than a nod of the head.</p>"
    disguised = "<p>AN honest opinion on grading – longer than a nod of the head</p>"
    assert verdict(words).status == "approved"
    assert verdict(disguised).status == "waiting"
    assert verdict(words).status == "waiting"
    assert verdict(words).status == "spam"
    Attempt.objects.update(at=factories.ago(days=8))
    assert verdict(words).status == "approved"
    for _ in range(5):
        assert verdict("<p>Thank you!</p>").status == "approved"


def test_two_queries_whatever_is_known():
    verdict()
    fresh = comment()
    for ban in ("203.0.1.0/24", "203.0.2.0/24"):
        Ban.objects.create(kind="network", value=ban)
    with CaptureQueriesContext(connection) as queries:
        judge(fresh, HERE, honeypot="", form_age=60.0, known=True)
    assert len(queries) == 2


def test_nothing_of_the_sender_is_kept_but_a_hash():
    sent = comment()
    sent.user_agent = "set before"
    judge(sent, HERE, honeypot="", form_age=60.0, known=True)
    assert (sent.sender, sent.user_agent) == (None, "")
    assert sent.network == hashed("203.0.113.0/24")
    assert set(Attempt.objects.values_list("who", flat=True)) >= {sent.network, hashed(sent.email)}


def test_changed_words_are_judged_by_themselves():
    post = factories.post()
    stored = factories.comment(post, email="ann@example.org", body="<p>Well said indeed.</p>")
    stored.body = "<p>Well said, indeed!</p>"
    for _ in range(10):
        assert judge(stored, HERE, honeypot="", form_age=0.1, known=True).status == "approved"
    stored.body = "<p>Now buy viagra.</p>"
    assert judge(stored, HERE, honeypot="", form_age=None, known=True).status == "spam"
