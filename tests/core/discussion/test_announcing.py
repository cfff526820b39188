"""Mail to hosts and moderators about comments, and deciding by the links in it."""

import re

import pytest
from django.contrib.auth.models import Group, User
from django.db.models import QuerySet
from django.test import Client

from competencyworks.core import tokens
from competencyworks.core.discussion import decision_links, moderation, reporting
from competencyworks.core.discussion.announcing import announce
from competencyworks.core.mail.sending import NO_LONGER_DUE, Line, claim, send, send_waiting_mail
from competencyworks.core.models import Comment, OutgoingMail
from competencyworks.core.revisions import history
from tests import factories
from tests.core.vectors import VECTORS

pytestmark = pytest.mark.django_db

SEEN = re.compile(r'name="seen" value="([^"]+)"')
LINK = re.compile(r"http://127\.0\.0\.1:8000(/comments/decide/[^/\s\"]+/)")


def new_moderator(name: str = "mo", **more) -> User:
    user = User.objects.create(username=name, is_staff=True, email=f"{name}@example.org", **more)
    user.groups.add(Group.objects.get(name="Moderator"))
    return user


@pytest.fixture
def post(db):
    return factories.post(
        title="Pacing", authors=[factories.person("Hana Host", email="hana@example.org")]
    )


def waiting(post, **more) -> Comment:
    more = {"status": "waiting", "name": "Ann", "email": "ann@example.org", **more}
    comment = factories.comment(post, **more)
    announce(comment)
    return comment


def sent() -> QuerySet[OutgoingMail]:
    """All mails, with those that wait sent first: then they are written."""
    send_waiting_mail()
    return OutgoingMail.objects.all()


def links(to: str) -> dict[str, str]:
    """The paths of the links in the newest mail to an address, by what they do."""
    mail = sent().filter(to_email=to).first()
    lines = [line for line in mail.text.splitlines() if LINK.search(line)]
    return {line.split(":")[0]: LINK.search(line)[1] for line in lines}


def press(path: str):
    """Open the page of a link, and press its button if there is one."""
    client = Client()
    seen = SEEN.search(client.get(path).content.decode())
    return client.post(path, {"seen": seen[1]} if seen else {})


def told() -> list[str]:
    return sorted(OutgoingMail.objects.values_list("to_email", flat=True))


# --- who is told ----------------------------------------------------------------------------------


def test_hosts_and_moderators_are_told_once_each(post):
    new_moderator()
    new_moderator("left", is_active=False)
    no_mail = new_moderator("silent")
    User.objects.filter(pk=no_mail.pk).update(email="")
    User.objects.create(username="e", is_staff=True, email="e@example.org")
    comment = waiting(post, body="<p>Sixteen <em>ways</em> to pace</p>")
    announce(comment)
    assert told() == ["hana@example.org", "mo@example.org"]
    mail = sent().first()
    assert mail.subject == "Review needed: comment by Ann on “Pacing”"
    assert "Sixteen ways to pace" in mail.text
    assert "Sixteen ways to pace" in mail.html
    assert len(links("hana@example.org")) == 3


def test_a_host_who_is_a_moderator_gets_one_mail(post):
    User.objects.filter(pk=new_moderator().pk).update(email="Hana@Example.org")
    waiting(post)
    assert OutgoingMail.objects.count() == 1


def test_nobody_is_told_of_spam_or_of_their_own_words(post):
    new_moderator()
    waiting(post, status="spam")
    assert told() == []
    waiting(post, email="HANA@example.org")
    assert told() == ["mo@example.org"]


def test_a_public_comment_is_told_without_the_link_to_approve(post):
    waiting(post, status="approved")
    assert list(links("hana@example.org")) == ["Mark as spam", "Move to the trash"]
    assert OutgoingMail.objects.get().subject.startswith("A comment by Ann")


def test_nothing_in_a_comment_makes_a_header_or_runs(post):
    name = "Ann\r\nBcc: x@example.org"
    for vector in VECTORS.values():
        said = f"{name} {vector}".replace("\0", "")[:200]  # the form takes no NUL
        waiting(post, name=said, website="https://x.example/", body=vector)
    for mail in sent():
        assert "\n" not in mail.subject
        assert "\r" not in mail.subject
        text = re.sub(r"(?s)<style>.*?</style>", "", mail.html, count=1)
        tags = re.findall(r"<[a-z][^>]*>", text)
        assert not [tag for tag in tags if re.search(r"(?i)\son\w+=|script|<img|<svg|<iframe", tag)]


