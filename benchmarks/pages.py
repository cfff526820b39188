"""
What to ask for: prints the paths of each kind as JSON, with the site's own settings.

Paths are drawn from the database, the same ones in each run.
"""

import json
import os
import random
from urllib.parse import urlencode

import django

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "competencyworks.settings")
    django.setup()

from django.db.models import Count, QuerySet
from django.db.models.functions import ExtractMonth, ExtractYear
from taggit.models import Tag

from blog.models import Post, Series
from blog.views import PAGE_SIZE
from competencyworks.core.models import Person, Topic

from .language import Writer

SAMPLE = 200
FEW = 20  # of the terms that fill a page
SEARCHES = 6000


def paths() -> dict[str, list[str]]:
    """The paths of each kind; no entry for what a site of this size does not have."""
    public = Post.objects.published()
    pages = public.count() // PAGE_SIZE
    channel_pages = public.filter(channel__slug="k-12").count() // PAGE_SIZE
    # Terms that fill a page, so that large and small sites are asked for the same work.
    tags = _busiest(Tag.objects.filter(post__in=public).annotate(count=Count("pk")))
    found = {
        "home": ["/"],
        "post": _sample(public.values_list("path", flat=True).order_by("pk")),
        "blog": ["/blog/"],
        "channel": ["/blog/k-12/", "/blog/higher-ed/"],
        "channel50": [f"/blog/k-12/?page={min(50, channel_pages)}"],
        "blog50": ["/blog/?page=50"] if pages >= 50 else [],
        "blog5000": ["/blog/?page=5000"] if pages >= 5000 else [],
        "series": _sample(Series.objects.published().values_list("path", flat=True).order_by("pk")),
        "tag": [f"/tags/{slug}/" for slug in tags[:FEW]],
        "seldom": [f"/tags/{slug}/" for slug in tags[-FEW:]],
        "topic": [f"/topics/{slug}/" for slug in _busiest(_on(Topic, "post_items"))],
        "person": [f"/people/{slug}/" for slug in _busiest(_on(Person, "posts"))],
        "month": _months(public),
        "search": _searches(),
        "feed": ["/feed/"],
        "tagfeed": [f"/tags/{slug}/feed/" for slug in tags[:FEW]],
    }
    return {kind: each for kind, each in found.items() if each}


def _on(model, relation: str) -> QuerySet:
    return model.objects.annotate(count=Count(relation))


def _busiest(terms: QuerySet) -> list[str]:
    """The slugs of the terms that fill a page, the busiest first."""
    full = terms.filter(count__gt=PAGE_SIZE).order_by("-count", "pk")
    return list(full.values_list("slug", flat=True))


def _sample(rows: QuerySet) -> list[str]:
    every = list(rows)
    return random.Random(1).sample(every, min(SAMPLE, len(every)))


def _months(public: QuerySet) -> list[str]:
    rows = public.annotate(year=ExtractYear("publish_at"), month=ExtractMonth("publish_at"))
    found = rows.order_by("year", "month").values_list("year", "month").distinct()
    return [f"/blog/{year}/{month:02}/" for year, month in found]


def _searches() -> list[str]:
    writer = Writer(seed=2)
    words: dict[str, None] = {}
    while len(words) < SEARCHES:
        words[writer.search()] = None
    return [f"/search/?{urlencode({'q': each})}" for each in words]


if __name__ == "__main__":
    print(json.dumps(paths()))
