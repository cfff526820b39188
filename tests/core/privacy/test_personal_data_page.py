"""The admin's page on a person's data: look, download, confirm, erase; for superusers alone."""

import json

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.sessions.models import Session
from django.test import Client

from competencyworks.core.models import Comment
from tests.core.privacy.conftest import EMAIL, NAME
from tests.core.privacy.whole_database import found

pytestmark = pytest.mark.django_db

PAGE = "/admin/personal-data/"


def posted(client, **data) -> str:
    response = client.post(PAGE, {"email": EMAIL, **data})
    assert response.status_code == 200
    assert "no-store" in response["Cache-Control"]
    return response.content.decode()


def test_it_shows_what_is_held_and_gives_it_as_a_file(root, ana):
    text = posted(root)
    assert "My words" in text
    assert "Comments. Public ones stay" in text
    assert 'value="download"' in text
    response = root.post(PAGE, {"email": EMAIL, "step": "download"})
    assert response["Content-Disposition"] == 'attachment; filename="personal-data.json"'
    assert "no-store" in response["Cache-Control"]
    assert json.loads(response.content)["held"]["comments"][0]["name"] == NAME


def test_it_erases_after_a_question_and_keeps_that_it_did(root, ana):
    before = found(EMAIL)
    text = posted(root, step="confirm")
    assert "This cannot be undone" in text
    assert "Also remove the text of their comments" in text
    assert found(EMAIL) == before
    text = posted(root, step="erase", words="on", profile="on")
    assert "The email address no longer appears anywhere in the database." in text
    assert found(EMAIL) == found("silvarow") == []
    entry = LogEntry.objects.latest("pk")
    assert entry.user == root.user
    assert "comments" in entry.change_message
    for session in Session.objects.all():
        assert "silvarow" not in str(session.get_decoded()).lower()
    assert root.get("/admin/").status_code == 200


def test_a_choice_not_made_is_kept_to(root, ana):
    posted(root, step="erase")
    assert found(EMAIL) == []
    assert found("My words")
    assert found(NAME)


def test_bad_input_gets_a_message_and_erases_nothing(root, ana):
    text = root.post(PAGE, {"email": "nobody", "step": "erase"}).content.decode()
    assert "Enter a valid email address" in text
    assert found(EMAIL)


def test_markup_in_what_people_wrote_is_shown_as_text(root, ana):
    Comment.objects.filter(pk=ana.comment.pk).update(name="<script>alert(1)</script>")
    assert "<script>alert(1)" not in posted(root)


def test_it_is_for_superusers(editor, ana):
    assert editor.get(PAGE).status_code == 403
    assert editor.post(PAGE, {"email": EMAIL, "step": "erase"}).status_code == 403
    assert PAGE not in editor.get("/admin/").content.decode()
    assert Client().post(PAGE, {"email": EMAIL, "step": "erase"}).status_code == 302
    assert found(EMAIL)


def test_a_post_from_elsewhere_is_refused(root, ana):
    client = Client(enforce_csrf_checks=True)
    client.force_login(root.user)
    assert client.post(PAGE, {"email": EMAIL, "step": "erase"}).status_code == 403
    assert found(EMAIL)
