"""One search over all kinds of content."""

import html
import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from urllib.parse import urlencode

from django.contrib.postgres.search import SearchHeadline
from django.db import connection
from django.db.models import Case, CharField, Func, QuerySet, TextField, Value, When
from django.db.models.functions import Concat
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from taggit.models import Tag

from blog.models import Paper, Post, Series
from competencyworks.core.models import Person, Topic
from competencyworks.core.paging import ListPage
from competencyworks.core.prepared import Prepared
from competencyworks.core.search import CONFIG, fold, parse
from events.models import Event
from wiki.models import Resource, WikiPage

from .models import Page

# Kinds of resources that are called shorter here than in the catalogue.
NAME_OF = {Resource.Kind.PROVIDER: "Provider", Resource.Kind.EXAMPLE: "Example"}
# The kinds that a search joins; the name is what readers see. In queries the kind is called `sort`,
# because an event has a kind of its own.
KINDS = {
    "post": (Post, "Post"),
    "series": (Series, "Series"),
    "paper": (Paper, "Paper"),
    "event": (Event, "Event"),
    "wikipage": (WikiPage, "Wiki page"),
    "resource": (Resource, "Resource"),
    "page": (Page, "Page"),
}
# Where one kind has more than one name.
NAMES = {
    "post": Case(When(form=Post.Form.DIGEST, then=Value("Digest")), default=Value("Post")),
    "resource": Case(
        *(When(kind=kind, then=Value(NAME_OF.get(kind, kind.label))) for kind in Resource.Kind)
    ),
}
# The column whose words an extract is taken from, where that is not the body: in a body of the
# wiki links stand in brackets.
TEXTS = {"wikipage": "html", "resource": "html"}
PAGE_SIZE = 10
COUNTED = 1000
# Ranking reads each vector from disk; beyond the newest ones nobody looks.
RANKED = 500
# Posts that are looked through first. A word that a tenth of them hold is found often enough in
# them; for a rarer one the index gives few rows at all.
RECENT = 10_000
# Control characters cannot be in a stored text (the cleaner drops them), so they can mark.
START, STOP = "\x02", "\x03"
ENDS = ".!?…”’)"  # of a sentence
MAX_QUERY = 200  # characters
# PostgreSQL refuses NUL; the others mean nothing in words.
_CONTROL = re.compile(r"[\x00-\x1f\x7f]+")


@dataclass
class Hit:
    """One result."""

    kind: str
    title: SafeString
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


def search(words: str, number: int) -> Results:
    """
    Page `number` of what matches `words`.

    Of each kind the newest matches are counted, up to COUNTED, and the newest of these ranked,
    so that what a word costs does not grow with what it finds. Four queries on the first page.
    """
    words = _CONTROL.sub(" ", words).strip()[:MAX_QUERY]
    page = ListPage(items=[], number=number, has_next=False, base="")
    if not words:
        return Results(words, page, 0)
    first = (number - 1) * PAGE_SIZE
    count, shown = _found(words, first)
    page = ListPage(
        items=_hits(words, shown),
        number=number,
        has_next=count > first + PAGE_SIZE,
        base=f"{urlencode({'q': words})}&",
    )
    return Results(words, page, count, _names(words) if number == 1 else [])


# --- Finding ------------------------------------------------------------------------------


def _newest_matches(at, words, since) -> QuerySet:
    """Kind, key, date and vector of the newest matches of each kind."""
    parts = [
        _newest(
            model.objects.published(at).search(words).annotate(sort=Value(kind, CharField())), since
        )
        for kind, (model, _) in KINDS.items()
    ]
    return parts[0].union(*parts[1:], all=True)


def _newest(rows: QuerySet, since) -> QuerySet:
    """
    The newest of `rows`, and one more that tells whether there are others.

    Of posts, which are many, those before `since` are looked through only where there are not
    enough behind it: PostgreSQL takes the second part of a union when the first is used up.
    """
    wanted = rows.newest().values_list("sort", "pk", "publish_at", "vector")
    if rows.model is not Post:
        return wanted[: COUNTED + 1]
    recent = wanted.filter(publish_at__gte=since)[: COUNTED + 1]
    older = wanted.filter(publish_at__lt=since)[: COUNTED + 1]
    return recent.union(older, all=True)[: COUNTED + 1]


