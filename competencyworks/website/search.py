"""One search over all kinds of content."""

import html
import re
from dataclasses import dataclass, field
from urllib.parse import urlencode

from django.contrib.postgres.search import SearchHeadline
from django.db import connection
from django.db.models import CharField, F, Func, Q, QuerySet, TextField, Value
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from taggit.models import Tag

from blog.models import Post, Series
from competencyworks.core.models import Person, Topic
from competencyworks.core.paging import ListPage
from competencyworks.core.publishing import Publishable
from competencyworks.core.search import CONFIG, parse
from events.models import Event

from .models import Page

# The kinds that a search joins; the name is what readers see. Their rows call it `sort`, because
# an event has a kind of its own.
KINDS = {
    "post": (Post, "Post"),
    "series": (Series, "Series"),
    "event": (Event, "Event"),
    "page": (Page, "Page"),
}
PAGE_SIZE = 10
COUNTED = 1000
# Control characters cannot be in a stored text (the cleaner drops them), so they can mark.
START, STOP = "\x02", "\x03"
MAX_QUERY = 200  # characters
# PostgreSQL refuses NUL; the others mean nothing in words.
_CONTROL = re.compile(r"[\x00-\x1f\x7f]+")


@dataclass
class Hit:
    """One result."""

    kind: str
    title: str
    path: str
    publish_at: object
    extract: SafeString


@dataclass
class Results:
    """What a search found; `names` are people, topics and tags called like the words."""

    words: str
    page: ListPage
    count: int
    names: list[tuple[str, str, str]] = field(default_factory=list)

    @property
    def count_text(self) -> str:
        """'1 result', '17 results', '1,000+ results'."""
        if self.count > COUNTED:
            return f"{COUNTED:,}+ results"
        return f"{self.count:,} result{'' if self.count == 1 else 's'}"


class _TextOnly(Func):
    """The words of an HTML column, for extracts."""

    template = "regexp_replace(left(%(expressions)s, 250000), '<[^>]*>', ' ', 'g')"
    output_field = TextField()


def search(words: str, number: int) -> Results:
    """
    Page `number` of what matches `words`.

    Of each kind the newest matches are counted, up to COUNTED, and the newest of these ranked,
    so that what a word costs does not grow with what it finds. Three queries on the first page.
    """
    words = _CONTROL.sub(" ", words).strip()[:MAX_QUERY]
    page = ListPage(items=[], number=number, has_next=False, base="")
    if not words:
        return Results(words, page, 0)
    ranked = _ranked(words)
    first = (number - 1) * PAGE_SIZE
    shown = ranked[first : first + PAGE_SIZE]
    found = _hits(words, shown)
    page = ListPage(
        items=found,
        number=number,
        has_next=len(ranked) > first + PAGE_SIZE,
        base=f"{urlencode({'q': words})}&",
    )
    return Results(words, page, len(ranked), _names(words) if number == 1 else [])


def _ranked(words: str) -> list[tuple[str, int]]:
    """Kind and key of the newest matches, best first; newer ones first among equals."""
    parts = [
        model.objects.filter(pk__in=_newest_matches(model, words))
        .ranked(words)
        .annotate(sort=Value(kind, CharField()))
        .order_by()
        .values_list("sort", "pk", "rank", "publish_at")
        for kind, (model, _) in KINDS.items()
    ]
    with connection.execute_wrapper(_through_the_index):
        rows = list(parts[0].union(*parts[1:], all=True))
    rows.sort(key=lambda row: (row[2], row[3]), reverse=True)
    return [(kind, pk) for kind, pk, _, _ in rows]


def _newest_matches(model: type[Publishable], words: str) -> QuerySet:
    """The keys of the newest matches, and of one more that tells whether there are others."""
    rows = model.objects.published().search(words).newest()
    return rows.values("pk")[: COUNTED + 1]


def _through_the_index(execute, sql, params, many, context):
    """
    Runs `sql` so that PostgreSQL looks for matches in the index of words alone.

    It takes matching a vector for as cheap as comparing two numbers, although the vector must
    first be fetched from outside of its row. So left alone it reads through the newest posts
    until enough of them match: half a second where one in a hundred does. The settings hold
    for the one transaction that statements sent together make.
    """
    settings = "SET LOCAL enable_seqscan = off; SET LOCAL enable_indexscan = off; "
    return execute(settings + sql, params, many, context)


def _hits(words: str, shown: list[tuple[str, int]]) -> list[Hit]:
    """The results to show, with their extracts, in one query."""
    headline = SearchHeadline(
        _TextOnly(F("body")),
        parse(words),
        config=CONFIG,
        start_sel=START,
        stop_sel=STOP,
        max_words=36,
        min_words=18,
        max_fragments=2,
        fragment_delimiter=" … ",
    )
    parts = []
    for kind, (model, _) in KINDS.items():
        keys = [pk for found, pk in shown if found == kind]
        if keys:
            parts.append(
                model.objects.filter(pk__in=keys)
                .annotate(sort=Value(kind, CharField()), extract=headline)
                .order_by()
                .values_list("sort", "pk", "title", "path", "publish_at", "extract")
            )
    if not parts:
        return []
    found = {}
    for kind, pk, title, path, publish_at, extract in parts[0].union(*parts[1:], all=True):
        found[kind, pk] = Hit(KINDS[kind][1], title, path, publish_at, marked(extract))
    return [found[key] for key in shown if key in found]


def marked(extract: str) -> SafeString:
    """An extract as HTML: everything escaped, the found words in <mark>."""
    text = escape(" ".join(html.unescape(extract).split(" ")))
    text = re.sub(r"[ \n\t]+", " ", text).strip()
    # Safe: escaped above; only our own marks become elements.
    return mark_safe(text.replace(START, "<mark>").replace(STOP, "</mark>"))  # noqa: S308


def _names(words: str) -> list[tuple[str, str, str]]:
    """People, topics and tags that are named like the words: (kind, name, address)."""
    like = Q(name__icontains=words.strip('"'))
    parts = [
        model.objects.filter(like)
        .annotate(kind=Value(kind, CharField()))
        .order_by()
        .values_list("kind", "name", "slug")
        for kind, model in (("people", Person), ("topics", Topic), ("tags", Tag))
    ]
    rows = parts[0].union(*parts[1:], all=True).order_by("name")[:12]
    return [(kind, name, f"/{kind}/{slug}/") for kind, name, slug in rows]
