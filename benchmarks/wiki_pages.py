"""What to ask for of the wiki: prints the paths of each kind as JSON, the same ones in each run."""

import json
import os
import random
from datetime import timedelta

import django

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "competencyworks.settings")
    django.setup()

from django.utils import timezone

from wiki.models import Resource, WikiPage

SAMPLE = 50
FILTERS = 20


def paths() -> dict[str, list[str]]:
    """The paths of each kind."""
    pages = _sample(WikiPage.objects.published())
    return {
        "home": ["/wiki/"],
        "page": pages,
        "resource": _sample(Resource.objects.published()),
        "list": ["/wiki/resources/"],
        "filtered": _filtered(),
        "providers": ["/wiki/providers/"],
        "offering": _offering(),
        "map": ["/wiki/states/"],
        "mapthen": [f"/wiki/states/?as_of={_day(days)}" for days in range(100, 900, 20)],
        "history": [f"{path}history/" for path in pages],
        "compare": [
            f"{path}history/compare/?from={number}&to={number + 1}"
            for number, path in enumerate(pages[:45], start=1)
        ],
        "recent": ["/wiki/recent/"],
    }


def _sample(rows) -> list[str]:
    every = list(rows.order_by("pk").values_list("path", flat=True))
    return random.Random(1).sample(every, min(SAMPLE, len(every)))


def _filtered() -> list[str]:
    """Kind, topic and state of resources that there are, so that each list has something."""
    rows = Resource.objects.published().exclude(states=None).exclude(topics=None)
    found = rows.order_by("pk").values_list("kind", "topics__slug", "states__slug").distinct()
    return [
        f"/wiki/resources/?kind={kind}&topic={topic}&state={state}"
        for kind, topic, state in found[:FILTERS]
    ]


def _offering() -> list[str]:
    """Providers of each state, with a word of their text."""
    rows = Resource.objects.published().filter(kind="provider").exclude(states=None)
    found = rows.order_by("pk").values_list("states__slug", "why")[:FILTERS]
    return [
        f"/wiki/providers/?state={state}&service={max(why.split(), key=len)}"
        for state, why in found
    ]


def _day(days: int) -> str:
    return (timezone.localdate() - timedelta(days=days)).isoformat()


if __name__ == "__main__":
    print(json.dumps(paths()))