# --- what came between the comment and the mail ---------------------------------------------------


def test_a_mail_says_how_the_comment_is_when_it_goes(post):
    comment = waiting(post, body="<p>Sixteen ways</p>")
    assert OutgoingMail.objects.get().text == ""
    Comment.objects.update(body="<p>Seventeen ways</p>")
    moderation.decide(comment, "approved", source="moderator", reason="Fine.")
    mail = sent().get()
    assert mail.subject == "A comment by Ann on “Pacing”"
    assert "Seventeen ways" in mail.text
    assert "Approve this comment" not in mail.text


@pytest.mark.parametrize("what", ["spam", "trash", "deleted", "host left"])
def test_a_mail_that_is_of_no_use_any_more_does_not_go(post, what, mailoutbox):
    comment = waiting(post)
    match what:
        case "deleted":
            comment.delete()
        case "host left":
            post.post_authors.all().delete()
        case status:
            moderation.decide(comment, status, source="moderator", reason="So.")
    mail = sent().get()
    assert mail.state == "Given up"
    assert mail.error.startswith(NO_LONGER_DUE)
    assert mailoutbox == []


def test_a_mail_that_was_erased_while_it_was_claimed_does_not_go(post, mailoutbox, caplog):
    caplog.set_level("INFO", "competencyworks")
    waiting(post)
    mail = claim()
    OutgoingMail.objects.all().delete()
    send(mail, Line())
    assert mailoutbox == []
    assert not caplog.records  # nothing went wrong either
    assert not OutgoingMail.objects.exists()


def test_a_report_that_was_settled_is_not_told_of(post, mailoutbox):
    comment = factories.comment(post)
    for number in range(3):
        reporting.report(comment, f"10.0.{number}.1", "")
    moderation.decide(comment, "approved", source="moderator", reason="Fine.")
    assert sent().get().state == "Given up"
    assert mailoutbox == []


# --- deciding by a link ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("label", "status"),
    [
        ("Approve this comment", "approved"),
        ("Mark as spam", "spam"),
        ("Move to the trash", "trash"),
    ],
)
def test_a_link_shows_first_and_decides_by_its_button(post, label, status):
    comment = waiting(post, body="<p>Sixteen ways</p>")
    path = links("hana@example.org")[label]
    for method in (Client().get, Client().head, Client().get):
        response = method(path)
        assert response.status_code == 200
    text = response.content.decode()
    assert "Sixteen ways" in text
    assert text.count('<button class="button">') == 1
    comment.refresh_from_db()
    assert comment.status == "waiting"
    response = press(path)
    assert "Done." in response.content.decode()
    comment.refresh_from_db()
    assert comment.status == status
    decision = comment.decisions.get()
    assert (decision.source, decision.by) == ("mail", None)
    assert "Hana Host" in decision.reason


def test_a_moderators_link_decides_in_their_name(post):
    user = new_moderator()
    comment = waiting(post)
    press(links(user.email)["Approve this comment"])
    assert comment.decisions.get().by == user


def test_token_pages_leave_no_trace(post):
    waiting(post)
    path = links("hana@example.org")["Approve this comment"]
    for response in (Client().get(path), press(path)):
        assert response["Cache-Control"] == "no-store"
        assert response["Referrer-Policy"] == "strict-origin"
        assert not response.cookies
        assert b'<meta name="robots" content="noindex">' in response.content
    assert Client().put(path).status_code == 405


def test_who_is_late_is_told_and_may_then_decide_otherwise(post):
    new_moderator()
    comment = waiting(post)
    host, moderator = (
        links(to)[label]
        for to, label in (
            ("hana@example.org", "Approve this comment"),
            ("mo@example.org", "Mark as spam"),
        )
    )
    page = Client().get(moderator).content.decode()
    press(host)
    text = Client().post(moderator, {"seen": SEEN.search(page)[1]}).content.decode()
    assert "Someone else has already decided" in text
    assert "Hana Host" in text
    comment.refresh_from_db()
    assert comment.status == "approved"
    Client().post(moderator, {"seen": SEEN.search(text)[1]})
    comment.refresh_from_db()
    assert comment.status == "spam"


