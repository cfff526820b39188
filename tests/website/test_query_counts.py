"""Each page costs the same number of queries, however much it holds."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from competencyworks.website.models import SiteSettings
from tests import factories

pytestmark = pytest.mark.django_db

# What each page asks for, beside its own rows: the site's settings with the menu (1).
PAGES = {
    "/": 7,  # stream, newest of higher education, series, events, resources, comments
    "/subscribe/": 1,
    "/blog/": 4,  # posts, channels, year of the first post
    "/blog/k-12/": 3,  # channel, posts
    "{month}": 2,  # posts
    "{post}": 7,  # post with authors and terms, series parts, comments, pictures, events, read next
    "/blog/whats-new/": 2,  # digests
    "{digest}": 6,  # post, comments, links as data, events, read next
    "/series/": 3,  # series, their parts
    "/series/umbrella/": 3,  # series, parts
    "/topics/": 2,  # the tree
    "/papers/": 5,  # papers, tree of topics, years and topics in use
    "/papers/?year=2021&topic=equity": 5,
    "/papers/report/": 5,  # paper with authors and terms, pictures, file, comments
    "/papers/report/report.pdf": 2,  # paper, file
    "/papers/report/cite.ris": 2,  # paper, whether it has a file
    "/papers/feed/": 2,  # papers, which have a file
    "{post}cite.bib": 1,
    "/topics/equity/": 6,  # tree with the topic, papers, events, posts, wiki
    "/tags/pacing/": 6,  # tag, papers, events, posts, wiki
    "/states/": 3,  # states, counts
    "/states/nh/": 6,  # state, papers, events, posts, wiki
    "/people/ana/": 5,  # person with resources, papers, events, posts
    "/search/?q=word": 5,  # date of the recent posts, matches, results, names
    "/wiki/resources/": 4,  # tree of topics, list, counts
    "/wiki/resources/?kind=policy&topic=equity&state=nh&tag=pacing": 6,  # state, tag
    "/wiki/resources/?view=table&sort=title": 4,
    "/wiki/resources/?view=map": 5,
    "{resource}": 3,  # resource with terms and pages, comments
    "{resource}cite.bib": 1,
    "/wiki/providers/": 3,  # states, providers
    "/wiki/providers/?state=nh&service=coaching": 3,
    "/about/": 3,  # page, pages below
    "/feed/": 2,  # posts, parts of their series
    "/blog/k-12/feed/": 3,
    "/blog/whats-new/feed/": 1,
    "/series/umbrella/feed/": 3,
    "/topics/equity/feed/": 4,
    "/tags/pacing/feed/": 3,
    "/people/ana/feed/": 3,
}


def fill(count: int) -> dict[str, str]:
    """`count` more posts in every list; returns addresses that depend on them."""
    SiteSettings().save()
    ana = factories.Person.objects.filter(slug="ana").first() or factories.person(slug="ana")
    ben = factories.person(portrait=factories.image())
    topic = factories.Topic.objects.filter(slug="equity").first() or factories.topic(slug="equity")
    series = factories.Series.objects.filter(slug="umbrella").first()
    series = series or factories.series(title="Umbrella", slug="umbrella")
    page = factories.Page.objects.filter(slug="about").first()
    page = page or factories.page(title="About", slug="about", in_menu=True)
    picture = factories.image()
    report = factories.Paper.objects.filter(slug="report").first() or factories.paper(slug="report")
    factories.paper_file(report, factories.pdf(f"Version {count}"))
    for _ in range(count):
        paper = factories.paper(
            authors=[ana, ben],
            topics=[topic, factories.topic()],
            tags=["pacing"],
            states=[factories.state()],
            picture=picture,
            year=2021,
            file=factories.pdf("One"),
        )
        factories.comment(report)
        for relation in ("topics", "authors", "states"):
            getattr(report, relation).add(*getattr(paper, relation).all())
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
        links = [factories.link() for _ in range(4 * count)]
        digest = factories.digest(factories.heading(), *links, publish_at=factories.ago(hours=2))
        factories.series()
        factories.page(parent=page, in_menu=True)
        comment = factories.comment(post)
        factories.comment(post, parent=comment)
        for kind in ("policy", "provider", "report"):
            resource = factories.resource(
                kind=kind,
                topics=[topic, factories.topic()],
                tags=["pacing"],
                states=[factories.state()],
                authors=f"{ana.name}; {ben.name}",
                services="Coaching" if kind == "provider" else "",
            )
            factories.comment(resource)
            factories.wiki_page(topics=[topic], tags=["pacing"], states=[factories.state()])
    month = timezone.localtime(post.publish_at)
    return {
        "{month}": f"/blog/{month:%Y}/{month:%m}/",
        "{post}": post.path,
        "{digest}": digest.path,
        "{resource}": resource.path,
    }


def test_no_page_costs_more_where_there_is_more(client):
    seen = {}
    for size in (1, 4):
        addresses = fill(size)
        for page in PAGES:
            address = page
            for name, found in addresses.items():
                address = address.replace(name, found)
            client.get(address)  # content types are read once a process
            with CaptureQueriesContext(connection) as queries:
                assert client.get(address).status_code == 200
            seen.setdefault(page, []).append(len(queries))
    assert seen == {page: [count, count] for page, count in PAGES.items()}