MATCHES = Prepared(_newest_matches)
SINCE = Prepared(
    lambda at: (
        Post.objects.published(at)
        .newest()
        .values_list("publish_at", flat=True)[RECENT : RECENT + 1]
    )
)
# PostgreSQL takes matching a vector for as cheap as comparing two numbers, although the vector
# must first be fetched from outside of its row. So left alone it reads through the newest posts
# until enough of them match: half a second where one in a hundred does. So matching is told to
# be dear, and the index of words to be the way in. The settings hold for the one transaction
# that statements sent together make.
_SETTINGS = """\
SET LOCAL enable_seqscan = off; SET LOCAL enable_indexscan = off;
SET LOCAL cpu_operator_cost = 0.25;
"""
_PAGE = """\
WITH matches AS ({matches}), placed AS (
    SELECT *, row_number() OVER (PARTITION BY sort ORDER BY publish_at DESC, pk DESC) AS place
    FROM matches
), found AS (
    SELECT sort, pk, publish_at, CASE WHEN place <= %s
        THEN ts_rank(vector, websearch_to_tsquery('{config}', %s), 1) ELSE 0 END AS rank
    FROM placed
)
SELECT counted.count, shown.sort, shown.pk
FROM (SELECT count(*) FROM matches) counted LEFT JOIN (
    SELECT * FROM found ORDER BY rank DESC, publish_at DESC, sort, pk DESC LIMIT %s OFFSET %s
) shown ON true
ORDER BY shown.rank DESC, shown.publish_at DESC, shown.sort, shown.pk DESC
"""


def _found(words: str, first: int) -> tuple[int, list[tuple[str, int]]]:
    """How many match, and kind and key of those on the page that begins after `first`."""
    since = SINCE.first() or datetime.min.replace(tzinfo=UTC)
    words = fold(words)
    matches, params = MATCHES.statement(words=words, since=since)
    sql = _SETTINGS + _PAGE.format(matches=matches, config=CONFIG)
    with connection.cursor() as cursor:
        cursor.execute(sql, [*params, RANKED, words, PAGE_SIZE, first])
        rows = cursor.fetchall()
    return rows[0][0], [(kind, pk) for _, kind, pk in rows if pk is not None]


# --- Showing ------------------------------------------------------------------------------


class _TextOnly(Func):
    """The words of an HTML column, for extracts."""

    template = "regexp_replace(left(%(expressions)s, 250000), '<[^>]*>', ' ', 'g')"
    output_field = TextField()


def _headline(text, words, **options) -> SearchHeadline:
    """`text` with the words marked in it."""
    query = parse(words)
    return SearchHeadline(text, query, config=CONFIG, start_sel=START, stop_sel=STOP, **options)


def _parts(text: str, words) -> SearchHeadline:
    """The parts of the column `text` that hold the words."""
    return _headline(
        _TextOnly(Concat(text, Value(" "), "attached_text", output_field=TextField())),
        words,
        max_words=36,
        min_words=18,
        max_fragments=2,
        fragment_delimiter=" … ",
    )


def _extracts(at, words, **keys) -> QuerySet:
    """What is shown of the items with these keys, by kind."""
    parts = [
        model.objects.filter(pk__in=keys[kind])
        .annotate(
            sort=Value(kind, CharField()),
            name=NAMES.get(kind, Value(name)),
            called=_headline("title", words, highlight_all=True),
            extract=_parts(TEXTS.get(kind, "body"), words),
        )
        .order_by()
        .values_list("sort", "pk", "name", "called", "path", "publish_at", "extract")
        for kind, (model, name) in KINDS.items()
    ]
    return parts[0].union(*parts[1:], all=True)


EXTRACTS = Prepared(_extracts)
NO_KEY = 0


def _hits(words: str, shown: list[tuple[str, int]]) -> list[Hit]:
    """The results to show, with their extracts, in one query."""
    if not shown:
        return []
    keys = {kind: [pk for found, pk in shown if found == kind] or [NO_KEY] for kind in KINDS}
    found = {}
    for kind, pk, name, title, path, at, extract in EXTRACTS.rows(words=fold(words), **keys):
        found[kind, pk] = Hit(name, _marked(title), path, at, shown_extract(extract))
    return [found[key] for key in shown if key in found]


def shown_extract(extract: str) -> SafeString:
    """Parts of a text as HTML; dots say where its sentences are cut."""
    text = " ".join(html.unescape(extract).split())
    if text.lstrip(START)[:1].islower():
        text = f"… {text}"
    if text.rstrip(STOP)[-1:] not in ENDS:
        text = f"{text} …"
    return _marked(text)


def _marked(text: str) -> SafeString:
    """`text` as HTML: everything escaped, the found words in <mark>."""
    # Safe: escaped; only our own marks become elements.
    return mark_safe(escape(text).replace(START, "<mark>").replace(STOP, "</mark>"))  # noqa: S308


def _named(at, like) -> QuerySet:
    parts = [
        model.objects.filter(name__icontains=like)
        .annotate(kind=Value(kind, CharField()))
        .order_by()
        .values_list("kind", "name", "slug")
        for kind, model in (("people", Person), ("topics", Topic), ("tags", Tag))
    ]
    return parts[0].union(*parts[1:], all=True).order_by("name")[:12]


NAMED = Prepared(_named)


def _names(words: str) -> list[tuple[str, str, str]]:
    """People, topics and tags that are named like the words: (kind, name, address)."""
    rows = NAMED.rows(like=words.strip('"'))
    return [(kind, name, f"/{kind}/{slug}/") for kind, name, slug in rows]
