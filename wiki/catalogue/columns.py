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
from taggit.models import Tag

from competencyworks.core.date_fields import FIRST_YEAR, LAST_YEAR, is_in_range
from competencyworks.core.links.addresses import with_scheme
from competencyworks.core.metadata import absolute
from competencyworks.core.models import FormerTag, State, Topic
from competencyworks.core.prose.cleaning import clean_html
from competencyworks.core.taxonomy.tag_names import has_words

from ..models import Resource
from ..models.resources import parts
from ..titles import title_key
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
        rows = list(Topic.objects.order_by("pk").values_list("pk", "name", "slug"))
        now = Topic.objects.now(pk for pk, *_ in rows)
        # What has a name now comes after what only had it.
        rows = sorted((row for row in rows if row[0] in now), key=lambda row: now[row[0]] == row[0])
        named = {name.casefold(): now[pk] for pk, name, _ in rows}
        return named | {slug: now[pk] for pk, _, slug in rows}

    @cached_property
    def former_tags(self) -> dict[str, str]:
        """What took the place of names that no tag has any more."""
        rows = FormerTag.objects.exclude(tag=None).values_list("name", "tag__name")
        live = {name.lower() for name in Tag.objects.values_list("name", flat=True)}
        return {name.lower(): kept for name, kept in rows if name.lower() not in live}

    @cached_property
    def tags(self) -> dict[str, str]:
        """The tags that there are, by their names and by what is the same however it is spelled."""
        names = list(Tag.objects.order_by("-pk").values_list("name", flat=True))
        return {title_key(name): name for name in names} | {name: name for name in names}

    @cached_property
    def states(self) -> dict[str, int]:
        rows = State.objects.values_list("pk", "name", "code")
        return {word.casefold(): pk for pk, *words in rows for word in words}

    @cached_property
    def staff(self) -> dict[str, int]:
        rows = get_user_model().objects.filter(is_staff=True, is_active=True)
        return {name.casefold(): pk for pk, name in rows.values_list("pk", "username")}


LONGEST_NUMBER = 9  # digits, which every column can hold


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


def _web(cell: str, words: Words) -> str:
    return with_scheme(cell)


def _number(cell: str, words: Words) -> int:
    digits = cell.replace(",", "")
    if not (digits.isascii() and digits.isdigit()):
        raise WrongValue(f"“{cell}” is not a whole number")
    if len(digits.lstrip("0")) > LONGEST_NUMBER:
        raise WrongValue(f"“{cell}” is too large a number")
    return int(digits[-LONGEST_NUMBER:])


def _year(cell: str, words: Words) -> int:
    if not (cell.isascii() and cell.isdigit() and len(cell) == 4):
        raise WrongValue(f"“{cell}” is not a year")
    return int(cell)


def _day(cell: str, words: Words) -> date:
    for form in DATES:
        try:
            day = datetime.strptime(cell, form).date()
        except ValueError:
            continue
        if not is_in_range(day):
            raise WrongValue(f"“{cell}” is not within the years {FIRST_YEAR} to {LAST_YEAR}")
        return day
    raise WrongValue(f"“{cell}” is not a date like 2024-09-30")


def _yes_or_no(cell: str, words: Words) -> bool:
    if cell.casefold() in YES:
        return True
    if cell.casefold() in NO:
        return False
    raise WrongValue(f"“{cell}” is not yes or no")


def _choice(choices) -> Callable:
    known = {word.casefold(): value for value, label in choices.choices for word in (value, label)}

    def read(cell: str, words: Words) -> str:
        if (value := known.get(cell.casefold())) is None:
            raise WrongValue(f"“{cell}” is not one of: {', '.join(choices.values)}")
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
        raise WrongValue(f"no staff member has the username “{cell}”")
    return key


def _successor(cell: str, words: Words) -> str:
    if not (name := reference(cell)):
        raise WrongValue(f"“{cell}” is neither a web address nor the address of a page here")
    return name


