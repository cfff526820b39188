"""Providers of technical assistance from A to Z: what they offer, where, and whom to ask."""

import string
import unicodedata
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import groupby
from typing import Any
from urllib.parse import urlencode

from django.db.models import Q
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render

from competencyworks.core import belongings
from competencyworks.core.metadata import PageMeta
from competencyworks.core.models import State
from competencyworks.core.paging import Listing
from competencyworks.core.search import query_of

from ..models import Resource
from ..models.resource_rows import ResourceQuerySet
from ..states.tiles import STATES
from .facts import contact, regions
from .filters import has_blanks

PATH = "/wiki/providers/"
PAGE_SIZE = 30
LONGEST = 100
OTHERS = "#"  # where a name stands that begins with no letter of A to Z


def _in_state(rows: ResourceQuerySet, key) -> ResourceQuerySet:
    there = Resource.states.through.objects.filter(state=key)
    return rows.filter(Q(serves_all_states=True) | Q(pk__in=there.values("resource")))


NARROWED = {
    "state": _in_state,
    "service": lambda rows, words: rows.search(words),
    "letter": lambda rows, letter: rows.filter(title__istartswith=letter),
}


def _fitting(at, **values) -> ResourceQuerySet:
    rows = Resource.objects.published(at).filter(kind=Resource.Kind.PROVIDER)
    for name, value in values.items():
        rows = NARROWED[name](rows, value)
    return rows.by_title()


def _listed(rows: ResourceQuerySet) -> ResourceQuerySet:
    columns = (
        "title", "path", "kind", "url", "services", "lead", "contact_name", "contact_email",
        "contact_phone", "serves_all_states", "outside__health",
    )  # fmt: skip
    rows = rows.select_related("outside").only(*columns)
    return rows.annotate(state_list=belongings.states("wiki_resource"))


@lru_cache(maxsize=16)
def _listing(names: tuple[str, ...]) -> Listing:
    return Listing(_fitting, PAGE_SIZE, present=_listed)


@dataclass
class Asked:
    """What the address asks for: `given` stands in it, `values` go to the database."""

    values: dict[str, Any] = field(default_factory=dict)
    given: dict[str, str] = field(default_factory=dict)
    state: State | None = None
    ignored: list[str] = field(default_factory=list)

    def address(self, **changed: str) -> str:
        terms = {name: value for name, value in (self.given | changed).items() if value}
        return PATH + (f"?{urlencode(terms)}" if terms else "")

    @property
    def everywhere(self) -> str:
        """The list of all letters."""
        return self.address(letter="")


def providers(request: HttpRequest) -> HttpResponse:
    """The list, or what is left of it by a state, by words about services, by a first letter."""
    states = STATES.rows()
    asked = _asked(request, states)
    if has_blanks(request.GET):
        return HttpResponseRedirect(asked.address())
    page = _listing(tuple(asked.values)).page(request, **asked.values)
    for item in page.items:
        item.regions, item.contact = regions(item), contact(item)
        item.letter = first_letter(item.title)
    page.items.sort(key=lambda item: (item.letter, _folded(item.title)))
    groups = [(letter, list(rows)) for letter, rows in groupby(page.items, lambda row: row.letter)]
    is_whole = not (page.has_next or page.has_previous or "letter" in asked.given)
    meta = PageMeta(
        title="Providers of technical assistance",
        path=PATH + (f"?page={page.number}" if page.number > 1 else ""),
        description="Organizations that help schools, districts, and states with competency "
        "education: services, regions, and contacts, from A to Z.",
        crumbs=[("Home", "/"), ("Wiki", "/wiki/"), ("Providers", PATH)],
        hidden=bool(request.GET.keys() - {"page"}),
    )
    context = {
        "meta": meta,
        "asked": asked,
        "states": states,
        "page": page,
        "groups": groups,
        "letters": _letters(asked, [letter for letter, _ in groups], is_whole),
    }
    return render(request, "wiki/providers.html", context)


def first_letter(title: str) -> str:
    """The letter of A to Z under which `title` stands."""
    letter = _folded(title)[:1].upper()
    return letter if letter and letter in string.ascii_uppercase else OTHERS


def _folded(title: str) -> str:
    """`title` without case and accents."""
    return "".join(
        sign
        for sign in unicodedata.normalize("NFKD", title.strip()).casefold()
        if not unicodedata.combining(sign)
    )


def _letters(asked: Asked, there: list[str], is_whole: bool) -> list[tuple[str, str, bool]]:
    """
    Letter, where it leads to, whether it is the one that is shown: places in this page, if that
    has all of the list, or else the lists of each letter.
    """
    if is_whole:
        return [(letter, f"#{anchor(letter)}", False) for letter in there]
    chosen = asked.given.get("letter", "").upper()
    return [
        (letter, asked.address(letter=letter.lower()), letter == chosen)
        for letter in string.ascii_uppercase
    ]


def anchor(letter: str) -> str:
    return f"letter-{'others' if letter == OTHERS else letter.lower()}"


def _asked(request: HttpRequest, states: list[State]) -> Asked:
    asked = Asked()
    if slug := request.GET.get("state", "").strip():
        asked.state = next((state for state in states if state.slug == slug), None)
        if asked.state:
            asked.values["state"], asked.given["state"] = asked.state.pk, slug
        else:
            asked.ignored.append("There is no such state.")
    words = " ".join(request.GET.get("service", "").replace("\0", " ").split())[:LONGEST]
    if query := query_of(words):
        asked.values["service"], asked.given["service"] = query, words
    elif words:
        asked.ignored.append(f"“{words}” contains no searchable words.")
    if letter := request.GET.get("letter", ""):
        if len(letter) == 1 and letter in string.ascii_letters:
            asked.values["letter"] = asked.given["letter"] = letter.lower()
        else:
            asked.ignored.append("That is not a letter.")
    return asked
