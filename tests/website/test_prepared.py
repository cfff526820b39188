"""Queries that are written once answer each request anew: for its moment and for its values."""

from datetime import timedelta

import pytest
from django.utils import timezone

from tests import factories

pytestmark = pytest.mark.django_db

LISTS = [
    "/", "/blog/", "/blog/k-12/", "/blog/2026/03/", "/series/umbrella/", "/topics/equity/",
    "/tags/pacing/", "/states/nh/", "/people/ana/", "/feed/", "/blog/k-12/feed/",
    "/series/umbrella/feed/", "/topics/equity/feed/", "/tags/pacing/feed/", "/states/nh/feed/",
    "/people/ana/feed/",
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
