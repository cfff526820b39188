"""How many comments there are is told at the head of a post and in every list of posts."""

import pytest
from lxml import html

from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def post():
    post = factories.post(
        title="Talked about", slug="talked-about", topics=[factories.topic(slug="equity")],
        tags=["pacing"], states=[factories.state()], authors=[factories.person(slug="ana")],
        series=factories.series(slug="umbrella"),
    )  # fmt: skip
    for status in ("approved", "approved", "waiting", "spam", "trash"):
        factories.comment(post, status=status)
    factories.comment(post, kind="pingback")
    factories.comment(factories.post(title="Another"))
    return post


def test_each_list_counts_the_public_comments(client, post):
    month = f"/blog/{post.publish_at:%Y}/{post.publish_at:%m}/"
    lists = [
        "/", "/blog/", "/blog/k-12/", month, "/topics/equity/", "/tags/pacing/", "/states/nh/",
        "/people/ana/", "/series/umbrella/",
    ]  # fmt: skip
    for address in lists:
        tree = html.fromstring(client.get(address).content)
        links = tree.xpath("//a[@class='comment-count'][@href=$to]", to=f"{post.path}#comments")
        assert [link.text for link in links] == ["2 comments"], address


def test_the_head_of_a_post_leads_to_its_comments(client, post):
    tree = html.fromstring(client.get(post.path).content)
    (link,) = tree.xpath("//header//a[@href='#comments']")
    assert link.text == "2 comments"
    assert tree.xpath("//*[@id='comments']")


def test_nothing_is_said_where_nobody_has_commented(client):
    post = factories.post()
    for address in ("/blog/", post.path):
        tree = html.fromstring(client.get(address).content)
        assert not tree.xpath("//a[@class='comment-count'] | //header//a[@href='#comments']")


def test_papers_and_digests_are_counted_too(client):
    paper, digest = factories.paper(), factories.digest()
    for item, address in ((paper, "/papers/"), (digest, "/blog/whats-new/")):
        factories.comment(item)
        tree = html.fromstring(client.get(address).content)
        assert tree.xpath("//a[@class='comment-count']/text()") == ["1 comment"]
