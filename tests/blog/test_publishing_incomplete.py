"""A form asks before an empty post goes public or to the editors, and keeps what was typed."""

import pytest

from blog.models import Post
from competencyworks.core.revisions import history
from tests import factories
from tests.blog import test_admin

pytestmark = pytest.mark.django_db
ADD = "/admin/blog/post/add/"


def form(post=None, **changes) -> dict:
    data = test_admin.form(post)
    del data["_publish_anyway"]
    return data | changes


def edit(client, post, **changes):
    return client.post(f"/admin/blog/post/{post.pk}/change/", form(post, **changes))


def test_publishing_an_empty_post_asks_first_and_saves_nothing(editor):
    answer = editor.post(ADD, form(title="Bare", body="", tags="pacing", _publish="1"))
    assert answer.status_code == 200
    assert "no text, no author" in answer.text
    assert 'value="Bare"' in answer.text
    assert "pacing" in answer.text
    assert "Publish all the same" in answer.text
    assert not Post.objects.exists()


def test_the_button_of_the_question_publishes_all_the_same(editor):
    editor.post(ADD, form(title="Bare", body="", _publish_anyway="_publish"))
    assert Post.objects.get().is_public
    assert history(Post.objects.get()).get().reason == "Published"


def test_a_draft_that_is_submitted_is_asked_about_too(author):
    post = factories.post(public=False, body="", created_by=author.user)
    answer = edit(author, post, title="A new title", _submit="1")
    assert "no text" in answer.text
    assert "Submit for review all the same" in answer.text
    assert 'value="A new title"' in answer.text
    post.refresh_from_db()
    assert (post.status, post.title == "A new title") == ("draft", False)
    edit(author, post, title="A new title", _publish_anyway="_submit")
    post.refresh_from_db()
    assert (post.status, post.title) == ("review", "A new title")


def test_a_state_that_is_chosen_is_asked_about_as_well(editor):
    post = factories.post(public=False, body="")
    answer = edit(editor, post, status="published")
    assert "Save all the same" in answer.text
    post.refresh_from_db()
    assert post.status == "draft"


def test_what_is_whole_or_stays_as_it_was_is_not_asked_about(editor):
    whole = factories.post(public=False, authors=[factories.person()])
    data = {"post_authors-TOTAL_FORMS": "1", "post_authors-INITIAL_FORMS": "1",
            "post_authors-0-id": whole.post_authors.get().pk,
            "post_authors-0-post": whole.pk, "post_authors-0-position": "0",
            "post_authors-0-person": whole.authors.get().pk}  # fmt: skip
    assert edit(editor, whole, _publish="1", **data).status_code == 302
    public = factories.post(body="")
    assert edit(editor, public, title="Another").status_code == 302
    assert edit(editor, factories.post(public=False, body="")).status_code == 302


def test_an_author_cannot_publish_by_the_button_of_the_question(author):
    author.post(ADD, form(title="Bare", body="", _publish_anyway="_publish"))
    assert Post.objects.get().status == "draft"


def test_who_wrote_a_resource_elsewhere_is_not_its_author_here(editor):
    """Its column `authors` may be empty, and the list asks about it as about any other kind."""
    resource = factories.resource(public=False, title="A report", authors="")
    answer = test_admin.tick(editor, "publish_selected", resource)
    assert answer.status_code == 200
    assert "no author" not in answer.text


def test_the_links_of_a_digest_are_its_text(editor):
    digest = factories.digest(factories.link("A bill"), public=False, body="")
    assert "no text" not in test_admin.tick(editor, "publish_selected", digest).text
