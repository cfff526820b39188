"""All states with how much there is about each: a list beside the wiki's map of policies."""

from collections import Counter, defaultdict
from dataclasses import dataclass

from django.db.models import CharField, Count, QuerySet, Value
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from blog.models import Paper, Post
from competencyworks.core.metadata import PageMeta
from competencyworks.core.models import State
from competencyworks.core.prepared import Prepared
from events.models import Event
from wiki.models import Resource, WikiPage

STATES_CRUMB = ("States", "/states/")
# What stands on the page of a state, and what readers call one and several of it.
KINDS = {
    Post: ("post", "posts"),
    Paper: ("paper", "papers"),
    Event: ("event", "events"),
    WikiPage: ("wiki page", "wiki pages"),
    Resource: ("resource", "resources"),
}


def _counted(at) -> QuerySet:
    """Kind, state and number of what is public."""
    parts = [
        model.objects.published(at)
        .filter(states__isnull=False)
        .order_by()
        .annotate(label=Value(model._meta.label_lower, CharField()))
        .values_list("label", "states")
        .annotate(number=Count("pk"))
        for model in KINDS
    ]
    return parts[0].union(*parts[1:], all=True)


COUNTED = Prepared(_counted)
STATES = Prepared(lambda at: State.objects.order_by("name"))


@dataclass(frozen=True)
class Entry:
    """One state, and how much of each kind is about it, by the labels of the models."""

    state: State
    counts: Counter[str]

    @property
    def words(self) -> str:
        """'12 posts, 1 event'."""
        numbers = ((self.counts[model._meta.label_lower], names) for model, names in KINDS.items())
        return ", ".join(
            f"{number:,} {one if number == 1 else many}"
            for number, (one, many) in numbers
            if number
        )


def index(request: HttpRequest) -> HttpResponse:
    """All states: those that something is about, and by name those that nothing is about yet."""
    counts: dict[int, Counter[str]] = defaultdict(Counter)
    for label, state, number in COUNTED.rows():
        counts[state][label] += number
    states = STATES.rows()
    meta = PageMeta(
        title="States",
        path="/states/",
        description="Posts, papers, events, policies, and resources on competency education by "
        "state.",
        crumbs=[("Home", "/"), STATES_CRUMB],
    )
    context = {
        "meta": meta,
        "entries": [Entry(state, counts[state.pk]) for state in states if state.pk in counts],
        "others": [state for state in states if state.pk not in counts],
    }
    return render(request, "website/states.html", context)
