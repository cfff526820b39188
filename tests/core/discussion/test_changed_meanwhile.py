"""Decisions hold for the words that were read: a text changed since the page was shown waits."""

import re

import pytest
from django.test import Client
from lxml import html

from competencyworks.core.discussion import moderation, service_work
from competencyworks.core.mail.sending import send_waiting_mail
from competencyworks.core.models import Comment, OutgoingMail
from tests import factories
from tests.conftest import signed_in

from .writing import post

pytestmark = pytest.mark.django_db

LIST = "/admin/core/comment/"
NEW = "Cheap watches for everybody"


def text(response) -> str:
    return response.content.decode()


@pytest.fixture
def private(make, moderator) -> str:
    """The writer's page of a first comment, of which a moderator has a mail."""
    return post(make.post())["Location"]


@pytest.fixture
def comment(private) -> Comment:
    return Comment.objects.get()


def change(private: str, words: str = NEW) -> None:
    """The writer saves other words."""
    assert Client().post(private, {"step": "edit", "body": words}).status_code == 303


def link(label: str = "Approve this comment") -> str:
    """The path of a link in the newest mail to the moderator."""
    send_waiting_mail()
    mail = OutgoingMail.objects.filter(to_email="moderator@example.org").latest("pk")
    return re.search(rf"{label}: http://[^/]+(/comments/decide/\S+)", mail.text)[1]


def seen_in(page: str) -> dict[str, str]:
    return {"seen": re.search(r'name="seen" value="([^"]+)"', page)[1]}


@pytest.mark.parametrize("label", ["Approve this comment", "Mark as spam"])
def test_a_link_in_a_mail_decides_on_no_words_that_its_page_did_not_show(label, private, comment):
    path = link(label)
    seen = seen_in(text(Client().get(path)))
    change(private)
    answer = text(Client().post(path, seen))
    comment.refresh_from_db()
    assert comment.status == "waiting"
    assert "nothing was decided" in answer
    assert NEW in answer
    assert "Done." not in answer
    assert "Done." in text(Client().post(path, seen_in(answer)))
    comment.refresh_from_db()
    assert comment.status != "waiting"


def test_a_form_without_a_version_decides_nothing(private, comment):
    path = link()
    for seen in ({}, {"seen": "waiting"}, {"seen": "waiting."}):
        assert "Done." not in text(Client().post(path, seen))
    comment.refresh_from_db()
    assert comment.status == "waiting"


@pytest.mark.parametrize("place", [LIST, "page", "/admin/"])
def test_a_button_approves_no_words_that_its_page_did_not_show(place, moderator, private, comment):
    page = f"{LIST}{comment.pk}/change/" if place == "page" else place
    button = r'name="decide" value="(approved\.[^"]+)"'
    pressed = re.search(button, text(moderator.get(page)))[1]
    change(private)
    fields = {"decide": pressed, "next": page}
    answer = text(moderator.post(f"{LIST}{comment.pk}/decide/", fields, follow=True))
    comment.refresh_from_db()
    assert comment.status == "waiting"
    assert "was changed after this page was shown" in answer
    assert f"“{NEW}”" in answer
    fields["decide"] = re.search(button, answer)[1]
    moderator.post(f"{LIST}{comment.pk}/decide/", fields)
    comment.refresh_from_db()
    assert comment.is_public


def test_a_list_action_approves_no_words_that_the_list_did_not_show(moderator, private, comment):
    other = factories.comment(factories.post(), status="waiting", name="Other")
    shown = dict(re.findall(r'name="(seen-\d+)" value="([^"]+)"', text(moderator.get(LIST))))
    assert len(shown) == 2
    change(private)
    fields = {"action": "approve", "_selected_action": [comment.pk, other.pk], **shown}
    question = text(moderator.post(LIST, fields))
    assert "Approve 2 comments?" in question
    assert all(f'name="{name}" value="{seen}"' in question for name, seen in shown.items())
    answer = text(moderator.post(LIST, {**fields, "_confirmed": "1"}, follow=True))
    comment.refresh_from_db()
    other.refresh_from_db()
    assert (comment.status, other.status) == ("waiting", "approved")
    assert f"“{NEW}”" in answer
    assert "One comment approved." in answer


