"""A guest writes a comment, without script: form, preview, private page."""

import re
from urllib.parse import urlencode

import pytest
from django.test import Client
from django.utils.html import escape
from lxml import html

from competencyworks.core.discussion import form_tokens, proofs
from competencyworks.core.discussion.threads import form_path
from competencyworks.core.models import (
    Comment,
    CommentDecision,
    DiscussionSettings,
    OutgoingMail,
)

from .writing import WORDS, post, preview, token_in

pytestmark = pytest.mark.django_db


def text(response) -> str:
    return response.content.decode()


def assert_refused(response, words: str, kept: str = "Well *said*.") -> None:
    """A 4xx that says why, with the text, and nothing stored."""
    assert 400 <= response.status_code < 500
    assert escape(words) in text(response)
    assert f">\n{escape(kept)}</textarea>" in text(response)
    assert not Comment.objects.exists()
    assert not OutgoingMail.objects.exists()


def test_a_guest_comments_in_two_steps_and_the_comment_waits(client, make):
    item = make.post()
    page = client.get(item.path)
    action = re.search(r'method="post" action="([^"]+)"', text(page))[1]
    shown = client.post(action, WORDS)
    assert shown.status_code == 200
    assert shown["Cache-Control"] == "no-store"
    assert "Well <em>said</em>." in text(shown)
    assert not Comment.objects.exists()
    answer = client.post(action, {**WORDS, "token": token_in(shown), "step": "post"})
    assert answer.status_code == 303
    comment = Comment.objects.get()
    assert (comment.status, comment.name, comment.body) == (
        "waiting",
        "Nora Quist",
        "<p>Well <em>said</em>.</p>",
    )
    decision = CommentDecision.objects.get()
    assert (decision.became, decision.reason) == ("waiting", comment.reason)
    private = client.get(answer["Location"])
    assert "Your comment is awaiting review" in text(private)
    assert "Well <em>said</em>." not in text(client.get(item.path))


def test_the_form_in_a_public_page_is_the_same_for_everyone(make):
    item = make.post()
    one, other = Client().get(item.path), Client().get(item.path)
    assert one.content == other.content
    assert token_in(one) == ""
    assert "Set-Cookie" not in one.headers


def test_pages_too_are_commented_on_where_staff_opened_them(client, make):
    item = make.page(discussion="open")
    answer = post(item)
    assert answer.status_code == 303
    assert Comment.objects.get().item == item


def test_a_form_of_its_own_carries_a_token(client, make):
    item = make.post()
    page = client.get(form_path(item))
    assert page["Cache-Control"] == "no-store"
    assert form_tokens.read(item, token_in(page)).age < 60
    token = client.get(f"{form_path(item)}token/")
    assert token["Cache-Control"] == "no-store"
    assert form_tokens.read(item, token.json()["token"]).nonce


@pytest.mark.parametrize("kind", ["blog.series", "auth.user", "nothing", "blog.post"])
def test_what_cannot_be_discussed_has_no_form(client, make, kind):
    assert client.get(f"/comments/on/{kind}/{make.post(public=False).pk}/").status_code == 404
    assert client.get(f"/comments/on/{kind}/{2**63}/").status_code == 404


