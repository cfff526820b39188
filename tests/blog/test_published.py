"""Drafts, scheduled, expired, withdrawn and trashed items are nowhere; published ones are."""

import re
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from blog.models import Paper, Post, Series
from competencyworks.website.models import Page
from tests import factories

pytestmark = pytest.mark.django_db
KINDS = {
    "post": (factories.post, Post),
    "digest": (factories.digest, Post),
    "series": (factories.series, Series),
    "paper": (factories.paper, Paper),
    "page": (factories.page, Page),
}
HIDDEN = {
    "draft": {"status": "draft"},
    "review": {"status": "review", "publish_at": factories.ago(days=2)},
    "scheduled": {"publish_at": factories.ahead(days=1)},
    "expired": {"publish_at": factories.ago(days=2), "unpublish_at": factories.ago(minutes=1)},
    "withdrawn": {"status": "withdrawn"},
    "trashed": {"trashed_at": factories.ago(minutes=1)},
}


def every_address(client: Client) -> dict[str, str]:
    """Every public list, feed, sitemap and search, by address."""
    person = factories.person("Ana Ruiz", slug="ana-ruiz")
    person.posts.add(*Post.objects.all())
    person.papers.add(*Paper.objects.all())
    addresses = [
        "/", "/feed/", "/blog/", "/blog/feed/", "/blog/k-12/", "/blog/k-12/feed/", "/series/",
        "/blog/whats-new/", "/blog/whats-new/feed/",
        "/topics/", "/topics/equity/", "/topics/equity/feed/",
        "/tags/pacing/", "/tags/pacing/feed/",
        "/states/nh/", "/states/nh/feed/", "/people/ana-ruiz/", "/people/ana-ruiz/feed/",
        "/search/?q=quetzal", "/sitemap.xml", "/sitemap-posts.xml", "/sitemap-series.xml",
        "/papers/", "/papers/?year=2024", "/papers/?topic=equity", "/papers/feed/",
        "/sitemap-papers.xml",
        "/sitemap-pages.xml", "/sitemap-lists.xml", "/series/umbrella/", "/series/umbrella/feed/",
        "/umbrella/",
    ]  # fmt: skip
    for day in (factories.ago(days=1), factories.ago(days=2), timezone.now()):
        day = timezone.localtime(day)
        addresses += [f"/blog/{day:%Y}/", f"/blog/{day:%Y}/{day:%m}/"]
    found = {}
    for address in addresses:
        response = client.get(address)
        if response.status_code == 200:
            found[address] = response.content.decode()
    return found


def stage(kind: str, **more):
    """An item of `kind` inside every list that could show it."""
    topic, _ = factories.Topic.objects.get_or_create(name="Equity", slug="equity")
    umbrella = Series.objects.filter(slug="umbrella").first() or factories.series(
        title="Umbrella", slug="umbrella"
    )
    page = Page.objects.filter(slug="umbrella").first() or factories.page(
        title="Umbrella page", slug="umbrella", in_menu=True
    )
    make, _ = KINDS[kind]
    if kind == "post":
        more.setdefault("series", umbrella)
    if kind == "page":
        more.setdefault("parent", page)
        more["in_menu"] = True
    if kind == "paper":
        more["year"] = 2024
    more.setdefault("title", "Zanzibar quetzal")
    return make(
        slug="zanzibar-quetzal",
        topics=[topic],
        tags=["pacing"],
        states=[factories.state()],
        **more,
    )


@pytest.mark.parametrize("why", HIDDEN)
@pytest.mark.parametrize("kind", KINDS)
def test_what_is_not_published_is_nowhere(client, kind, why):
    item = stage(kind, **HIDDEN[why])
    assert client.get(item.path).status_code == 404
    for address, text in every_address(client).items():
        assert not re.search("zanzibar", text, re.I), f"{why} {kind} shows on {address}"


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_published_is_found(client, kind):
    item = stage(kind)
    assert client.get(item.path).status_code == 200
    showing = {a for a, text in every_address(client).items() if "anzibar" in text}
    expected = {
        "post": {"/", "/feed/", "/blog/", "/blog/k-12/", "/blog/k-12/feed/", "/topics/equity/",
                 "/tags/pacing/", "/states/nh/", "/people/ana-ruiz/", "/series/umbrella/",
                 "/series/umbrella/feed/", "/search/?q=quetzal", "/sitemap-posts.xml"},
        "digest": {"/", "/feed/", "/blog/", "/blog/k-12/", "/blog/k-12/feed/", "/topics/equity/",
                   "/blog/whats-new/", "/blog/whats-new/feed/", "/tags/pacing/", "/states/nh/",
                   "/people/ana-ruiz/", "/search/?q=quetzal", "/sitemap-posts.xml"},
        "series": {"/series/", "/search/?q=quetzal", "/sitemap-series.xml"},
        "paper": {"/papers/", "/papers/?year=2024", "/papers/?topic=equity", "/papers/feed/",
                  "/topics/equity/", "/tags/pacing/", "/states/nh/", "/people/ana-ruiz/",
                  "/search/?q=quetzal", "/sitemap-papers.xml"},
        "page": {"/umbrella/", "/search/?q=quetzal", "/sitemap-pages.xml"},
    }[kind]  # fmt: skip
    assert expected <= showing


@pytest.mark.parametrize("kind", KINDS)
def test_a_published_item_without_a_date_is_refused_by_the_database(kind):
    make, model = KINDS[kind]
    item = make()
    with pytest.raises(IntegrityError), transaction.atomic():
        model.objects.filter(pk=item.pk).update(publish_at=None)


def test_a_scheduled_post_appears_in_its_minute_and_leaves_in_its_minute():
    start = timezone.now() + timedelta(minutes=5)
    item = factories.post(publish_at=start, unpublish_at=start + timedelta(minutes=5))
    rows = Post.objects.filter(pk=item.pk)
    assert not rows.published(at=start - timedelta(seconds=1)).exists()
    assert rows.published(at=start).exists()
    assert not rows.published(at=start + timedelta(minutes=5)).exists()
