"""The shelves that papers stand on: years and topics."""

from dataclasses import dataclass, field
from functools import cached_property
from urllib.parse import urlencode

from django.http import Http404, QueryDict

from competencyworks.core.models import Topic

from .models import Paper, PaperQuerySet


@dataclass(frozen=True)
class Shelf:
    """One year or topic as a link, which takes the choice back if it `is_chosen`."""

    name: str
    path: str
    is_chosen: bool


@dataclass
class Shelves:
    """What a list of papers was narrowed to, and what it can be narrowed to. Three queries."""

    year: int | None = None
    topic: Topic | None = None
    tree: list[Topic] = field(default_factory=list)

    @classmethod
    def asked(cls, query: QueryDict) -> "Shelves":
        """As the address asks. Raises Http404 for what is no year and no topic."""
        year, slug = query.get("year"), query.get("topic")
        if year is not None and not (len(year) == 4 and year.isascii() and year.isdigit()):
            raise Http404("no such year")
        tree = list(Topic.objects.offered().order_by("name"))
        topic = next((each for each in tree if each.slug == slug), None)
        if slug is not None and topic is None:
            raise Http404("no such topic")
        return cls(int(year) if year else None, topic, tree)

    @property
    def terms(self) -> dict[str, object]:
        """What was asked, as the parts of a query."""
        terms = {"year": self.year, "topic": self.topic and self.topic.slug}
        return {name: value for name, value in terms.items() if value}

    @property
    def title(self) -> str:
        title = f"Papers from {self.year}" if self.year else "Papers"
        return f"{title} on {self.topic.name}" if self.topic else title

    def papers(self) -> PaperQuerySet:
        """The published papers that were asked for, newest first."""
        rows = Paper.objects.published()
        if self.year:
            rows = rows.filter(year=self.year)
        if self.topic:
            on = Paper.topics.through.objects.filter(topic__in=self._below(self.topic))
            rows = rows.filter(pk__in=on.values("paper"))
        return rows.newest()

    def _below(self, topic: Topic) -> list[int]:
        """Keys of `topic` and of all topics under it."""
        found = [topic.pk]
        for key in found:
            found += [each.pk for each in self.tree if each.parent_id == key]
        return found

    @cached_property
    def years(self) -> list[Shelf]:
        """The years that have papers, newest first."""
        rows = Paper.objects.published().order_by("-year").values_list("year", flat=True)
        return [
            Shelf(str(year), self._path(year=year), year == self.year) for year in rows.distinct()
        ]

    @cached_property
    def topics(self) -> list[Shelf]:
        """The topics that have papers, by name."""
        published = Paper.objects.published().values("pk")
        rows = Paper.topics.through.objects.filter(paper__in=published)
        used = set(rows.values_list("topic", flat=True).distinct())
        return [
            Shelf(topic.name, self._path(topic=topic.slug), topic == self.topic)
            for topic in self.tree
            if topic.pk in used or topic == self.topic
        ]

    def _path(self, **choice) -> str:
        """The list with one more choice, or without it where it was made already."""
        name, value = next(iter(choice.items()))
        terms = {key: each for key, each in self.terms.items() if key != name}
        if self.terms.get(name) != value:
            terms[name] = value
        ordered = {key: terms[key] for key in ("year", "topic") if key in terms}
        return "/papers/" + (f"?{urlencode(ordered)}" if ordered else "")