def test_the_page_after_a_form_sets_no_cookie(make):
    item = make.post()
    for answer in (preview(item), post(item), post(item, name="")):
        assert not answer.cookies


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("name", "", "Enter your name."),
        ("name", " \u200b\n ".replace("\u200b", ""), "Enter your name."),
        ("name", "x" * 101, "Shorten the name to 100 characters; it has 101"),
        ("email", "", "Enter your email address. It is never shown."),
        ("email", "nora", "Check this email address. It should look like name@example.org."),
        ("email", "nora@example.org\r\nBcc: all@example.org", "Check this email address"),
        ("website", "javascript:hit()", "Check this web address. It should look like"),
        ("website", "ftp://example.org/", "Check this web address. It should look like"),
        ("name", "No\0ra", "Some characters could not be read."),
        ("name", "Win at bit.ly/3xyz", "Enter only a name, without a web address."),
        ("email", "no\0ra@example.org", "Check this email address"),
    ],
)
@pytest.mark.parametrize("send", [preview, post])
def test_each_wrong_field_says_so_beside_itself(make, send, field, value, words):
    answer = send(make.post(), **{field: value})
    assert_refused(answer, words)
    page = text(answer)
    assert f'href="#write-{field}"' in page  # the summary leads to the field
    box = re.search(rf'<input id="write-{field}"[^>]*>', page)[0]
    assert 'aria-invalid="true"' in box
    assert f"write-{field}-error" in box
    assert f'id="write-{field}-error"' in page


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("", "Write your comment."),
        ("> \n\n**", "Write your comment."),
        ("<p></p>", "not only symbols"),
        ("x" * 10_001, "Shorten your comment to 10,000 characters; it has 10001 now."),
        ("a\0b", "Null characters are not allowed."),
        ("long " * 1_000_000, "Shorten your comment to 10,000 characters"),
    ],
    ids=["empty", "marks", "tags", "long", "nul", "five megabytes"],
)
def test_a_text_that_cannot_be_is_given_back(make, body, words):
    answer = post(make.post(), body=body)
    if body == "> \n\n**":
        assert answer.status_code in (303, 422)
        return
    assert_refused(answer, words, kept=body)


def test_more_than_any_text_is_not_read(client, make):
    answer = post(make.post(), body="x" * 11_000_000)
    assert answer.status_code == 413
    assert "too long for a comment" in text(answer)
    assert not Comment.objects.exists()


@pytest.mark.parametrize("sent", [b"\xff\xfe", b"%FF%FE", b"\xe2\x28"])
def test_what_is_not_utf8_is_told(client, make, sent):
    item = make.post()
    words = urlencode({**WORDS, "body": "", "token": form_tokens.mint(item, previewed=True)})
    answer = client.post(
        form_path(item),
        words.encode() + b"&body=Well+" + sent,
        content_type="application/x-www-form-urlencoded",
    )
    assert answer.status_code == 422
    assert "Some characters could not be read." in text(answer)
    assert not Comment.objects.exists()


def test_line_breaks_in_a_name_become_spaces(make):
    post(make.post(), name="Nora\r\nBcc: all")
    assert Comment.objects.get().name == "Nora Bcc: all"


@pytest.mark.parametrize("parent", ["999999", "x", "-1", "9" * 40, "1.5"])
def test_an_answer_to_nothing_is_given_back(make, parent):
    assert_refused(
        post(make.post(), parent=parent), "The comment that you are replying to is no longer"
    )


@pytest.mark.parametrize("of", ["another post", "hidden", "pingback"])
def test_an_answer_to_what_is_not_there_is_given_back(make, of):
    item = make.post()
    parent = make.comment(
        make.post() if of == "another post" else item,
        status="waiting" if of == "hidden" else "approved",
        kind="pingback" if of == "pingback" else "comment",
        body="<p>Not for this page.</p>",
    )
    answer = post(item, parent=parent.pk)
    assert answer.status_code == 422
    assert "Not for this page." not in text(answer)
    assert ">\nWell *said*.</textarea>" in text(answer)
    assert Comment.objects.count() == 1


def test_an_answer_shows_what_it_answers(client, make):
    item = make.post()
    parent = make.comment(item, name="Ana", body="<p>First words.</p>")
    tree = html.fromstring(client.get(item.path).content)
    (act,) = tree.xpath("//a[@data-answer]")
    assert act.text_content() == "Reply to Ana"
    page = text(client.get(act.get("href")))
    assert "<h1>Reply to Ana</h1>" in page
    assert "First words." in page
    post(item, parent=parent.pk)
    assert Comment.objects.latest("pk").parent == parent


