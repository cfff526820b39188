"""When a post says that it was updated."""

import json

import pytest
from lxml import html

from blog.models import Post
from competencyworks.core import revisions
from competencyworks.core.models import Revision
from tests import factories

pytestmark = pytest.mark.django_db
TEXT = "<p>Students move on when they are ready, and no sooner.</p>"
MORE = "<p>A reader from Vermont sent us the numbers of the second year as well.</p>"


def published(days: int = 30, **more) -> Post:
    """A post that appeared so many days ago, as its history tells."""
    post = factories.post(body=TEXT, publish_at=factories.ago(days=days), **more)
    revisions.record(post)
    Revision.objects.update(created_at=factories.ago(days=days + 1))
    return post


def edit(post: Post, **changed) -> Post:
    post = Post.objects.get(pk=post.pk)
    for name, value in changed.items():
        setattr(post, name, value)
    post.save()
    revisions.record(post)
    return Post.objects.get(pk=post.pk)


def head(client, post) -> str:
    found = html.fromstring(client.get(post.path).content).xpath("//header//p[@class='date']")
    return found[0].text_content()


def data(client, post) -> dict:
    tree = html.fromstring(client.get(post.path).content)
    graph = json.loads(tree.xpath("//script[@type='application/ld+json']")[0].text)["@graph"]
    return graph[0] | {
        "og": tree.xpath("//meta[@property='article:modified_time']/@content")[0],
    }


def test_a_post_whose_words_changed_says_when(client):
    post = published()
    assert "Updated" not in head(client, post)
    post = edit(post, body=TEXT + MORE)
    assert "Updated" in head(client, post)
    assert data(client, post)["dateModified"] == post.revised_at.isoformat()
    assert data(client, post)["og"] == post.revised_at.isoformat()


@pytest.mark.parametrize(
    "changed",
    [
        {"body": TEXT.replace("sooner", "earlier")},
        {"seo_description": "Other words for search engines, which no reader of the post sees."},
        {"excerpt": "Another line for lists that has quite a few words of its own in it."},
        {"body": TEXT.replace("<p>", "<p><strong>").replace("</p>", "</strong></p>")},
    ],
)
def test_a_typo_or_what_readers_do_not_see_is_no_update(client, changed):
    post = edit(published(), **changed)
    assert "Updated" not in head(client, post)
    assert data(client, post)["dateModified"] == post.publish_at.isoformat()


def test_many_small_changes_are_an_update(client):
    post = published()
    for word in ("students", "move", "ready", "sooner", "when", "they"):
        post = edit(post, body=post.body.lower().replace(word, f"other{word}"))
    assert "Updated" in head(client, post)


def test_what_changed_before_the_post_appeared_is_no_update(client):
    post = factories.post(public=False, body=TEXT)
    revisions.record(post)
    post = edit(post, body=TEXT + MORE)
    post = edit(post, body=MORE, status="published", publish_at=factories.ago(minutes=1))
    assert post.revised_at is None
    assert "Updated" not in head(client, post)


def test_a_change_on_the_day_of_publication_is_not_told(client):
    post = factories.post(body=TEXT, publish_at=factories.ago(seconds=2))
    revisions.record(post)
    Revision.objects.update(created_at=factories.ago(seconds=1))
    post = edit(post, body=TEXT + MORE)
    assert post.revised_at is not None
    assert "Updated" not in head(client, post)


def test_a_scheduled_post_is_not_updated_by_what_changes_until_then():
    post = factories.post(body=TEXT, publish_at=factories.ahead(days=2))
    revisions.record(post)
    assert edit(post, body=TEXT + MORE).revised_at is None


def test_a_new_link_in_a_digest_is_an_update(client):
    post = factories.digest(publish_at=factories.ago(days=30))
    revisions.record(post)
    Revision.objects.update(created_at=factories.ago(days=31))
    rows = [*post.digest_rows.all(), factories.link("A long title of one more link to read now")]
    post.set_ordered_rows(
        [{n: getattr(r, n) for n in ("kind", "title", "url", "source", "note")} for r in rows]
    )
    revisions.record(post)
    assert "Updated" in head(client, post)
