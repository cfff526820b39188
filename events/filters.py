"""Which events a list shows, as its address says: ?kind=webinar&topic=equity&state=nh."""

from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest

from competencyworks.core.models import State, Topic

from .models import Event

PLURALS = {
    Event.Kind.WEBINAR: "Webinars",
    Event.Kind.CONFERENCE: "Conferences",
    Event.Kind.MEETING: "Meetings",
    Event.Kind.DEADLINE: "Deadlines",
}


@dataclass
class Filters:
    """What was chosen, and what there is to choose from: (value, name, whether chosen) each."""

    chosen: dict[str, str] = field(default_factory=dict)
    choices: dict[str, list[tuple[str, str, bool]]] = field(default_factory=dict)
    names: list[str] = field(default_factory=list)

    @property
    def query(self) -> str:
        """The chosen as a query string, '' for none: '?kind=webinar'."""
        return f"?{urlencode(self.chosen)}" if self.chosen else ""

    @property
    def words(self) -> str:
        """The chosen in words: 'Webinars, Equity'."""
        return ", ".join(self.names)

    def apply(self, rows):
        """Of the events `rows` those that were asked for; a topic has what stands below it."""
        if kind := self.chosen.get("kind"):
            rows = rows.filter(kind=kind)
        if topic := self.chosen.get("topic"):
            below = Topic.below(Topic.objects.offered().get(slug=topic))
            on = Event.topics.through.objects.filter(topic__in=below)
            rows = rows.filter(pk__in=on.values("event"))
        if state := self.chosen.get("state"):
            about = Event.states.through.objects.filter(state__slug=state)
            rows = rows.filter(pk__in=about.values("event"))
        return rows


def filters_of(request: HttpRequest, *, names: bool = True) -> Filters:
    """
    What the address asks for. Raises Http404 for a kind, topic or state that there is not.

    Two queries: the topics and states that published events have; none where `names` is False
    (a calendar shows no form).
    """
    asked = {key: request.GET.get(key, "") for key in ("kind", "topic", "state")}
    found = Filters({key: value for key, value in asked.items() if value})
    if any("\0" in value for value in found.chosen.values()):
        raise Http404("no such filter")
    options: dict[str, list] = {"kind": list(PLURALS.items()), "topic": [], "state": []}
    if names:
        for key, terms in (("topic", Topic.objects.offered()), ("state", State.objects)):
            rows = terms.filter(event_items__in=Event.objects.published().values("pk"))
            options[key] = list(rows.distinct().order_by("name").values_list("slug", "name"))
    for key, rows in options.items():
        chosen = found.chosen.get(key)
        labels = dict(rows)
        if chosen and chosen not in labels:
            label = _name_of(key, chosen)
            rows.append((chosen, label))
            labels[chosen] = label
        if chosen:
            found.names.append(str(labels[chosen]))
        found.choices[key] = [(value, name, value == chosen) for value, name in rows]
    return found


def _name_of(key: str, slug: str) -> str:
    """The name of a topic or state that has no event now. Raises Http404 if there is none such."""
    terms: Any = {"topic": Topic.objects.offered(), "state": State.objects}.get(key)
    name = terms is not None and terms.filter(slug=slug).values_list("name", flat=True).first()
    if not name:
        raise Http404(f"no such {key}")
    return name
