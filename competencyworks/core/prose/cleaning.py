"""
The one cleaner of rich text, with the one allow-list.

Everything that is stored as rich text passes `clean_html`, whoever writes it: the editor,
the importer, the shell. What the list does not name is dropped, for these reasons:

- Elements: what an article is made of. Nothing that runs (script, handlers), loads a page
  of its own (iframe, object), sends (form) or speaks for the document (style, meta, base).
  Frames and players become links to what they showed, so that nothing is lost.
- Attributes: no `style`, as it can cover the page and call outside; the alignments in it
  become classes of ours. No `target`: readers decide where a link opens. No `name`, ARIA
  or handlers.
- Classes: those that our stylesheet knows; others could put on the dress of our interface.
- `id`: only with the prefix `s-`. Elements with an id become properties of `window` and
  `document` ("DOM clobbering"). A name with a hyphen in it hides no property of either, and
  no element of our own pages has this prefix. Links within the text follow the change.
- Addresses: http, https, mailto, tel and relative ones. `data:` and `javascript:` are
  refused by name and by everything else not being on the list.
- Comments: dropped, except the more-marker, which becomes `<hr class="more">`.
- Characters that XML 1.0 cannot hold are dropped, as feeds carry the text too.
"""

import re
from html import escape

import nh3

from . import old_markup
from .markup_limits import shallow

MORE = '<hr class="more">'
ID_PREFIX = "s-"
SCHEMES = frozenset(["http", "https", "mailto", "tel"])
ALIGNMENTS = ("align-left", "align-right", "align-center", "align-justify")
CLASSES = frozenset(
    [
        *ALIGNMENTS,
        "more", "image", "gallery", "pullquote", "lead", "note", "caption", "links",
        "small", "medium", "large", "full",
        *(f"columns-{number}" for number in range(1, 10)),
    ]
)  # fmt: skip

EVERYWHERE = frozenset(["class", "dir", "id", "lang"])
CELL = frozenset(["colspan", "rowspan"])
# Element → attributes beyond those allowed everywhere.
ELEMENTS: dict[str, frozenset[str]] = {
    **dict.fromkeys(
        ["p", "div", "span", "h2", "h3", "h4", "h5", "h6", "hr", "br", "wbr", "pre",
         "figure", "figcaption", "ul", "dl", "dt", "dd", "table", "caption", "thead", "tbody",
         "tfoot", "tr", "strong", "em", "b", "i", "u", "s", "code", "kbd", "samp", "var",
         "cite", "mark", "small", "sub", "sup", "bdo", "bdi", "ruby", "rb", "rp", "rt",
         "summary"],
        frozenset(),
    ),
    "a": frozenset(["href", "title"]),
    "abbr": frozenset(["title"]),
    "blockquote": frozenset(["cite"]),
    "col": frozenset(["span"]),
    "colgroup": frozenset(["span"]),
    "del": frozenset(["cite", "datetime"]),
    "details": frozenset(["open"]),
    "dfn": frozenset(["title"]),
    "img": frozenset(["src", "alt", "title", "width", "height", "data-image"]),
    "ins": frozenset(["cite", "datetime"]),
    "li": frozenset(["value"]),
    "ol": frozenset(["reversed", "start", "type"]),
    "q": frozenset(["cite"]),
    "td": CELL,
    "th": CELL | {"abbr", "scope"},
    "time": frozenset(["datetime"]),
}  # fmt: skip

# Dropped with what they hold; of other elements that are not listed the text stays.
DROPPED_WHOLE = frozenset(
    ["script", "style", "template", "noscript", "noembed", "noframes", "svg", "math", "title",
     "textarea", "select", "xmp", "plaintext", "canvas", "applet"]
)  # fmt: skip

