"""What the wiki has on a topic, a tag, a state or a person, for the head of their pages."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import NamedTuple

from django.contrib.postgres.expressions import ArraySubquery
from django.contrib.postgres.search import SearchQuery
from django.db.models import CharField, OuterRef, QuerySet, SmallIntegerField, Value
from django.db.models.functions import Cast, Concat, JSONObject

from competencyworks.core.prepared import Prepared
from competencyworks.core.search import CONFIG
from competencyworks.core.search_text import FoldedText
from wiki.models import Resource, WikiPage

Kind = Resource.Kind
STAGES = Resource.PolicyStage
SHOWN = 6  # lines of a part
SHOWN_OF_STATE = 12  # of policies and of providers
PAGES, POLICIES, PROVIDERS, OTHERS = range(4)  # the parts, in their order
HEADS = {
    PAGES: ("Wiki", "/wiki/"),
    POLICIES: ("Policies", "/wiki/resources/?kind=policy"),
    PROVIDERS: ("Providers of technical assistance", "/wiki/providers/"),
    OTHERS: ("Resources", "/wiki/resources/"),
}


class Line(NamedTuple):
    """
    One page or resource; `kind` is empty for a page. Of a policy `publisher` has form and stage,
    with `|` between them.
    """

    part: int
    title: str
    path: str
    kind: str
    publisher: str
    year: int | None
    publish_at: datetime

    @property
    def said(self) -> str:
        """'Report, Old Mill Institute, 2019'; of a policy 'Statute, in force'."""
        if self.part == POLICIES:
            form, _, stage = self.publisher.partition("|")
            told = [form and Resource.PolicyForm(form).label, stage and STAGES(stage).label.lower()]
        else:
            kind = self.kind and self.part != PROVIDERS and Kind(self.kind).label
            told = [kind, self.publisher, self.year]
        return ", ".join(str(each) for each in told if each)


@dataclass(frozen=True)
class Part:
    """Lines under a head that leads to all of them."""

    name: str
    path: str
    lines: list[Line]


def _lines(rows: QuerySet, part: int, shown: int) -> QuerySet:
    """The newest of `rows` as lines."""
    nothing = Value("", CharField())
    is_page = rows.model is WikiPage
    by = nothing if is_page else Cast("publisher", CharField())
    if part == POLICIES:
        by = Concat("policy_form", Value("|"), "policy_stage", output_field=CharField())
    rows = rows.newest().annotate(
        part=Value(part, SmallIntegerField()),
        of_kind=nothing if is_page else Cast("kind", CharField()),
        by=by,
        of_year=Value(None, SmallIntegerField()) if is_page else Cast("year", SmallIntegerField()),
    )
    columns = ("part", "title", "path", "of_kind", "by", "of_year", "publish_at")
    return rows.values_list(*columns)[:shown]


def _both(fits: Callable[[QuerySet], QuerySet]) -> Callable[..., QuerySet]:
    """Pages and resources of which `fits` leaves those that belong there."""

    def build(at, **values) -> QuerySet:
        pages = fits(WikiPage.objects.published(at), **values)
        resources = fits(Resource.objects.published(at), **values)
        return _lines(pages, PAGES, SHOWN).union(_lines(resources, OTHERS, SHOWN), all=True)

    return build


def _on(rows: QuerySet, topics) -> QuerySet:
    return rows.filter(pk__in=rows.model.objects.filter(topics__in=topics).values("pk"))


def _tagged(rows: QuerySet, tag) -> QuerySet:
    return rows.filter(pk__in=rows.model.objects.filter(tags__pk=tag).values("pk"))


def _of_state(at, state) -> QuerySet:
    """Policies and providers of a state apart from what else is about it."""
    about = {"states": state}
    pages = WikiPage.objects.filter(**about).values("pk")
    found = Resource.objects.filter(**about).values("pk")
    resources = Resource.objects.published(at).filter(pk__in=found)
    parts = [
        _lines(WikiPage.objects.published(at).filter(pk__in=pages), PAGES, SHOWN),
        _lines(resources.filter(kind=Kind.POLICY), POLICIES, SHOWN_OF_STATE),
        _lines(resources.filter(kind=Kind.PROVIDER), PROVIDERS, SHOWN_OF_STATE),
        _lines(resources.exclude(kind__in=[Kind.POLICY, Kind.PROVIDER]), OTHERS, SHOWN),
    ]
    return parts[0].union(*parts[1:], all=True)


def resources_by(at) -> ArraySubquery:
    """A column of a query over people: the newest resources that name the person as an author."""
    phrase = SearchQuery(FoldedText(OuterRef("name")), config=CONFIG, search_type="phrase")
    # The index of words finds them; whether the words stand among the authors is then looked at.
    rows = Resource.objects.published(at).filter(vector=phrase)
    rows = rows.filter(authors__icontains=OuterRef("name")).newest()
    columns = ("title", "path", "kind", "publisher", "year", "publish_at")
    return ArraySubquery(rows.values(json=JSONObject(**{name: name for name in columns}))[:SHOWN])


ON = Prepared(_both(_on))
TAGGED = Prepared(_both(_tagged))
OF_STATE = Prepared(_of_state)
NEWEST = Prepared(lambda at: Resource.objects.published(at).newest().brief()[:4])


def on_topic(slug: str, topics: list[int]) -> list[Part]:
    """What the wiki has on the topic `slug` or one of those below it (keys). One query."""
    return _parts(ON.rows(topics=topics), f"topic={slug}")


def tagged(slug: str, tag: int) -> list[Part]:
    return _parts(TAGGED.rows(tag=tag), f"tag={slug}")


def of_state(slug: str, state: int) -> list[Part]:
    return _parts(OF_STATE.rows(state=state), f"state={slug}")


def by_person(person) -> list[Part]:
    """What is by `person`, who came with `resources` (of resources_by). No query."""
    return _parts((Line(part=OTHERS, **row) for row in person.resources), "")


def _parts(rows: Iterable[tuple], query: str) -> list[Part]:
    """The lines in their parts, whose heads lead to the lists narrowed by `query`."""
    lines = sorted((Line(*row) for row in rows), key=lambda line: line.part)
    found = []
    for part, group in groupby(lines, key=lambda line: line.part):
        name, path = HEADS[part]
        if query and part != PAGES:
            path += f"{'&' if '?' in path else '?'}{query}"
        newest = sorted(group, key=lambda line: line.publish_at, reverse=True)
        found.append(Part(name, path, newest))
    return found