def test_a_second_click_changes_nothing(post):
    comment = waiting(post)
    path = links("hana@example.org")["Approve this comment"]
    press(path)
    assert "already approved, and readers can see it" in Client().get(path).content.decode()
    press(path)
    Client().post(path)
    assert comment.decisions.count() == 1


def test_a_post_from_another_site_is_refused(post):
    comment = waiting(post)
    path = links("hana@example.org")["Approve this comment"]
    response = Client().post(
        path, {"seen": comment.version}, headers={"Sec-Fetch-Site": "cross-site"}
    )
    assert response.status_code == 403
    comment.refresh_from_db()
    assert comment.status == "waiting"


@pytest.mark.parametrize("how", ["deleted", "erased", "old", "host left", "moderator left"])
def test_links_end(post, how):
    user = new_moderator()
    comment = waiting(post)
    path = links("mo@example.org" if how == "moderator left" else "hana@example.org")[
        "Approve this comment"
    ]
    match how:
        case "deleted":
            comment.delete()
        case "erased":
            Comment.objects.update(email="", name="")
        case "old":
            Comment.objects.update(created_at=factories.ago(days=31))
        case "host left":
            post.post_authors.all().delete()
        case "moderator left":
            user.groups.clear()
    for response in (Client().get(path), press(path)):
        assert response.status_code == 410
        assert b"no longer works" in response.content
    assert not Comment.objects.filter(status="approved").exists()


def test_a_link_is_for_one_comment_one_act_and_cannot_be_made_up(post):
    other = factories.comment(factories.post(), status="waiting", email="ann@example.org")
    comment = waiting(post)
    path = links("hana@example.org")["Approve this comment"]
    value, _, signature = path.split("/")[3].rpartition(".")
    forged = [
        f"{value.replace(str(comment.pk), str(other.pk), 1)}.{signature}",
        f"{value.replace('approved', 'spam')}.{signature}",
        tokens.make("comment.stop", value),
        "x",
        "..",
        "%00",
        f"{value}.",
    ]
    for token in forged:
        response = Client().post(f"/comments/decide/{token}/", {"seen": comment.version})
        assert response.status_code == 404
    # A host decides under their items alone, whatever is signed for them.
    key = re.search(r"-approved-(\w{16})-", value)[1]
    path = decision_links.path_to(other, "approved", key)
    assert press(path).status_code == 410
    assert set(Comment.objects.values_list("status", flat=True)) == {"waiting"}


# --- reports --------------------------------------------------------------------------------------


def test_the_third_reader_sends_it_back_and_people_are_told(post):
    new_moderator()
    comment = factories.comment(post, email="ann@example.org")
    for address in ("203.0.113.1", "203.0.113.2", "198.51.100.1"):
        reporting.report(comment, address, "Rude")
    comment.refresh_from_db()
    assert comment.is_public  # two of them are one network
    reporting.report(comment, "192.0.2.1", "Rude")
    comment.refresh_from_db()
    assert (comment.status, comment.reason) == ("waiting", "3 readers reported it.")
    assert told() == ["hana@example.org", "mo@example.org"]
    assert "Readers reported" in sent().first().text


def test_what_a_person_approved_again_needs_three_new_readers(post):
    comment = factories.comment(post)
    for number in range(3):
        reporting.report(comment, f"10.0.{number}.1", "")
    moderation.decide(comment, "approved", source="mail", reason="Fine.")
    for number in range(3, 5):
        reporting.report(comment, f"10.0.{number}.1", "")
        comment.refresh_from_db()
        assert comment.is_public
    reporting.report(comment, "10.0.9.1", "")
    comment.refresh_from_db()
    assert comment.status == "waiting"
    assert OutgoingMail.objects.filter(to_email="hana@example.org").count() == 2


def test_an_edit_that_changes_nothing_leaves_no_history(post):
    comment = factories.comment(post)
    assert not moderation.edit(comment, by=None)
    assert not history(comment).exists()
