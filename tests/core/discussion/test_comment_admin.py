"""The moderators' list and page: what they show, who may, what the acts do."""

import re

import pytest
from django.contrib.auth.models import Permission, User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from competencyworks.core.discussion import reporting
from competencyworks.core.models import Ban, Comment, CommentDecision
from competencyworks.core.revisions import history
from tests import factories
from tests.conftest import signed_in

pytestmark = pytest.mark.django_db

LIST = "/admin/core/comment/"


def page_of(comment) -> str:
    return f"{LIST}{comment.pk}/change/"


def shown(client, address=LIST) -> str:
    response = client.get(address)
    assert response.status_code == 200
    return response.content.decode()


def act(client, action: str, *comments, seen: str = ""):
    """Choose an action for the comments in the list of all."""
    keys = [comment.pk for comment in comments]
    fields = {"action": action, "_selected_action": keys, "_confirmed": "1"}
    fields |= {f"seen-{comment.pk}": seen or comment.version for comment in comments}
    return client.post(f"{LIST}?status=all", fields, follow=True).content.decode()


def decide(client, comment, status: str):
    """Press a button of a page that showed the comment as it is in `comment`."""
    return client.post(
        f"{LIST}{comment.pk}/decide/", {"decide": f"{status}.{comment.version}"}, follow=True
    )


def test_an_action_on_several_asks_first_and_on_one_does_not(moderator):
    item = factories.post()
    one, two = (factories.comment(item, name=name, body=f"<p>By {name}</p>") for name in ("A", "B"))
    fields = {f"seen-{comment.pk}": comment.version for comment in (one, two)}
    fields |= {"action": "mark_spam", "_selected_action": [one.pk, two.pk]}
    question = moderator.post(f"{LIST}?status=all", fields).text
    assert "Mark 2 comments as spam?" in question
    assert "A: By A" in question
    fields["_selected_action"] = [one.pk]
    moderator.post(f"{LIST}?status=all", fields)
    one.refresh_from_db()
    two.refresh_from_db()
    assert (one.status, two.status) == ("spam", "approved")


# --- the list -----------------------------------------------------------------------------------


def test_what_waits_shows_first_with_all_that_helps_to_judge(moderator):
    post = factories.post(title="Pacing")
    factories.comment(post, email="ann@example.org")
    factories.comment(
        post,
        status="waiting",
        name="Ann Lee",
        email="ann@example.org",
        body="<p>Second <em>thoughts</em></p>",
        reason="It has 3 links.",
    )
    factories.comment(post, status="spam", name="Shop")
    text = shown(moderator)
    assert "Ann Lee" in text
    assert "ann@example.org" in text
    assert "Second thoughts" in text
    assert post.path in text
    assert "It has 3 links." in text
    assert "1 approved before" in text
    assert "Shop" not in text
    assert "Shop" in shown(moderator, f"{LIST}?status=spam")
    assert "Shop" in shown(moderator, f"{LIST}?status=all")


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("", {"Old", "New", "Rude", "Leaf"}),
        ("age=day", {"New"}),
        ("age=older", {"Old", "Rude", "Leaf"}),
        ("reported=yes", {"Rude"}),
        ("about=page", {"Leaf"}),
        ("about=post", {"Old", "New", "Rude"}),
        ("kind__exact=pingback", set()),
    ],
)
def test_filters(moderator, query, names):
    post = factories.post()
    long_ago = factories.ago(days=40)
    factories.comment(post, status="waiting", name="Old", created_at=long_ago)
    factories.comment(post, status="waiting", name="New")
    reported = factories.comment(post, status="waiting", name="Rude", created_at=long_ago)
    reported.reports.create(reporter="x")
    factories.comment(factories.page(), status="waiting", name="Leaf", created_at=long_ago)
    text = shown(moderator, f"{LIST}?{query}")
    assert {name for name in ("Old", "New", "Rude", "Leaf") if f">{name}<" in text} == names


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("seminars", True),
        ("mastery seminar", True),
        ('"mastery seminar"', False),
        ("ann@example.org", True),
        ("example.org", True),
        ("Leeward", True),
        ("k-12", True),
        ("ann -mastery", False),
        ("strong", False),
        ("'; --", False),
    ],
)
def test_search_over_name_address_and_words(moderator, words, found):
    factories.comment(
        factories.post(),
        name="Ann Leeward",
        email="ann@example.org",
        body="<p>The <strong>seminar</strong> about mastery in K–12.</p>",
    )
    response = moderator.get(LIST, {"status": "all", "q": words})
    assert (b"Ann Leeward" in response.content) == found


