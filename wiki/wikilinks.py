"""
Links to topic pages that are written by title: `[[Title]]`, `[[Title|words that are shown]]`,
`[[Title#Section]]`.

In a stored `body` they are text. In the `html` that follows from it each is an anchor that names
its title; where that leads, and whether a page has it at all, is asked when a page is shown.
Inside of links and of code brackets mean nothing.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from html import escape, unescape
from typing import Any, NamedTuple
from urllib.parse import urlencode

from django.utils.safestring import SafeString, mark_safe

from competencyworks.core.prose import texts
from competencyworks.core.prose.html_tokens import TOKEN

from .titles import LENGTH, UNLINKABLE, WIKILINK, keys_of, page_and_section, title_key

VERBATIM = frozenset(["a", "code", "kbd", "pre", "samp"])
# A copy of a note that screen readers and the tab key pass over (core.prose.footnotes).
SIDENOTE = re.compile(r'<span class="sidenote"[^>]*>.*?</span>', re.DOTALL)
ANCHOR = re.compile(
    r'<a class="wikilink" href="([^"]*)" data-title="([^"]*)"( tabindex="-1")?>([^<]*)</a>'
)
# The author of a text cannot write what ANCHOR finds: the cleaner leaves no data-title.


@dataclass(frozen=True)
class Wikilink:
    """One link as it is written. `shown` is HTML without tags, `title` plain text."""

    title: str
    shown: str

    @property
    def key(self) -> str:
        return title_key(self.title)

    @property
    def page_key(self) -> str:
        """The key of what stands before a '#'; '' where that opens no section."""
        return title_key(page_and_section(self.title)[0])

    @property
    def section(self) -> str:
        return page_and_section(self.title)[1]


class Place(NamedTuple):
    """Where a page is, and its table of contents: {"id", "text"} of each heading."""

    path: str
    contents: Sequence[Mapping[str, Any]] = ()

    def at(self, section: str) -> str:
        """The address of the heading with the words `section`; that of the page if it has none."""
        wanted = title_key(section)
        for heading in self.contents:
            if wanted and title_key(heading["text"]) == wanted:
                return f"{self.path}#{heading['id']}"
        return self.path


def mark_on(item) -> None:
    """
    Turn the wikilinks of a publishable `item` into anchors in the columns that follow from its
    text, and into plain words where there can be none. To be called at the end of derive().
    """
    if "[[" not in item.body and "[[" not in item.excerpt:
        return
    item.html = marked(item.html)
    for heading in item.contents:
        heading["text"] = plain_words(heading["text"])
    text = texts.read(words(item.body))
    item.lead = texts.lead_of(text, plain_words(item.excerpt))


def marked(html: str) -> str:
    """Clean `html` with its wikilinks as anchors, which `resolved` makes lead somewhere."""

    def anchor(link: Wikilink) -> str:
        return (
            f'<a class="wikilink" href="{escape(wanted_path(link.title))}" '
            f'data-title="{escape(link.title)}">{link.shown}</a>'
        )

    return SIDENOTE.sub(_out_of_tab_order, _replaced(html, anchor))


def words(html: str) -> str:
    """Clean `html` with the shown words in the place of its wikilinks."""
    return _replaced(html, lambda link: link.shown)


def plain_words(text: str) -> str:
    """Plain `text` with the shown words in the place of its wikilinks."""
    return unescape(words(escape(text, quote=False))) if "[[" in text else text


def links_in(html: str) -> list[Wikilink]:
    """The wikilinks of a clean body, in their order."""
    found: list[Wikilink] = []
    _replaced(html, lambda link: found.append(link) or "")
    return found


def renamed(html: str, keys: Iterable[str], title: str, *, spared: Iterable[str] = ()) -> str:
    """
    A clean body in which links to titles with these `keys`, or to sections of them, lead to
    `title`, word for word. `spared` are keys of pages that have a '#' in their titles.
    """
    keys, spared = set(keys), set(spared)

    def changed(link: Wikilink) -> str | None:
        name = escape(title, quote=False)
        if link.key not in keys:
            if link.page_key not in keys or link.key in spared:
                return None
            return f"[[{name}#{escape(link.section, quote=False)}|{link.shown}]]"
        same = " ".join(unescape(link.shown).split()) == title
        return f"[[{name}]]" if same else f"[[{name}|{link.shown}]]"

    return _replaced(html, changed)


def keys_in(html: str) -> list[str]:
    """The keys of the titles that `html` (of `marked`) may lead to, each once."""
    found: dict[str, None] = {}
    for _, title, _, _ in ANCHOR.findall(html):
        found |= dict.fromkeys(keys_of(unescape(title)))
    return list(found)


def titles_in(html: str) -> list[str]:
    """The titles as they are written in the links of `html` (of `marked`)."""
    return [unescape(title) for _, title, _, _ in ANCHOR.findall(html)]


def has_sections(html: str) -> bool:
    """Whether a link in `html` (of `marked`) may lead to a section of a page."""
    return any("#" in title for _, title, _, _ in ANCHOR.findall(html))


def resolved(html: str, places: Mapping[str, Place]) -> SafeString:
    """
    `html` (of `marked`) as readers get it: links lead to the `places` of the keys of their titles;
    those to titles that no page has say so.

    A '#' opens a section where no page has the whole as its title and one has what stands before.
    """

    def anchor(found: re.Match[str]) -> str:
        _, title, unreachable, shown = found.groups(default="")
        title = unescape(title)
        page, section = page_and_section(title)
        path = ""
        if place := places.get(title_key(title)):
            path = place.path
        elif page and (place := places.get(title_key(page))):
            path = place.at(section)
        if path:
            return f'<a class="wikilink" href="{escape(path)}"{unreachable}>{shown}</a>'
        href = escape(wanted_path(title))
        return (
            f'<a class="wikilink wanted" href="{href}" rel="nofollow"{unreachable}>{shown}'
            '<span class="visually-hidden"> (page wanted)</span></a>'
        )

    return mark_safe(ANCHOR.sub(anchor, html))  # noqa: S308 - clean before, escaped after


def is_linkable(title: str) -> bool:
    """Whether a wikilink can name `title`: '#Section' names none."""
    return bool(title_key(title)) and not title.startswith("#") and not UNLINKABLE.search(title)


def wanted_path(title: str) -> str:
    """
    The address that says who asks for this title. It holds the title itself: the slugs of 'C++'
    and 'C' are the same, and no title can be told from its slug.
    """
    return f"/wiki/wanted/?{urlencode({'title': page_and_section(title)[0] or title})}"


def _replaced(html: str, replace: Callable[[Wikilink], str | None]) -> str:
    """`html` with what `replace` makes of each of its wikilinks; None leaves it as it is."""
    if "[[" not in html:
        return html

    def put(found: re.Match[str]) -> str:
        link = _read(found)
        new = replace(link) if link else None
        return found[0] if new is None else new

    pieces: list[str] = []
    position = depth = 0
    for token in TOKEN.finditer(html):
        text = html[position : token.start()]
        pieces += [text if depth else WIKILINK.sub(put, text), token[0]]
        if token["name"] in VERBATIM:
            depth = max(0, depth + (-1 if token["slash"] else 1))
        position = token.end()
    rest = html[position:]
    pieces.append(rest if depth else WIKILINK.sub(put, rest))
    return "".join(pieces)


def _read(found: re.Match[str]) -> Wikilink | None:
    """The link that stands in a match of WIKILINK; None if it names nothing."""
    written, shown = found.groups(default="")
    title = " ".join(unescape(written).split())
    if not is_linkable(title) or len(title) > LENGTH:
        return None
    return Wikilink(title, shown.strip() or written.strip())


def _out_of_tab_order(note: re.Match[str]) -> str:
    return ANCHOR.sub(
        r'<a class="wikilink" href="\1" data-title="\2" tabindex="-1">\4</a>', note[0]
    )
