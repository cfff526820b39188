"""
Links to topic pages that are written by title: `[[Title]]`, `[[Title|words that are shown]]`.

In a stored `body` they are text. In the `html` that follows from it each is an anchor that names
its title; where that leads, and whether a page has it at all, is asked when a page is shown.
Inside of links and of code brackets mean nothing.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from html import escape, unescape

from django.utils.safestring import SafeString, mark_safe

from competencyworks.core.prose import texts
from competencyworks.core.prose.html_tokens import TOKEN
from competencyworks.core.slugs import RESERVED, base_slug

from .titles import LENGTH, UNLINKABLE, WIKILINK, title_key

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


def renamed(html: str, keys: Iterable[str], title: str) -> str:
    """A clean body in which links to titles with these `keys` lead to `title`, word for word."""
    keys = set(keys)

    def changed(link: Wikilink) -> str | None:
        if link.key not in keys:
            return None
        name = escape(title, quote=False)
        same = " ".join(unescape(link.shown).split()) == title
        return f"[[{name}]]" if same else f"[[{name}|{link.shown}]]"

    return _replaced(html, changed)


def keys_in(html: str) -> list[str]:
    """The keys of the titles that `html` (of `marked`) leads to, each once."""
    return list(
        dict.fromkeys(title_key(unescape(title)) for _, title, _, _ in ANCHOR.findall(html))
    )


def resolved(html: str, paths: Mapping[str, str]) -> SafeString:
    """
    `html` (of `marked`) as readers get it: links lead to the addresses that `paths` has for the
    keys of their titles; those to titles that no page has say so.
    """

    def anchor(found: re.Match[str]) -> str:
        href, title, unreachable, shown = found.groups(default="")
        if path := paths.get(title_key(unescape(title))):
            return f'<a class="wikilink" href="{escape(path)}"{unreachable}>{shown}</a>'
        return (
            f'<a class="wikilink wanted" href="{href}" rel="nofollow"{unreachable}>{shown}'
            '<span class="visually-hidden"> (page wanted)</span></a>'
        )

    return mark_safe(ANCHOR.sub(anchor, html))  # noqa: S308 - clean before, escaped after


def is_linkable(title: str) -> bool:
    """Whether a wikilink can name `title`."""
    return bool(title_key(title)) and not UNLINKABLE.search(title)


def wanted_path(title: str) -> str:
    """The address that a page with this title would get, were it made now."""
    slug = base_slug(title, fallback="wikipage")
    return f"/wiki/{slug}-2/" if slug in RESERVED else f"/wiki/{slug}/"


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
