"""Each page costs the same number of queries, however much it holds."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests import factories

pytestmark = pytest.mark.django_db

# What each page asks for, beside its own rows: the site's settings and the pages of its menu (2).
PAGES = {
    "/": 6,  # stream, newest of higher education, series, events
    "/blog/": 5,  # posts, channels, year of the first post
    "/blog/k-12/": 4,  # channel, posts
    "{month}": 3,  # posts
    "{post}": 6,  # post with authors and terms, parts of the series, comments, pictures
    "/series/": 4,  # series, their parts
    "/series/umbrella/": 4,  # series, parts
    "/topics/": 3,  # the tree
    "/topics/equity/": 5,  # tree, posts, events
    "/tags/pacing/": 5,  # tag, posts, events
    "/states/nh/": 5,  # state, posts, events
    "/people/ana/": 5,  # person, posts, events
    "/search/?q=word": 5,  # matches, results, names
    "/about/": 5,  # page, pages below, comments
    "/feed/": 2,  # posts, parts of their series
    "/blog/k-12/feed/": 3,
    "/series/umbrella/feed/": 3,
    "/topics/equity/feed/": 4,
    "/tags/pacing/feed/": 3,
    "/people/ana/feed/": 3,
}


def fill(count: int) -> dict[str, str]:
    """`count` more posts in every list; returns addresses that depend on them."""
    ana = factories.Person.objects.filter(slug="ana").first() or factories.person(slug="ana")
    ben = factories.person(portrait=factories.image())
    topic = factories.Topic.objects.filter(slug="equity").first() or factories.topic(slug="equity")
    series = factories.Series.objects.filter(slug="umbrella").first()
    series = series or factories.series(title="Umbrella", slug="umbrella")
    page = factories.Page.objects.filter(slug="about").first()
    page = page or factories.page(title="About", slug="about", in_menu=True)
    picture = factories.image()
    for _ in range(count):
        post = factories.post(
            authors=[ana, ben],
            topics=[topic, factories.topic(parent=topic)],
            tags=["pacing", "grading"],
            states=[factories.state()],
            series=series,
            picture=picture,
            body=f'<p>A word.</p><p><img src="/x" alt="" data-image="{picture.pk}"></p>',
            publish_at=factories.ago(hours=1),
        )
        factories.post(channel="higher-ed", authors=[ana])
        factories.series()
        factories.page(parent=page, in_menu=True)
        comment = factories.comment(post)
        factories.comment(post, parent=comment)
    month = timezone.localtime(post.publish_at)
    return {"{month}": f"/blog/{month:%Y}/{month:%m}/", "{post}": post.path}


def test_no_page_costs_more_where_there_is_more(client):
    seen = {}
    for size in (1, 4):
        addresses = fill(size)
        for page in PAGES:
            client.get(addresses.get(page, page))  # content types are read once a process
            with CaptureQueriesContext(connection) as queries:
                assert client.get(addresses.get(page, page)).status_code == 200
            seen.setdefault(page, []).append(len(queries))
    assert seen == {page: [count, count] for page, count in PAGES.items()}