def test_search_goes_by_its_index():
    from competencyworks.core.discussion.comment_words import matching

    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
    assert "comment_words" in matching(Comment.objects.all(), "mastery").explain()


def test_the_list_costs_the_same_for_more(moderator):
    counts = []
    for _ in range(2):
        for _ in range(5):
            post = factories.post()
            comment = factories.comment(post, status="waiting", email="ann@example.org")
            comment.reports.create(reporter="x")
            factories.comment(factories.page(), status="waiting", parent=comment)
        moderator.get(LIST)
        with CaptureQueriesContext(connection) as queries:
            moderator.get(LIST)
        counts.append(len(queries))
    assert counts == [8, 8]


# --- acts -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("action", "status"),
    [("approve", "approved"), ("mark_spam", "spam"), ("trash", "trash")],
)
def test_one_act_on_several(moderator, action, status):
    post = factories.post()
    comments = [factories.comment(post, status="waiting") for _ in range(3)]
    text = act(moderator, action, *comments)
    assert "3 comments" in text
    for comment in comments:
        comment.refresh_from_db()
        assert comment.status == status
        decision = comment.decisions.get()
        assert (decision.by, decision.was, decision.became) == (moderator.user, "waiting", status)
        assert decision.source == CommentDecision.Source.MODERATOR


def test_back_to_waiting(moderator):
    comment = factories.comment(factories.post())
    act(moderator, "back_to_waiting", comment)
    comment.refresh_from_db()
    assert comment.status == "waiting"


def test_a_button_in_the_list_decides_and_leads_back(moderator):
    comment = factories.comment(factories.post(), status="waiting", name="Ann")
    text = shown(moderator, f"{LIST}?age=day")
    button = re.search(r'value="(approved\.waiting\.\w+)" formaction="([^"]+)"', text)
    response = moderator.post(
        button[2], {"decide": button[1], "next": f"{LIST}?age=day"}, follow=True
    )
    assert response.redirect_chain == [(f"{LIST}?age=day", 302)]
    assert "was approved" in response.content.decode()
    comment.refresh_from_db()
    assert comment.is_public


@pytest.mark.parametrize("elsewhere", ["https://evil.example/", "//evil.example/", "javascript:x"])
def test_a_decision_leads_to_no_other_site(moderator, elsewhere):
    comment = factories.comment(factories.post(), status="waiting")
    fields = {"decide": "spam.waiting", "next": elsewhere}
    response = moderator.post(f"{LIST}{comment.pk}/decide/", fields)
    assert response["Location"] == page_of(comment)


def test_who_comes_second_is_told_and_changes_nothing(moderator):
    comment = factories.comment(factories.post(), status="waiting", name="Ann")
    other = signed_in("root", is_superuser=True)
    decide(other, comment, "approved")
    assert (
        "Somebody else has already decided" in decide(moderator, comment, "spam").content.decode()
    )
    assert "Somebody else has already decided" in act(moderator, "trash", comment, seen="waiting")
    comment.refresh_from_db()
    assert comment.status == "approved"
    assert comment.decisions.count() == 1


def test_an_act_that_does_not_exist_does_nothing(moderator):
    comment = factories.comment(factories.post(), status="waiting")
    for value in ("", "gone.waiting", "approved"):
        response = moderator.post(f"{LIST}{comment.pk}/decide/", {"decide": value})
        assert response.status_code == (302 if value == "approved" else 400)
    assert moderator.post(f"{LIST}999999/decide/", {"decide": "spam.waiting"}).status_code == 404


