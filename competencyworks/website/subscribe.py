"""The page that explains feeds, and gives the addresses of feeds and calendar to copy."""

from typing import NamedTuple

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from competencyworks.core.metadata import PageMeta, absolute

PATH = "/subscribe/"
CALENDAR = "/events/calendar.ics"


class Feed(NamedTuple):
    """One feed of the whole site or of a large part of it."""

    name: str
    path: str
    about: str

    @property
    def url(self) -> str:
        return absolute(self.path)


FEEDS = (
    Feed("All posts", "/feed/", "Every post of both blogs, with its whole text"),
    Feed("K-12", "/blog/k-12/feed/", "Posts on schools"),
    Feed("Higher education", "/blog/higher-ed/feed/", "Posts on colleges"),
    Feed("What’s New", "/blog/whats-new/feed/", "Links worth following, with a note on each"),
    Feed("Papers", "/papers/feed/", "Reports and briefs to download"),
    Feed("Events", "/events/feed/", "Webinars, conferences, meetings, and deadlines as announced"),
    Feed("Wiki", "/wiki/recent/feed/", "What is added to and changed in the wiki"),
    Feed("Comments", "/comments/feed/", "What readers say about posts and pages"),
)


def subscribe(request: HttpRequest) -> HttpResponse:
    """How to follow the site: by feed, and by calendar."""
    meta = PageMeta(
        title="Subscribe",
        path=PATH,
        description="Follow new posts, papers, events, and comments in a feed reader, and events "
        "in your calendar. What a feed is, and all feed addresses to copy.",
        crumbs=[("Home", "/"), ("Subscribe", PATH)],
        feeds=[(feed.name, feed.path) for feed in FEEDS],
    )
    host = settings.SITE_URL.partition("://")[2]
    context = {
        "meta": meta,
        "feeds": FEEDS,
        "calendar_url": absolute(CALENDAR),
        # Calendar programs register for this scheme, so that a link opens them.
        "calendar_link": f"webcal://{host}{CALENDAR}",
    }
    return render(request, "website/subscribe.html", context)
