"""
The columns of the catalogue as a table: how each is written in an export, and read in an import.

What is written is read as the same again. Several values of a cell stand between semicolons.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from html import escape, unescape
from typing import Any

from django.contrib.auth import get_user_model

from competencyworks.core.metadata import absolute
from competencyworks.core.models import State, Topic
from competencyworks.core.prose.cleaning import clean_html

from ..models import Resource
from ..models.resources import parts
from .naming import reference

YES = frozenset(["yes", "y", "true", "1", "x"])
NO = frozenset(["no", "n", "false", "0"])
# As ISO 8601 has them, and as spreadsheets in the US write them.
DATES = ("%Y-%m-%d", "%m/%d/%Y")
PARAGRAPH = re.compile(r"<p>([^<]*)</p>\s*")


class WrongValue(ValueError):
    """What stands in a cell cannot be read; the message says why."""


@dataclass
class Words:
    """What names in a file stand for."""

    @cached_property
    def topics(self) -> dict[str, int]:
        rows = Topic.objects.values_list("pk", "name", "slug")
        named = {name.casefold(): pk for pk, name, _ in rows}
        return named | {slug: pk for pk, _, slug in rows}

    @cached_property
    def states(self) -> dict[str, int]:
        rows = State.objects.values_list("pk", "name", "code")
        return {word.casefold(): pk for pk, *words in rows for word in words}

    @cached_property
    def staff(self) -> dict[str, int]:
        rows = get_user_model().objects.filter(is_staff=True, is_active=True)
        return {name.casefold(): pk for pk, name in rows.values_list("pk", "username")}


@dataclass(frozen=True)
class Column:
    """
    One column; `told` says what belongs in it, `attribute` is where its value goes.

    `write` makes the cell of a resource (from `exported()`). `read` makes a value of a cell that is
    not empty, and raises WrongValue.
    """

    name: str
    attribute: str
    told: str
    write: Callable[[Resource], Any] | None
    read: Callable[[str, Words], Any] | None = field(default=None)


# --- Reading ------------------------------------------------------------------------------


def _text(cell: str, words: Words) -> str:
    return cell


def _number(cell: str, words: Words) -> int:
    digits = cell.replace(",", "")
    if not (digits.isascii() and digits.isdigit() and len(digits) < 10):
        raise WrongValue(f"“{cell}” is no whole number")
    return int(digits)


def _year(cell: str, words: Words) -> int:
    if not (cell.isascii() and cell.isdigit() and len(cell) == 4):
        raise WrongValue(f"“{cell}” is no year")
    return int(cell)


def _day(cell: str, words: Words) -> date:
    for form in DATES:
        try:
            return datetime.strptime(cell, form).date()
        except ValueError:
            continue
    raise WrongValue(f"“{cell}” is no date like 2024-09-30")


def _yes_or_no(cell: str, words: Words) -> bool:
    if cell.casefold() in YES:
        return True
    if cell.casefold() in NO:
        return False
    raise WrongValue(f"“{cell}” is neither yes nor no")


def _choice(choices) -> Callable:
    known = {word.casefold(): value for value, label in choices.choices for word in (value, label)}

    def read(cell: str, words: Words) -> str:
        if (value := known.get(cell.casefold())) is None:
            raise WrongValue(f"“{cell}” is none of: {', '.join(choices.values)}")
        return value

    return read


def _choices(choices) -> Callable:
    one = _choice(choices)

    def read(cell: str, words: Words) -> list[str]:
        found = {one(part, words) for part in parts(cell)}
        return [value for value in choices.values if value in found]

    return read


def _known(what: str, word: str) -> Callable:
    def read(cell: str, words: Words) -> list[int]:
        found = set()
        for part in parts(cell):
            key = getattr(words, what).get(part.casefold())
            if key is None:
                raise WrongValue(f"there is no {word} “{part}”")
            found.add(key)
        return sorted(found)

    return read


def _owner(cell: str, words: Words) -> int:
    if (key := words.staff.get(cell.casefold())) is None:
        raise WrongValue(f"nobody on the staff signs in as “{cell}”")
    return key


def _successor(cell: str, words: Words) -> str:
    if not (name := reference(cell)):
        raise WrongValue(f"“{cell}” is no address of the web, nor one of a page here")
    return name


def _tags(cell: str, words: Words) -> list[str]:
    found = parts(cell)
    if any(len(name) > 100 for name in found):
        raise WrongValue("a tag has more than 100 characters")
    return list({name.casefold(): name for name in found}.values())


def _body(cell: str, words: Words) -> str:
    return clean_html(html_of_text(cell)).strip()


# --- The text of a resource as a cell -----------------------------------------------------


def html_of_text(text: str) -> str:
    """`text` as HTML: what begins with a tag is HTML, else each line with words is a paragraph."""
    if text.startswith("<"):
        return text
    lines = (line.strip() for line in text.splitlines())
    return "\n".join(f"<p>{escape(line, quote=False)}</p>" for line in lines if line)


def text_of_html(html: str) -> str:
    """
    A body as plain text, if html_of_text() makes the same body of it; else as HTML that begins with
    a tag, be it one that the cleaner takes away.
    """
    html = html.strip()
    text = "\n".join(unescape(words) for words in PARAGRAPH.findall(html))
    if clean_html(html_of_text(text)).strip() == html:
        return text
    return html if html.startswith("<") else f"<!---->{html}"


# --- Writing ------------------------------------------------------------------------------


def _plain(attribute: str) -> Callable:
    return lambda item: "" if (value := getattr(item, attribute)) is None else value


def _labels(attribute: str, choices) -> Callable:
    def write(item: Resource) -> str:
        values = getattr(item, attribute)
        return "; ".join(choice.label for choice in choices if choice.value in values)

    return write


def _names(column: str) -> Callable:
    return lambda item: "; ".join(row["name"] for row in getattr(item, column))


def _iso(attribute: str) -> Callable:
    return lambda item: "" if (day := getattr(item, attribute)) is None else day.isoformat()


def _yes(attribute: str) -> Callable:
    return lambda item: "yes" if getattr(item, attribute) else ""


def _simple(name: str, attribute: str, told: str, read: Callable = _text) -> Column:
    return Column(name, attribute, told, _plain(attribute), read)


def _dated(name: str, attribute: str, told: str) -> Column:
    return Column(name, attribute, told, _iso(attribute), _day)


R = Resource
COLUMNS: Sequence[Column] = (
    _simple("title", "title", "Needed of each new resource."),
    _simple(
        "kind",
        "kind",
        f"Needed of each new resource. One of: {', '.join(R.Kind.values)}.",
        _choice(R.Kind),
    ),
    _simple("address", "url", "Where it is, beginning with https://. By it a row is known."),
    _simple("publisher", "publisher", "The organization that stands behind it."),
    _simple("authors", "authors", "As on its title page, between semicolons."),
    _simple("year", "year", "Four digits.", _year),
    Column(
        "summary",
        "body",
        "In our words. Each line is a paragraph; what begins with < is HTML.",
        lambda item: text_of_html(item.body),
        _body,
    ),
    _simple("why", "why", "Why it is worth reading: one or two sentences."),
    Column(
        "topics",
        "topics",
        "Names or slugs of topics that there are, between semicolons.",
        _names("topic_list"),
        _known("topics", "topic"),
    ),
    Column(
        "states",
        "states",
        "Names or postal codes, between semicolons.",
        _names("state_list"),
        _known("states", "state"),
    ),
    Column(
        "grade bands",
        "grades",
        f"Between semicolons: {', '.join(R.Grades.values)}.",
        _labels("grades", R.Grades),
        _choices(R.Grades),
    ),
    Column(
        "audience",
        "audience",
        f"Between semicolons: {', '.join(R.Audience.values)}.",
        _labels("audience", R.Audience),
        _choices(R.Audience),
    ),
    Column("tags", "tags", "Between semicolons. New ones are made.", _names("tag_list"), _tags),
    _simple("pages", "page_count", "Of a report: how many.", _number),
    _simple("published in", "periodical", "Of an article: the journal or site."),
    _simple("format", "format", "Of a tool: as Rubric or Template."),
    _simple("minutes", "minutes", "Of a video: its length.", _number),
    _simple("hours", "hours", "Of a course: how much work it is.", _number),
    _simple("price", "price_note", "Of a tool or course, unless it is free of charge."),
    _simple(
        "policy form",
        "policy_form",
        f"Of a policy: {', '.join(R.PolicyForm.values)}.",
        _choice(R.PolicyForm),
    ),
    _simple("policy number", "policy_number", "Of a policy: as SB 18."),
    _simple(
        "policy stage",
        "policy_stage",
        f"Of a policy: {', '.join(R.PolicyStage.values)}.",
        _choice(R.PolicyStage),
    ),
    _dated("in force from", "in_force_from", "Of a policy: a date as 2024-09-30."),
    _dated("in force until", "in_force_until", "Of a policy: a date as 2024-09-30."),
    _simple("services", "services", "Of a provider: what it offers, between semicolons."),
    _simple("contact", "contact_name", "Of a provider: a name."),
    _simple("contact e-mail", "contact_email", "Of a provider. Readers see it."),
    _simple("contact phone", "contact_phone", "Of a provider. Readers see it."),
    Column(
        "all states",
        "serves_all_states",
        "Of a provider: yes, if it works in all of them.",
        _yes("serves_all_states"),
        _yes_or_no,
    ),
    _simple(
        "setting",
        "setting",
        f"Of an example: {', '.join(R.Setting.values)}.",
        _choice(R.Setting),
    ),
    _simple("place", "place", "Of an example: its city or county."),
    _simple("learners", "learners", "Of an example: how many.", _number),
    Column(
        "superseded by",
        "superseded_by_id",
        "The resource that takes its place: its address, or that of its page here.",
        lambda item: absolute(item.successor["path"]) if item.successor else "",
        _successor,
    ),
    _simple("credit", "credit", "Who pointed it out, as readers see it."),
    Column("owner", "owner_id", "User name of who keeps it up. Not in exports.", None, _owner),
    Column("review by", "review_by", "A date as 2024-09-30. Not in exports.", None, _day),
    Column(
        "page",
        "path",
        "The address of its page here. In exports only; other rows may name it by that.",
        lambda item: absolute(item.path),
    ),
)
EXPORTED = [column for column in COLUMNS if column.write]
RELATIONS = frozenset(["topics", "states", "tags"])
BY_NAME = {column.name: column for column in COLUMNS}
BY_ATTRIBUTE = {column.attribute: column for column in COLUMNS if column.attribute}