def test_all_of_a_list_at_once_approves_only_what_its_page_showed(moderator):
    item = factories.post()
    first = factories.comment(item, status="waiting")
    shown = dict(re.findall(r'name="(seen-\d+)" value="([^"]+)"', text(moderator.get(LIST))))
    late = factories.comment(item, status="waiting", body="<p>Came while she read</p>")
    fields = {"action": "approve", "_selected_action": [first.pk], "select_across": "1", **shown}
    fields["_confirmed"] = "1"
    answer = text(moderator.post(LIST, fields, follow=True))
    first.refresh_from_db()
    late.refresh_from_db()
    assert (first.status, late.status) == ("approved", "waiting")
    assert "not on the page you saw" in answer


def form_of(client, comment) -> dict[str, str]:
    page = client.get(f"{LIST}{comment.pk}/change/")
    return {"name": comment.name, "website": "", "body": comment.body, **opened(page.text)}


def opened(page: str) -> dict[str, str]:
    """What a form carries of the values that it was opened with."""
    fields = html.fromstring(page).xpath("//input[@name='opened_from' or @name='opened_at']")
    return {field.get("name"): field.get("value") for field in fields}


def test_a_moderators_form_replaces_no_words_that_it_did_not_show(moderator, private, comment):
    page = f"{LIST}{comment.pk}/change/"
    fields = form_of(moderator, comment) | {"body": "<p>Mended by hand</p>"}
    change(private)
    answer = text(moderator.post(page, fields))
    comment.refresh_from_db()
    assert comment.body == f"<p>{NEW}</p>"
    assert "changed this while you were writing. Nothing has been saved yet." in answer
    assert f'<blockquote class="cw-words" dir="auto"><p>{NEW}</p>' in answer
    assert "Mended by hand" in answer  # what was typed is kept
    # The button beside the form decides on what is stored.
    assert f'value="approved.{comment.version}"' in answer
    fields |= opened(answer)
    assert moderator.post(page, fields).status_code == 302
    comment.refresh_from_db()
    assert comment.body == "<p>Mended by hand</p>"


def test_of_two_moderators_forms_the_second_replaces_nothing(moderator, comment):
    other = signed_in("root", is_superuser=True)
    first, second = form_of(moderator, comment), form_of(other, comment)
    page = f"{LIST}{comment.pk}/change/"
    assert moderator.post(page, first | {"body": "<p>First</p>"}).status_code == 302
    assert other.post(page, second | {"body": "<p>Second</p>"}).status_code == 200
    comment.refresh_from_db()
    assert comment.body == "<p>First</p>"


def test_a_click_publishes_no_words_that_its_page_did_not_show(client, make):
    item = make.post()
    make.comment(item, email="nora@example.org")
    private = post(item)["Location"]
    comment = Comment.objects.latest("pk")
    mail = OutgoingMail.objects.get(kind="comment_confirm")
    path = re.search(r"http://[^/]+(/comments/confirm/\S+)", mail.text)[1]
    seen = seen_in(text(client.get(path)))
    change(private)
    answer = text(client.post(path, seen))
    comment.refresh_from_db()
    assert (comment.status, comment.is_confirmed) == ("waiting", False)
    assert "it was not published" in answer
    assert NEW in answer
    client.post(path, seen_in(answer))
    comment.refresh_from_db()
    assert comment.is_public


def test_the_spam_service_is_asked_again_about_words_changed_while_it_answered(
    make, settings, monkeypatch
):
    from competencyworks.core.discussion import akismet, proofs

    settings.AKISMET_KEY = "key"
    item = make.post()
    make.comment(item, email="nora@example.org")
    post(item, device=proofs.device_token("nora@example.org"))
    comment = Comment.objects.latest("pk")
    asked = []

    def check(stored):
        asked.append(stored.body)
        if len(asked) == 1:
            change(proofs.private_path(comment))
            return akismet.Finding.HAM
        return akismet.Finding.SPAM

    monkeypatch.setattr(akismet, "check", check)
    service_work.work()
    comment.refresh_from_db()
    assert asked == ["<p>Well <em>said</em>.</p>", f"<p>{NEW}</p>"]
    assert comment.status == "spam"


def test_who_decides_in_the_moment_of_a_change_gets_the_new_words(private, comment):
    change(private)
    with pytest.raises(moderation.WordsChanged):
        moderation.decide(
            comment, "approved", source="moderator", reason="Good.", seen=comment.version
        )
    assert comment.body == f"<p>{NEW}</p>"
    assert comment.edited_at
