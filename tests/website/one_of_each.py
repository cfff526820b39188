"""One published item of each kind, and the addresses at which programs read of them."""

from django.utils import timezone

from blog.models import Post
from competencyworks.core import revisions
from tests import factories
from tests.events.factories import event

FEEDS = [
    "/feed/", "/blog/feed/", "/blog/k-12/feed/", "/blog/higher-ed/feed/", "/blog/whats-new/feed/",
    "/series/umbrella/feed/", "/papers/feed/", "/events/feed/", "/wiki/recent/feed/",
    "/topics/equity/feed/", "/tags/pacing/feed/", "/states/nh/feed/", "/people/ana/feed/",
    "/comments/feed/", "/blog/2026/03/pace/feed/",
]  # fmt: skip
SITEMAPS = ["/sitemap.xml", "/sitemap-lists.xml"] + [
    f"/sitemap-{name}.xml"
    for name in ("posts", "series", "papers", "events", "wiki", "resources", "pages")
]
CALENDARS = ["/events/calendar.ics", "/events/calendar.ics?topic=equity", "/events/talk/event.ics"]


def build() -> Post:
    """Something for each of the addresses above; returns the post that has comments."""
    at = timezone.datetime(2026, 3, 20, 12, tzinfo=timezone.get_default_timezone())
    ana, equity = factories.person(slug="ana"), factories.topic(slug="equity")
    where = {"tags": ["pacing"], "topics": [equity], "states": [factories.state("NH")]}
    series = factories.series(slug="umbrella", publish_at=at)
    post = factories.post(slug="pace", publish_at=at, authors=[ana], series=series, **where)
    factories.post(channel="higher-ed", publish_at=at)
    factories.digest(publish_at=at)
    factories.paper(slug="report", publish_at=at)
    factories.page(slug="about")
    factories.resource()
    factories.comment(post)
    revisions.record(factories.wiki_page("Pacing"), reason="x")
    talk = event(slug="talk", attendance="both", venue="Elm Hall", venue_address="1 Elm Street")
    talk.topics.add(equity)
    return post
