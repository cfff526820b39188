"""A form whose token is missing: a page of ours that says why and gives the words back."""

import pytest
from django.test import Client
from lxml import html

from competencyworks.website import csrf_failure

pytestmark = pytest.mark.django_db


@pytest.fixture
def strict() -> Client:
    return Client(enforce_csrf_checks=True)


@pytest.mark.parametrize("path", ["/admin/blog/post/add/", "/admin/login/"])
def test_what_was_typed_comes_back_without_a_session(strict, path):
    words = 'Three hours of words.\n<script>alert("x")</script> </textarea><b>'
    response = strict.post(path, {"title": "My title", "body": words, "empty": ""})
    page = response.content.decode()
    assert response.status_code == 403
    assert "no-store" in response["Cache-Control"]
    assert [field.text for field in response.context["fields"]] == ["My title", words]
    assert "<textarea" in page
    assert "readonly" in page
    assert "<script>alert" not in page
    assert "</textarea><b>" not in page
    assert "CSRF" not in page
    assert ("Sign in" in page) is path.startswith("/admin/")


def test_an_expired_session_is_no_error(strict):
    strict.cookies["sessionid"] = "gone"
    response = strict.post("/admin/blog/post/add/", {"title": "My title"})
    assert response.status_code == 403
    assert "My title" in response.content.decode()


def test_secrets_files_and_what_nobody_typed_stay_out(strict):
    from django.core.files.uploadedfile import SimpleUploadedFile

    secrets = {
        "password": "pw-1", "new_password2": "pw-2", "oldpassword": "pw-3",
        "csrfmiddlewaretoken": "pw-4", "access_token": "pw-5", "client_secret": "pw-6",
        "credential": "pw-7", "code": "pw-8", "authors-TOTAL_FORMS": "pw-9",
        "file": SimpleUploadedFile("pw-10.txt", b"pw-11"), "login": "ann",
    }  # fmt: skip
    page = strict.post("/admin/login/", secrets).content.decode()
    assert "pw-" not in page
    assert "ann" in page


def shown(response) -> dict[str, str]:
    return {field.name: field.text for field in response.context["fields"]}


def test_only_what_somebody_typed_is_shown_by_the_labels_of_the_form(root, strict, make):
    """Everything that the form of a post holds is sent; what is text comes back."""
    post = make.post(title="My title", tags=["grading", "rubrics"])
    url = f"/admin/blog/post/{post.pk}/change/"
    form = max(html.fromstring(root.get(url).content).forms, key=lambda form: len(form.inputs))
    sent = dict(form.form_values()) | {
        "body": "<p>Words.</p>", "seo_title": "A title", "revision_reason": "It was wrong.",
        "goes_public_at_0": "2027-01-01", "channel": "1", "series_position": "3",
        "post_authors-0-id": "60", "post_authors-0-person": "7", "based_on": "1",
        "kept_as": "blog-post-7-abcdefgh", "_save": "Save", "_continue": "Save and stay",
    }  # fmt: skip
    found = shown(strict.post(url, sent))
    found.pop("Publish on (date)"), found.pop("Publish on (time)")
    assert found == {
        "Title": "My title", "Slug": post.slug, "Text": "<p>Words.</p>",
        "Tags": sent["tags"], "Title for search engines": "A title",
        "Reason for the change": "It was wrong.", "Publish this version on (date)": "2027-01-01",
    }  # fmt: skip


def test_rows_of_a_form_are_told_apart(strict):
    sent = {
        "event_people-0-role": "Moderator", "event_people-1-role": "Guest",
        "event_people-1-part": "presenter", "event_people-1-person": "9",
        "event_people-1-position": "2", "questions-2-0-text": "How did it go?",
        "questions-__prefix__-text": "none", "title": "A webinar", "zone": "America/Denver",
    }  # fmt: skip
    found = shown(strict.post("/admin/events/event/add/", sent))
    assert found.pop("Title") == "A webinar"
    said = [(name[name.index(":") - 1 :], text) for name, text in found.items()]
    expected = [("1: role", "Moderator"), ("2: role", "Guest"), ("1: text", "How did it go?")]
    assert said == expected


def test_an_address_that_was_typed_is_shown_though_other_pages_hide_one(strict):
    sent = {"url": "https://example.org/report", "title": "A report", "kind": "report"}
    found = shown(strict.post("/admin/wiki/resource/add/", sent))
    assert list(found.values()) == ["https://example.org/report", "A report"]


def test_of_a_form_without_a_model_the_names_tell(strict):
    sent = {"name": "Mary Lee", "email": "mary@example.org", "roles": "3", "next": "/admin/"}
    found = shown(strict.post("/admin/invite/", sent | {"_selected_action": "4", "action": "x"}))
    assert found == {"Name": "Mary Lee", "Email": "mary@example.org"}


def test_very_much_is_cut_and_said(strict):
    response = strict.post("/admin/x/", {"a": "y" * 400_000, "b": "z" * 400_000, "c": "end"})
    page = response.content.decode()
    assert len(page) < 600_000
    assert "beginning only" in page
    assert "too long to show" in page
    many = {f"field{number}": "x" for number in range(900)}
    fields = strict.post("/admin/x/", many).context["fields"]
    assert len(fields) == csrf_failure.MOST_FIELDS


def test_what_is_too_large_to_read_is_no_error_of_ours(strict, settings):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1000
    response = strict.post("/admin/x/", {"a": "y" * 5000})
    assert response.status_code in (400, 403, 413)
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1_000_000
    settings.DATA_UPLOAD_MAX_NUMBER_FIELDS = 5
    response = strict.post("/admin/x/", {f"f{number}": "y" for number in range(50)})
    assert response.status_code in (400, 403, 413)
