"""Which resources a list shows, as its address says: ?kind=report&topic=equity&state=nh."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import Any
from urllib.parse import urlencode

from django.contrib.contenttypes.models import ContentType
from django.http import QueryDict
from taggit.models import Tag, TaggedItem

from competencyworks.core.models import State, Topic
from competencyworks.core.paging import Listing
from competencyworks.core.prepared import Prepared
from competencyworks.core.search import query_of

from ..models import Resource
from ..models.resource_rows import ResourceQuerySet

PAGE_SIZE = 20
LONGEST = 200  # characters of what is typed
YEARS = range(1800, 2101)
# The fields, in the order in which an address names them.
FIELDS = (
    "q", "kind", "topic", "state", "grade", "audience", "publisher", "tag", "from", "to",
)  # fmt: skip
NAMES = {
    "q": "Words",
    "kind": "Kind",
    "topic": "Topic",
    "state": "State",
    "grade": "Grade band",
    "audience": "Audience",
    "publisher": "Publisher",
    "tag": "Tag",
    "from": "From year",
    "to": "To year",
}
CHOICES = {"kind": Resource.Kind, "grade": Resource.Grades, "audience": Resource.Audience}
SORTS = {"newest": "Newest first", "title": "By title", "year": "By year"}
VIEWS = ("list", "table", "map")

TREE = Prepared(lambda at: Topic.objects.offered().order_by("name"))
STATE = Prepared(lambda at, slug: State.objects.filter(slug=slug))
TAG = Prepared(lambda at, slug: Tag.objects.filter(slug=slug))


# --- From names and values to rows --------------------------------------------------------


def _on_topics(rows, keys) -> ResourceQuerySet:
    on = Resource.topics.through.objects.filter(topic__in=keys)
    return rows.filter(pk__in=on.values("resource"))


def _about_state(rows, key) -> ResourceQuerySet:
    about = Resource.states.through.objects.filter(state=key)
    return rows.filter(pk__in=about.values("resource"))


def _tagged(rows, key) -> ResourceQuerySet:
    kind = ContentType.objects.get_for_model(Resource).pk
    bearing = TaggedItem.objects.filter(tag=key, content_type=kind)
    return rows.filter(pk__in=bearing.values("object_id"))


NARROWED: dict[str, Callable] = {
    "q": lambda rows, words: rows.search(words),
    "kind": lambda rows, kind: rows.filter(kind=kind),
    "topic": _on_topics,
    "state": _about_state,
    "grade": lambda rows, grade: rows.filter(grades__contains=grade),
    "audience": lambda rows, audience: rows.filter(audience__contains=audience),
    "publisher": lambda rows, name: rows.filter(publisher__iexact=name),
    "tag": _tagged,
    "from": lambda rows, year: rows.filter(year__gte=year),
    "to": lambda rows, year: rows.filter(year__lte=year),
}
ORDERED = {
    "newest": ResourceQuerySet.newest,
    "title": ResourceQuerySet.by_title,
    "year": ResourceQuerySet.by_year,
}


def fitting(at, **values: Any) -> ResourceQuerySet:
    """The published resources that fit `values`, which are named as in FIELDS."""
    rows = Resource.objects.published(at)
    for name, value in values.items():
        rows = NARROWED[name](rows, value)
    return rows


@lru_cache(maxsize=1024)
def _listing(names: tuple[str, ...], sort: str) -> Listing:
    """The list for filters of these names. There are as many as combinations that are asked for."""
    return Listing(
        lambda at, **values: ORDERED[sort](fitting(at, **values)),
        PAGE_SIZE,
        present=ResourceQuerySet.listed,
    )


# --- From an address to names and values --------------------------------------------------


@dataclass(frozen=True)
class Chosen:
    """One filter in use: `words` says it, `path` is the list without it."""

    name: str
    value: str
    words: str
    path: str

    @property
    def label(self) -> str:
        return NAMES[self.name]


@dataclass
class Filters:
    """What was asked for. `given` stands in the address, `values` go to the database."""

    path: str
    given: dict[str, str] = field(default_factory=dict)
    values: dict[str, Any] = field(default_factory=dict)
    words: dict[str, str] = field(default_factory=dict)
    ignored: list[str] = field(default_factory=list)
    sort: str = "newest"
    view: str = "list"
    tree: list[Topic] = field(default_factory=list)

    @property
    def chosen(self) -> list[Chosen]:
        return [
            Chosen(name, value, self.words[name], self.without(name))
            for name, value in self.given.items()
        ]

    @property
    def says(self) -> str:
        """The filters in words: 'Reports, Equity, New Hampshire'."""
        return ", ".join(self.words.values())

    @cached_property
    def query(self) -> str:
        """The filters as a query string, '' for none: '?kind=report'."""
        return _query(self.given)

    def address(self, **changed: str) -> str:
        """The list with other filters, sort or view; an empty value takes one away."""
        terms = self.given | {"sort": self.sort, "view": self.view} | changed
        order = (*FIELDS, "sort", "view")
        usual = {"sort": "newest", "view": "list"}
        kept = {
            name: terms[name]
            for name in order
            if terms.get(name) and terms[name] != usual.get(name)
        }
        return self.path + _query(kept)

    def without(self, name: str) -> str:
        return self.address(**{name: ""})

    def listing(self) -> Listing:
        """The list that was asked for; its page() wants `values`."""
        return _listing(tuple(self.values), self.sort)

    def rows(self, at) -> ResourceQuerySet:
        """All that fits, in the order that was asked for."""
        values = {
            # As a query of the ORM itself wants them.
            name: [value.strip("{}")] if name in ("grade", "audience") else value
            for name, value in self.values.items()
        }
        return ORDERED[self.sort](fitting(at, **values))


def filters_of(query: QueryDict, path: str) -> Filters:
    """
    What the address asks for. What is no kind, topic, state … is left out, and `ignored` says so.

    One query for the tree of topics, and one each for a state and a tag.
    """
    found = Filters(path, tree=TREE.rows())
    for name in FIELDS:
        given = " ".join(query.get(name, "").replace("\0", " ").split())[:LONGEST]
        if not given:
            continue
        read = READ[name](found, given)
        if read is None:
            found.ignored.append(
                f"“{given}” contains no searchable words."
                if name == "q"
                else f"There is no {NAMES[name].lower()} “{given}”."
            )
            continue
        found.given[name] = given
        found.values[name], found.words[name] = read
    first, last = found.values.get("from"), found.values.get("to")
    if first and last and first > last:
        found.ignored.append("“From year” is later than “To year”.")
    sort, view = query.get("sort", ""), query.get("view", "")
    found.sort = sort if sort in SORTS else "newest"
    found.view = view if view in VIEWS else "list"
    return found


def has_blanks(query: QueryDict) -> bool:
    """Whether the address names something without a value, as a form sends what is left empty."""
    return any(not value for value in query.values())


def below(topic: Topic, tree: Iterable[Topic]) -> list[int]:
    """Keys of `topic` and of all topics under it."""
    found = [topic.pk]
    for key in found:
        found += [each.pk for each in tree if each.parent_id == key and each.pk not in found]
    return found


def _topic(found: Filters, slug: str) -> tuple[list[int], str] | None:
    topic = next((each for each in found.tree if each.slug == slug), None)
    return topic and (below(topic, found.tree), topic.name)


def _named(prepared: Prepared) -> Callable:
    def read(found: Filters, slug: str) -> tuple[int, str] | None:
        row = prepared.first(slug=slug)
        return row and (row.pk, row.name)

    return read


def _choice(name: str, form: str = "{}") -> Callable:
    choices = CHOICES[name]

    def read(found: Filters, value: str) -> tuple[str, str] | None:
        if value not in choices.values:
            return None
        return form.format(value), str(choices(value).label)

    return read


def _year(word: str) -> Callable:
    def read(found: Filters, value: str) -> tuple[int, str] | None:
        if not (value.isascii() and value.isdigit() and len(value) == 4 and int(value) in YEARS):
            return None
        return int(value), f"{word} {value}"

    return read


def _typed(form: str) -> Callable:
    return lambda found, value: (value, form.format(value))


def _searched(found: Filters, words: str) -> tuple[str, str] | None:
    query = query_of(words)
    return (query, f"“{words}”") if query else None


# An array of one value as PostgreSQL writes it.
_ARRAY = "{{{}}}"
READ: dict[str, Callable] = {
    "q": _searched,
    "kind": _choice("kind"),
    "topic": _topic,
    "state": _named(STATE),
    "grade": _choice("grade", _ARRAY),
    "audience": _choice("audience", _ARRAY),
    "publisher": _typed("{}"),
    "tag": _named(TAG),
    "from": _year("from"),
    "to": _year("to"),
}


def _query(terms: dict[str, str]) -> str:
    return f"?{urlencode(terms)}" if terms else ""
