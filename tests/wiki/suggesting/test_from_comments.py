"""A link in a comment becomes a resource, with credit and a way back."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests import factories
from wiki.models import Resource, Suggestion
from wiki.suggesting import deciding, from_comments

pytestmark = pytest.mark.django_db
URL = "https://alderbrook.example.org/grading/"


@pytest.fixture
def post(make):
    return make.post(title="A post")


@pytest.fixture
def comment(post):
    body = (
        f'<p>We use <a href="{URL}">a grading guide</a>, and '
        '<a href="/blog/">the blog</a>, and <a href="https://b.example/">https://b.example/</a>.</p>'
    )
    return factories.comment(post, name="Nora Quist", email="nora@example.org", body=body)


def page_of(client, comment) -> str:
    return client.get(f"/admin/core/comment/{comment.pk}/change/").content.decode()


def suggest(client, comment, url=URL):
    return client.post(f"/admin/core/comment/{comment.pk}/suggest/", {"url": url}, follow=True)


def test_accepted_the_resource_the_credit_and_the_links_both_ways_exist(
    moderator, curator, comment, post, client
):
    assert page_of(moderator, comment).count("Suggest to the wiki") == 2
    assert "awaiting review" in suggest(moderator, comment).content.decode()
    row = Suggestion.objects.get()
    assert (row.title, row.url, row.name, row.email) == ("a grading guide", URL, "Nora Quist", "")
    assert "From a comment, suggested by moderator" in row.note

    assert "Now in the wiki" not in client.get(post.path).content.decode()
    form = {"title": "A Grading Guide", "url": URL, "kind": "tool", "decide": "publish"}
    curator.post(f"/admin/wiki/suggestion/{row.pk}/change/", form)
    item = Resource.objects.get()

    resource_page = client.get(item.path).content.decode()
    assert 'Suggested by <span class="name" dir="auto">Nora Quist</span>' in resource_page
    assert f'href="/comments/{comment.pk}/">a comment on “A post”</a>' in resource_page
    text = client.get(post.path).content.decode()
    assert f'Now in the wiki: <a href="{item.path}">A Grading Guide</a>' in text
    assert "accepted" in page_of(moderator, comment)


def test_a_form_that_comes_back_shows_the_links_that_are_stored(moderator, comment):
    words = {"name": "Nora bit.ly/x", "body": "<p>One<br>two & <b>three", "website": ""}
    answer = moderator.post(f"/admin/core/comment/{comment.pk}/change/", words)
    assert answer.status_code == 200
    assert answer.text.count("Suggest to the wiki") == 2


def test_a_link_is_suggested_once(moderator, comment):
    suggest(moderator, comment)
    answer = suggest(moderator, comment, "http://www.alderbrook.example.org/grading")
    assert "has already been suggested" in answer.content.decode()
    assert Suggestion.objects.count() == 1


@pytest.mark.parametrize("url", ["https://elsewhere.example.org/", "/blog/", "", "javascript:x"])
def test_only_a_link_of_the_comment_is(moderator, comment, url):
    assert "is not in the comment" in suggest(moderator, comment, url).content.decode()
    assert not Suggestion.objects.exists()


def test_a_comment_that_waits_is_not_put_forward(moderator, post):
    waits = factories.comment(post, status="waiting", body=f'<p><a href="{URL}">w</a></p>')
    assert "Approve the comment to suggest this link" in page_of(moderator, waits)
    suggest(moderator, waits)
    assert not Suggestion.objects.exists()


def test_others_may_not(author, curator, comment):
    for client in (author, curator):
        assert suggest(client, comment).status_code == 403
    assert not Suggestion.objects.exists()


def test_what_is_in_the_wiki_already_is_said(moderator, comment, make):
    make.resource(title="Known already", url=URL)
    assert "Known already" in page_of(moderator, comment)


def accepted(comment, curator) -> Resource:
    row = from_comments.suggest(comment, URL, curator.user)
    return deciding.accept_resource(row, curator.user, publish=True)


def test_neither_side_leads_to_what_readers_do_not_see(comment, curator, post, client):
    item = accepted(comment, curator)
    item.status = "withdrawn"
    item.save()
    assert "Now in the wiki" not in client.get(post.path).content.decode()
    item.status = "published"
    item.save()
    comment.status = "spam"
    comment.save()
    assert "a comment on" not in client.get(item.path).content.decode()


def test_comments_of_which_nothing_was_made_cost_no_query(comment, curator, post, client):
    other = factories.post()
    factories.comment(other)
    counts = {}
    accepted(comment, curator)
    for each in (post, other):
        client.get(each.path)
        with CaptureQueriesContext(connection) as queries:
            client.get(each.path)
        counts[each] = len(queries)
    assert counts[post] == counts[other] + 2