def test_bans_by_address_and_network(moderator):
    post = factories.post()
    one = factories.comment(post, status="waiting", email="Bad@Example.org", network="a" * 64)
    two = factories.comment(post, email="bad@example.org", network="b" * 64)
    assert "1 address banned" in act(moderator, "ban_addresses", one, two)
    assert "2 networks banned" in act(moderator, "ban_networks", one, two)
    assert {(ban.kind, ban.value) for ban in Ban.objects.all()} == {
        ("email", "bad@example.org"),
        ("sender", "a" * 64),
        ("sender", "b" * 64),
    }
    assert set(Comment.objects.values_list("status", flat=True)) == {"spam"}
    assert Ban.objects.first().created_by == moderator.user


def test_what_cannot_be_banned_is_said(moderator):
    post = factories.post()
    assert "no longer known" in act(moderator, "ban_networks", factories.comment(post))
    mine = factories.comment(post, email=moderator.user.email)
    assert "staff member" in act(moderator, "ban_addresses", mine)
    assert not Ban.objects.exists()
    mine.refresh_from_db()
    assert mine.is_public


# --- one comment --------------------------------------------------------------------------------


def test_one_comment_in_view_of_all_around_it(moderator):
    post = factories.post()
    first = factories.comment(post, name="First of all", body="<p>Beginning</p>")
    comment = factories.comment(
        post, name="Ann", parent=first, status="waiting", email="ann@example.org"
    )
    factories.comment(post, name="An answer", parent=comment, status="spam")
    factories.comment(factories.page(), email="ann@example.org", body="<p>Said elsewhere</p>")
    comment.reports.create(reporter="x", reason="Rude words")
    comment.decisions.create(source="rule", became="waiting", reason="It has 3 links.")
    text = shown(moderator, page_of(comment))
    for words in ("First of all", "An answer", "Said elsewhere", "Rude words", "It has 3 links."):
        assert words in text, words


def test_one_comment_costs_the_same_in_a_longer_thread(moderator):
    post = factories.post()
    comment = factories.comment(post, status="waiting", email="ann@example.org", network="n" * 64)
    counts = []
    for _ in range(2):
        above = comment
        for number in range(4):
            above = factories.comment(post, parent=above, email="ann@example.org")
            comment.reports.create(reporter=f"{len(counts)}-{number}")
            comment.decisions.create(source="rule", became="waiting", reason="x")
        moderator.get(page_of(comment))
        with CaptureQueriesContext(connection) as queries:
            moderator.get(page_of(comment))
        counts.append(len(queries))
    assert counts == [12, 12]


def test_an_edit_keeps_what_it_said(moderator):
    comment = factories.comment(factories.post(), body="<p>You idiot, well said.</p>", name="Ann")
    fields = {
        "name": "Ann",
        "website": "",
        "body": "<p>Well said.</p><script>hit()</script>",
        "is_pinned": "on",
        "revision_reason": "Without the insult",
    }
    assert moderator.post(page_of(comment), fields).status_code == 302
    comment.refresh_from_db()
    assert comment.body == "<p>Well said.</p>"
    assert comment.is_pinned
    assert comment.edited_at
    newest, first = history(comment)
    assert "idiot" in first.content["body"]
    assert (newest.author, newest.reason) == (moderator.user, "Without the insult")
    assert "idiot" in shown(moderator, page_of(comment))
    fields |= {"body": comment.body, "is_pinned": ""}
    moderator.post(page_of(comment), fields)
    comment.refresh_from_db()
    assert not comment.is_pinned
    assert history(comment).count() == 2


# --- who may --------------------------------------------------------------------------------------