class TestClosing:
    def test_a_closed_discussion_shows_what_was_said_and_no_form(self, client, make):
        item = make.post(discussion="closed")
        make.comment(item, body="<p>Said before.</p>")
        page = text(client.get(item.path))
        assert "Said before." in page
        assert "This discussion is closed to new comments." in page
        assert '<form class="form"' not in page
        assert ">Reply<" not in page

    def test_what_is_posted_to_it_is_given_back(self, make):
        assert_refused(post(make.post(discussion="closed")), "This discussion is closed")

    @pytest.mark.parametrize(
        ("days", "discussion", "is_open"),
        [(5, "", False), (0, "", True), (15, "", True), (5, "open", True), (15, "closed", False)],
    )
    def test_the_site_says_after_how_many_days(self, client, make, days, discussion, is_open):
        DiscussionSettings.objects.update(closes_after_days=days)
        item = make.post(discussion=discussion, publish_at=make.ago(days=10))
        assert (form_path(item) in text(client.get(item.path))) is is_open
        assert (post(item).status_code == 303) is is_open

    def test_a_closed_item_without_comments_says_nothing(self, client, make):
        assert 'class="comments"' not in text(client.get(make.page().path))


class TestToken:
    def test_of_a_form_that_was_open_for_days_is_made_anew(self, make, time_machine):
        item = make.post()
        token = form_tokens.mint(item)
        time_machine(hours=25)
        answer = post(item, token=token)
        assert_refused(answer, "This page was open for a long time")
        assert token_in(answer) != token
        time_machine(minutes=1)
        assert post(item, token=token_in(answer)).status_code == 303

    def test_of_a_form_that_came_faster_than_people_write_is_asked_for_again(
        self, make, time_machine
    ):
        item = make.post()
        token = form_tokens.mint(item)
        answer = post(item, token=token)
        assert_refused(answer, "That was faster than most people can type.")
        assert token_in(answer) == token
        time_machine(seconds=5)
        assert post(item, token=token).status_code == 303

    @pytest.mark.parametrize("change", [lambda token: token + "x", lambda token: "x:y:z"])
    def test_that_we_did_not_make_is_made_anew(self, make, change):
        item = make.post()
        answer = post(item, token=change(form_tokens.mint(item, previewed=True)))
        assert_refused(answer, "We did not recognize this form")

    def test_of_another_item_is_not_taken(self, make):
        token = form_tokens.mint(make.post(), previewed=True)
        assert_refused(post(make.post(), token=token), "We did not recognize this form")


def test_a_field_that_people_do_not_see_makes_spam(make):
    item = make.post()
    answer = post(item, subject="Cheap")
    comment = Comment.objects.get()
    assert comment.status == "spam"
    assert answer.status_code == 303
    assert not OutgoingMail.objects.exists()


def test_posts_from_other_sites_are_refused(make):
    item = make.post()
    for headers in ({"origin": "https://evil.example"}, {"sec-fetch-site": "cross-site"}):
        answer = Client(headers=headers).post(form_path(item), WORDS)
        assert answer.status_code == 403


def test_one_form_makes_one_comment(make):
    item = make.post()
    token = form_tokens.mint(item, previewed=True)
    places = {post(item, token=token)["Location"] for _ in range(3)}
    assert len(places) == 1
    assert Comment.objects.count() == 1


def test_storing_a_comment_costs_few_queries(
    make, django_assert_max_num_queries, django_assert_num_queries
):
    item = make.post(authors=[make.person(email="ana@example.org")])
    parent = make.comment(item, email="ben@example.org", wants_replies=True, is_confirmed=True)
    make.comment(item, email="nora@example.org")
    post(make.post())  # content types are read once a process
    OutgoingMail.objects.all().delete()
    ways = (
        {"email": "new@example.org", "wants_replies": "on"},
        {"email": "nora@example.org"},
        {
            "email": "nora@example.org",
            "device": proofs.device_token("nora@example.org"),
            "parent": parent.pk,
        },
    )
    for words in ways:
        with django_assert_max_num_queries(12):
            assert post(item, **words).status_code == 303
    # The item, the lock, all that is to be known, all that is stored.
    with django_assert_num_queries(4):
        assert post(item, email="other@example.org").status_code == 303
    assert OutgoingMail.objects.filter(kind="moderation.comment").count() == 3
    mails = OutgoingMail.objects.filter(kind__startswith="comment_")
    assert {mail.kind for mail in mails} >= {"comment_confirm", "comment_answer"}