NUMBER = re.compile(r"[1-9][0-9]{0,3}")
VALUES = {
    "id": re.compile(re.escape(ID_PREFIX) + r"[\w-]{1,100}"),
    "dir": re.compile(r"ltr|rtl|auto"),
    "lang": re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8}){0,4}"),
    "width": NUMBER,
    "height": NUMBER,
    "colspan": NUMBER,
    "rowspan": NUMBER,
    "span": NUMBER,
    "value": re.compile(r"-?[0-9]{1,6}"),
    "start": re.compile(r"-?[0-9]{1,6}"),
    "type": re.compile(r"[1aAiI]"),
    "scope": re.compile(r"row|col|rowgroup|colgroup"),
    "datetime": re.compile(r"[0-9A-Za-z:.+ -]{1,40}"),
    "data-image": re.compile(r"[1-9][0-9]{0,17}"),
    "open": re.compile(r""),
    "reversed": re.compile(r""),
}
ADDRESSES = frozenset(["href", "src", "cite"])
SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):")
# Browsers drop these from an address before they read its scheme:
# https://url.spec.whatwg.org/#concept-basic-url-parser
UNSEEN_IN_ADDRESSES = re.compile(r"[\x00-\x20\x7f-\xa0\u2028\u2029\ufeff]")
NOT_IN_XML = re.compile("[^\t\n\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

ROUNDS = 8


class CleanHTML(str):
    """Text that `clean_html` made; it is not cleaned again while it stays as it is."""

    __slots__ = ()


def _address(value: str) -> str | None:
    scheme = SCHEME.match(UNSEEN_IN_ADDRESSES.sub("", value))
    if scheme and scheme[1].lower() not in SCHEMES:
        return None
    return value.strip()


def _attribute(element: str, name: str, value: str) -> str | None:
    """The value that an allowed attribute may have; None drops it."""
    if name == "class":
        return " ".join(dict.fromkeys(c for c in value.split() if c in CLASSES)) or None
    if name in ADDRESSES:
        return _address(value)
    if pattern := VALUES.get(name):
        return value if pattern.fullmatch(value) else None
    return value


STRICT = nh3.Cleaner(
    tags=set(ELEMENTS),
    clean_content_tags=set(DROPPED_WHOLE),
    attributes={"*": set(EVERYWHERE)} | {name: set(own) for name, own in ELEMENTS.items() if own},
    attribute_filter=_attribute,
    url_schemes=set(SCHEMES),
    link_rel=None,
)
# Leaves in place what `old_markup` translates; its result is not trusted.
LOOSE = nh3.Cleaner(
    tags=set(ELEMENTS) | old_markup.ELEMENTS,
    clean_content_tags=set(DROPPED_WHOLE),
    attributes={"*": EVERYWHERE | old_markup.ATTRIBUTES}
    | {name: set(own) for name, own in ELEMENTS.items() if own}
    | {"acronym": {"title"}, "source": {"src"}}
    | {name: {"src", "title"} for name in old_markup.SHOWN_BY_LINK},
    strip_comments=False,
    url_schemes=set(SCHEMES),
    link_rel=None,
)


def _storable(text: str) -> str:
    return NOT_IN_XML.sub("", text.replace("\r\n", "\n").replace("\r", "\n").replace("\f", " "))


def _once(html: str) -> str:
    return _storable(STRICT.clean(old_markup.adapt(LOOSE.clean(shallow(_storable(html))))))


def clean_html(value: str) -> str:
    """
    `value` (HTML from anywhere) as HTML that holds nothing but what the list allows.

    Never raises; cleaning twice changes nothing. The rounds go on until the text stays as
    it is, because a parser may read what it has written in another way once more; a text
    that does not come to rest is kept as plain text.
    """
    if isinstance(value, CleanHTML):
        return value
    html = value or ""
    for _ in range(ROUNDS):
        before, html = html, _once(html)
        if html == before:
            return CleanHTML(html)
    text = _storable(nh3.clean(html, tags=set()))
    return CleanHTML(f"<p>{text}</p>" if text.strip() else "")


def from_plain(text: str) -> str:
    """Paragraphs of clean HTML from plain text, where an empty line ends a paragraph."""
    lines = "\n".join(line.strip() for line in text.splitlines()).strip()
    blocks = re.split(r"\n{2,}", lines)
    return clean_html("".join(f"<p>{'<br>'.join(escape(b).split(chr(10)))}</p>" for b in blocks))