def test_strangers_and_authors_may_nothing(author):
    comment = factories.comment(factories.post(), status="waiting")
    for client in (author, Client()):
        for address in (LIST, page_of(comment)):
            assert client.get(address).status_code in (302, 403)
        assert decide(client, comment, "approved").status_code in (200, 403)  # 200: the sign-in
        act(client, "approve", comment)
    comment.refresh_from_db()
    assert comment.status == "waiting"


def test_who_may_only_look_changes_nothing(db):
    user = User.objects.create(username="looks", is_staff=True)
    user.user_permissions.add(Permission.objects.get(codename="view_comment"))
    client = signed_in("looks")
    comment = factories.comment(factories.post(), status="waiting", body="<p>Words</p>")
    assert "Words" in shown(client)
    assert "formaction" not in shown(client)
    assert "Words" in shown(client, page_of(comment))
    assert decide(client, comment, "approved").status_code == 403
    act(client, "approve", comment)
    client.post(page_of(comment), {"name": "x", "body": "y"})
    comment.refresh_from_db()
    assert (comment.status, comment.body) == ("waiting", "<p>Words</p>")


def test_who_may_not_ban_bans_nobody(db):
    user = User.objects.create(username="half", is_staff=True)
    user.user_permissions.add(Permission.objects.get(codename="moderate_comment"))
    client = signed_in("half")
    comment = factories.comment(factories.post(), status="waiting", email="a@example.org")
    act(client, "ban_addresses", comment)
    assert client.post(f"{LIST}{comment.pk}/decide/", {"ban": "email"}).status_code == 403
    assert not Ban.objects.exists()


def test_a_moderator_may_do_this_and_no_more(moderator):
    assert moderator.get("/admin/core/ban/").status_code == 200
    assert moderator.get("/admin/core/commentreport/").status_code == 200
    assert moderator.get("/admin/blog/post/").status_code == 403
    assert moderator.get("/admin/core/person/").status_code == 403


def test_nobody_deletes_a_comment_by_hand(root):
    comment = factories.comment(factories.post())
    assert root.get(f"{LIST}{comment.pk}/delete/").status_code == 403
    assert "delete_selected" not in shown(root)


# --- bans, reports, settings --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "typed", "stored"),
    [
        ("email", " Ann@Example.org ", "ann@example.org"),
        ("email", "@Example.org", "@example.org"),
        ("network", "203.0.113.7/24", "203.0.113.0/24"),
        ("network", "2001:DB8::1", "2001:db8::1/128"),
        ("email", "example.org", None),
        ("network", "somewhere", None),
        ("sender", "a" * 64, None),
    ],
)
def test_a_ban_by_hand(moderator, kind, typed, stored):
    fields = {"kind": kind, "value": typed, "reason": "", "confirmed": stored or ""}
    response = moderator.post("/admin/core/ban/add/", fields)
    assert response.status_code == (302 if stored else 200)
    assert list(Ban.objects.values_list("value", flat=True)) == ([stored] if stored else [])


def test_the_same_ban_twice_is_said(moderator):
    for _ in range(2):
        response = moderator.post(
            "/admin/core/ban/add/", {"kind": "email", "value": "ANN@example.org", "reason": ""}
        )
    assert response.status_code == 200
    assert "is banned already" in response.content.decode()


def test_reports_lead_to_their_comment(moderator):
    comment = factories.comment(factories.post(), name="Rude One")
    reporting.report(comment, "203.0.113.7", "Insults a child")
    text = shown(moderator, "/admin/core/commentreport/")
    assert "Insults a child" in text
    assert page_of(comment) in text


def test_settings_are_one_row_that_editors_change(editor, moderator):
    address = "/admin/core/discussionsettings/1/change/"
    assert "buy viagra" in shown(editor, address)
    fields = {
        "closes_after_days": 30,
        "most_links": 2,
        "words_that_wait": "x",
        "words_of_spam": "y",
    }
    assert moderator.post(address, fields).status_code == 403
    assert editor.post(address, fields).status_code == 302
    assert "Select" not in shown(editor, address)