def _tags(cell: str, words: Words) -> list[str]:
    found = parts(cell)
    if any(len(name) > 100 for name in found):
        raise WrongValue("a tag has more than 100 characters")
    if signs := [name for name in found if not has_words(name) and name not in words.tags]:
        raise WrongValue(f"the tag “{signs[0]}” has no letter or digit")
    now = (words.former_tags.get(name.lower(), name) for name in found)
    # A name that is new in the file is remembered, for the rows below.
    stored = (words.tags.get(name) or words.tags.setdefault(title_key(name), name) for name in now)
    return list({title_key(name): name for name in stored}.values())


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
    _simple("title", "title", "Required for each new resource."),
    _simple(
        "kind",
        "kind",
        f"Required for each new resource. One of: {', '.join(R.Kind.values)}.",
        _choice(R.Kind),
    ),
    _simple(
        "address",
        "url",
        "Its web address, such as https://example.org/x. It identifies the row.",
        _web,
    ),
    _simple("publisher", "publisher", "The organization that published it."),
    _simple("authors", "authors", "As on its title page, separated by semicolons."),
    _simple("year", "year", "Four digits.", _year),
    Column(
        "summary",
        "body",
        "In our words. Each line is a paragraph; text that begins with < is HTML.",
        lambda item: text_of_html(item.body),
        _body,
    ),
    _simple("why", "why", "Why it is worth reading: one or two sentences."),
    Column(
        "topics",
        "topics",
        "Names or slugs of existing topics, separated by semicolons.",
        _names("topic_list"),
        _known("topics", "topic"),
    ),
    Column(
        "states",
        "states",
        "Names or postal codes, separated by semicolons.",
        _names("state_list"),
        _known("states", "state"),
    ),
    Column(
        "grade bands",
        "grades",
        f"Separated by semicolons: {', '.join(R.Grades.values)}.",
        _labels("grades", R.Grades),
        _choices(R.Grades),
    ),
    Column(
        "audience",
        "audience",
        f"Separated by semicolons: {', '.join(R.Audience.values)}.",
        _labels("audience", R.Audience),
        _choices(R.Audience),
    ),
    Column(
        "tags", "tags", "Separated by semicolons. New tags are created.", _names("tag_list"), _tags
    ),
    _simple("pages", "page_count", "For a report: the number of pages.", _number),
    _simple("published in", "periodical", "For an article: the journal or site."),
    _simple("format", "format", "For a tool: for example, Rubric or Template."),
    _simple("minutes", "minutes", "For a video: its length.", _number),
    _simple("hours", "hours", "For a course: hours of work.", _number),
    _simple("price", "price_note", "For a tool or course, unless it is free."),
    _simple(
        "policy form",
        "policy_form",
        f"For a policy: {', '.join(R.PolicyForm.values)}.",
        _choice(R.PolicyForm),
    ),
    _simple("policy number", "policy_number", "For a policy: for example, SB 18."),
    _simple(
        "policy stage",
        "policy_stage",
        f"For a policy: {', '.join(R.PolicyStage.values)}.",
        _choice(R.PolicyStage),
    ),
    _dated("in force from", "in_force_from", "For a policy: a date, such as 2024-09-30."),
    _dated("in force until", "in_force_until", "For a policy: a date, such as 2024-09-30."),
    _simple("services", "services", "For a provider: what it offers, separated by semicolons."),
    _simple("contact", "contact_name", "For a provider: a name."),
    _simple("contact e-mail", "contact_email", "For a provider. Readers can see it."),
    _simple("contact phone", "contact_phone", "For a provider. Readers can see it."),
    Column(
        "all states",
        "serves_all_states",
        "For a provider: yes, if it works in all states.",
        _yes("serves_all_states"),
        _yes_or_no,
    ),
    _simple(
        "setting",
        "setting",
        f"For an example: {', '.join(R.Setting.values)}.",
        _choice(R.Setting),
    ),
    _simple("place", "place", "For an example: its city or county."),
    _simple("learners", "learners", "For an example: the number of learners.", _number),
    Column(
        "superseded by",
        "superseded_by_id",
        "The resource that replaces it: its web address, or the address of its page here.",
        lambda item: absolute(item.successor["path"]) if item.successor else "",
        _successor,
    ),
    _simple("credit", "credit", "Who suggested it, as readers see it."),
    Column(
        "owner",
        "owner_id",
        "Username of the staff member who maintains it. Not in exports.",
        None,
        _owner,
    ),
    Column("review by", "review_by", "A date, such as 2024-09-30. Not in exports.", None, _day),
    Column(
        "page",
        "path",
        "The address of its page here. In exports only; other rows can refer to it by this "
        "address.",
        lambda item: absolute(item.path),
    ),
)
EXPORTED = [column for column in COLUMNS if column.write]
RELATIONS = frozenset(["topics", "states", "tags"])
BY_NAME = {column.name: column for column in COLUMNS}
BY_ATTRIBUTE = {column.attribute: column for column in COLUMNS if column.attribute}
