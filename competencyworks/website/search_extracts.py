"""What a search shows of what it found: title and text with the words marked, and the date."""

import html
import re
from dataclasses import dataclass

from django.contrib.postgres.search import SearchHeadline
from django.db.models import CharField, Func, QuerySet, TextField, Value
from django.db.models.functions import Concat
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from competencyworks.core.prepared import Prepared
from competencyworks.core.search import CONFIG, Unit, parse, written
from competencyworks.core.search_text import INDEXED_CHARACTERS, INLINE

from .search_kinds import KINDS, NAMES

# The column whose words an extract is taken from, where that is not the body: in a body of the
# wiki links stand in brackets.
TEXTS = {"wikipage": "html", "resource": "html"}
# Control characters cannot be in a stored text (the cleaner drops them), so they can mark.
START, STOP, BREAK = "\x02", "\x03", "\x04"
ENDS = ".!?…”’)"  # of a sentence
_BREAK = re.compile(rf"\s*{BREAK}[\s{BREAK}]*")
_LOOSE = re.compile(r"(?<=\()\s+|\s+(?=[.,;:!?)](?:\s|$))|\s+(?=\)[.,;:!?])")
_GRADES = re.compile(r"k(\d{1,2})", re.IGNORECASE)


@dataclass(frozen=True)
class Hit:
    """One result."""

    kind: str
    title: SafeString
    path: str
    when: SafeString  # the date that counts for its kind
    extract: SafeString


# Elements after which something else begins, though no sentence may have ended.
ROWS = ("h2", "h3", "h4", "h5", "h6", "li", "td", "th", "dt", "caption", "figcaption", "summary")
# The numbers of notes, and the copies of notes in the margin, in the HTML of a page.
NOTES = (
    '<a class="footnote-(ref|back)"[^>]*>[^<]*</a>'
    '|<span class="sidenote"[^>]*>([^<]|<[^/]|</[^s]|</s[^p])*</span>'
)


def _reading(text: str, is_page: bool) -> str:
    """The SQL for the words of the HTML `text`, with BREAK after headings and rows."""
    if is_page:
        text = f"regexp_replace({text}, '{NOTES}', '', 'g')"
    else:  # a note stands in brackets where its mark is
        text = f"replace(replace({text}, '[fn]', ' ('), '[/fn]', ')')"
    for name in ROWS:
        text = f"replace({text}, '</{name}>', chr({ord(BREAK)}))"
    return f"regexp_replace(regexp_replace({text}, '{INLINE}', '', 'g'), '<[^>]*>', ' ', 'g')"


class _Reading(Func):
    """The words of a text as it is written, as they are read."""

    is_page = False
    output_field = TextField()

    def as_sql(self, compiler, connection, **context):
        template = _reading(f"left(%(expressions)s, {INDEXED_CHARACTERS})", self.is_page)
        return super().as_sql(compiler, connection, template=template, **context)


class _PageReading(_Reading):
    """The same of the HTML of a page."""

    is_page = True


def _headline(text, words, **options) -> SearchHeadline:
    """`text` with the words marked in it."""
    query = parse(words)
    return SearchHeadline(text, query, config=CONFIG, start_sel=START, stop_sel=STOP, **options)


def _parts(text: str, words) -> SearchHeadline:
    """The parts of the column `text` that hold the words."""
    reading = _PageReading if text == "html" else _Reading
    return _headline(
        reading(Concat(text, Value(" "), "attached_text", output_field=TextField())),
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
        .dated()
        .annotate(
            sort=Value(kind, CharField()),
            name=NAMES.get(kind, Value(name)),
            called=_headline("title", words, highlight_all=True),
            extract=_parts(TEXTS.get(kind, "body"), words),
        )
        .order_by()
        .values_list("sort", "pk", "name", "called", "path", "dates", "extract")
        for kind, (model, name) in KINDS.items()
    ]
    return parts[0].union(*parts[1:], all=True)


EXTRACTS = Prepared(_extracts)
NO_KEY = 0


def hits(parts: list[Unit], has_terms: bool, shown: list[tuple[str, int]]) -> list[Hit]:
    """The results to show of the items `shown`, in their order. One query."""
    if not shown:
        return []
    keys = {kind: [pk for found, pk in shown if found == kind] or [NO_KEY] for kind in KINDS}
    found = {}
    rows = EXTRACTS.rows(words=marked_words(parts, has_terms), **keys)
    for kind, pk, name, title, path, dates, extract in rows:
        when = KINDS[kind][0].date_line(dates)
        found[kind, pk] = Hit(name, _marked(title), path, when, shown_extract(extract))
    return [found[key] for key in shown if key in found]


def marked_words(parts: list[Unit], has_terms: bool) -> str:
    """
    The query whose words are marked in texts as they are stored, with their signs: the search
    itself, the words as they were typed, and all spellings of 'K-12'.

    What bears a term need not hold its words, so with terms any of the words is marked.
    """
    asked = [part for part in parts if not part.is_excluded and not part.is_or]
    wanted = [str(part) for part in asked] if has_terms else [written(parts)]
    typed = (part.typed.replace('"', " ").strip("-") for part in asked)
    wanted += [f'"{each}"' for each in typed if not each.isalnum()]
    for part in asked:
        for number in _GRADES.findall(part.words):
            wanted += [f'"k {number}"', f'"k -{number}"', f"k{number}"]
    return " or ".join(wanted)


def shown_extract(extract: str) -> SafeString:
    """Parts of a text as HTML; dots say where its sentences are cut."""
    text = html.unescape(extract).strip(f"{BREAK} \n\t")
    text = _BREAK.sub(lambda found: _joint(text[: found.start()]), text)
    text = _LOOSE.sub("", " ".join(text.split())).replace("… ·", "…").replace("· …", "…")
    if text.lstrip(START)[:1].islower():
        text = f"… {text}"
    if text.rstrip(STOP)[-1:] not in ENDS:
        text = f"{text} …"
    return _marked(text)


def _joint(before: str) -> str:
    """What stands between a heading or row that ends `before` and what follows it."""
    return " " if before.rstrip(f"{STOP} \n\t")[-1:] in f"{ENDS},;:" else " · "


def _marked(text: str) -> SafeString:
    """`text` as HTML: everything escaped, the found words in <mark>."""
    # Safe: escaped; only our own marks become elements.
    return mark_safe(escape(text).replace(START, "<mark>").replace(STOP, "</mark>"))  # noqa: S308
