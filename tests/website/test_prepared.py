"""Queries that are written once answer each request anew: for its moment and for its values."""

import gc
from datetime import timedelta

import pytest
from django.utils import timezone

from competencyworks.core.models import Revision
from competencyworks.core.prepared import Prepared
from tests import factories
from tests.website import one_of_each

pytestmark = pytest.mark.django_db

LISTS = [
    "/", "/blog/", "/blog/k-12/", "/blog/2026/03/", "/series/umbrella/", "/topics/equity/",
    "/tags/pacing/", "/states/nh/", "/people/ana/", "/feed/", "/blog/k-12/feed/",
    "/series/umbrella/feed/", "/topics/equity/feed/", "/tags/pacing/feed/", "/states/nh/feed/",
    "/people/ana/feed/",
]  # fmt: skip

PAGES = [
    "/blog/2026/03/pace/", "/papers/report/", "/events/", "/events/talk/", "/wiki/",
    "/wiki/pacing/",
    "/wiki/recent/", "/wiki/states/", "/wiki/resources/", "/wiki/resources/?topic=equity&view=map",
    "/wiki/resources/?kind=policy&state=nh", "/wiki/providers/", "/search/?q=pace", "/about/",
    "/blog/whats-new/", "/topics/",
]  # fmt: skip


@pytest.fixture
def clock(monkeypatch):
    """Sets the time of the site."""
    start = timezone.datetime(2026, 3, 20, 12, tzinfo=timezone.get_default_timezone())

    def set_to(hours: int):
        monkeypatch.setattr(timezone, "now", lambda: start + timedelta(hours=hours))
        return timezone.now()

    return set_to


def test_every_list_follows_the_clock_from_one_request_to_the_next(client, clock):
    now = clock(0)
    everywhere = {
        "authors": [factories.person(slug="ana")],
        "topics": [factories.topic(slug="equity")],
        "tags": ["pacing"],
        "states": [factories.state("NH")],
        "series": factories.series(slug="umbrella", publish_at=now - timedelta(days=1)),
    }
    factories.post(title="From the start", publish_at=now - timedelta(hours=1), **everywhere)
    coming = factories.post(
        title="For two hours",
        publish_at=now + timedelta(hours=1),
        unpublish_at=now + timedelta(hours=3),
        **everywhere,
    )

    def showing():
        return [each for each in LISTS if coming.title in client.get(each).content.decode()]

    assert all("From the start" in client.get(each).content.decode() for each in LISTS)
    assert (showing(), client.get(coming.path).status_code) == ([], 404)
    clock(2)
    assert (showing(), client.get(coming.path).status_code) == (LISTS, 200)
    clock(4)
    assert (showing(), client.get(coming.path).status_code) == ([], 404)


def test_a_list_is_asked_for_each_term_anew(client):
    above = factories.topic(slug="above")
    below = factories.topic(slug="below", parent=above)
    factories.topic(slug="beside")
    factories.post(title="Post one", tags=["one"], topics=[above])
    factories.post(title="Post two", tags=["two"], topics=[below], channel="higher-ed")

    def found(address: str) -> list[str]:
        text = client.get(address).content.decode()
        return [title for title in ("Post one", "Post two") if f">{title}</a>" in text]

    assert found("/tags/one/") == ["Post one"]
    assert found("/tags/two/") == ["Post two"]
    assert found("/blog/k-12/") == ["Post one"]
    assert found("/blog/higher-ed/") == ["Post two"]
    assert found("/topics/below/") == ["Post two"]
    assert found("/topics/beside/") == []
    assert found("/topics/above/") == ["Post one", "Post two"]
    assert client.get("/tags/three/").status_code == 404


def test_a_statement_that_would_keep_a_moment_is_refused(db):
    kept = Prepared(lambda at: Revision.objects.public())
    with pytest.raises(ValueError, match="holds a moment"):
        kept.rows()
    assert Prepared(lambda at: Revision.objects.public(at)).rows() == []


def test_every_kept_statement_is_the_same_whenever_it_was_written(client, clock):
    """Also where the time would stand in it as text or as the number of a year."""
    one_of_each.build()
    for address in [*one_of_each.FEEDS, *LISTS, *PAGES]:
        client.get(address)
    ours = ("blog", "wiki", "events", "competencyworks")
    kept = [
        each
        for each in gc.get_objects()
        if type(each) is Prepared and each.names and each.build.__module__.startswith(ours)
    ]
    assert len(kept) > 40
    for each in kept:
        values = dict.fromkeys(set(each.names) - {"at"}, 1)
        clock(0)
        early = Prepared(each.build)
        early.statement(**values)
        clock(24 * 400)
        late = Prepared(each.build).statement(**values)
        assert early.statement(**values) == late, each.build.__qualname__
