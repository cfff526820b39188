"""
Reading WordPress eXtended RSS (WXR 1.0 to 1.2), one thing at a time.

The file is cut at the tags of its larger pieces, and each piece is parsed by itself. That is
what a parser of the whole file cannot give: damage stays within one item, a byte in a wrong
encoding does not change how the rest is read, an unclosed item or CDATA section does not
swallow its neighbors, no DTD and so no entity ever reaches the parser, and memory holds one item.
(Tried with libxml2's recovering parser: an unclosed item hides in it all that follow.)

There is no schema of WXR; what it holds is told by WordPress's own export,
https://developer.wordpress.org/reference/functions/export_wp/.
"""

import codecs
import html
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from lxml import etree

from .exported import Author, Broken, CommentOfItem, Entry, Item, Site, Term, TermOfItem
from .scanning import Piece, pieces

WANTED_META = frozenset(
    [
        "_thumbnail_id", "_wp_attachment_image_alt", "_wp_attached_file",
        "_yoast_wpseo_title", "_yoast_wpseo_metadesc", "_yoast_wpseo_canonical",
        "_yoast_wpseo_meta-robots-noindex", "_aioseop_title", "_aioseop_description",
    ]
)  # fmt: skip
SERIES_PART = "_series_part"  # and `_series_part_12`: the plugins Organize and PublishPress Series
NOT_IN_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
LONE_BYTE = re.compile("[\udc80-\udcff]+")
XML_ENTITIES = frozenset(["amp", "lt", "gt", "quot", "apos"])
NAMED_ENTITY = re.compile(r"&([A-Za-z][A-Za-z0-9]{1,30});")
BARE_AMPERSAND = re.compile(r"&(?!#\d{1,7};|#x[0-9a-fA-F]{1,6};|[A-Za-z][A-Za-z0-9]{1,30};)")
CDATA = re.compile(r"(<!\[CDATA\[.*?\]\]>)", re.DOTALL)
ENCODING = re.compile(rb"""^\s*<\?xml[^>]*?encoding\s*=\s*["']([A-Za-z0-9._:-]+)["']""")
ROOT = re.compile(r"<rss\b[^>]*>")


class NotAnExport(Exception):
    """The file holds nothing that a WordPress export holds; the message is for staff."""


class Export:
    """
    One export file.

    Iterating yields authors, terms and items in the file's order, and a Broken for
    what could not be read; each iteration reads the file anew. `site` is complete once an
    iteration has met the first item.
    """

    def __init__(self, path: Path) -> None:
        self.path = Path(path)
        self.size = self.path.stat().st_size
        self.site = Site()
        self.position = 0  # bytes read by the running iteration, for a progress bar

    def __iter__(self) -> Iterator[Entry]:
        encoding, notes = self._encoding()
        yield from notes
        found = False
        # Surrogates mark the bytes that the encoding cannot hold; _parse() says what they are.
        with self.path.open(encoding=encoding, errors="surrogateescape") as file:
            for piece in pieces(file):
                self.position = file.buffer.tell()
                entry = self._entry(piece)
                if entry is not None:
                    found = found or not isinstance(entry, Broken)
                    yield entry
        if not found:
            raise NotAnExport(
                f"{self.path.name} holds no author, term or item of a WordPress export. "
                "Export it in WordPress under Tools → Export → All content."
            )

    def _encoding(self) -> tuple[str, list[Broken]]:
        """The encoding to read with, and what is to be reported of it."""
        with self.path.open("rb") as file:
            start = file.read(1024)
        for mark, name in (
            (codecs.BOM_UTF8, "utf-8-sig"),
            (codecs.BOM_UTF16_LE, "utf-16"),
            (codecs.BOM_UTF16_BE, "utf-16"),
        ):
            if start.startswith(mark):
                return name, []
        declared = ENCODING.match(start)
        name = declared[1].decode() if declared else "utf-8"
        try:
            # A declaration that could be read as ASCII stands in no file of UTF-16.
            true = declared is None or declared[0] == declared[0].decode(name).encode()
        except (LookupError, UnicodeError):
            true = False
        if not true:
            reason = f"The encoding “{name}” is not known or not true; read as UTF-8."
            return "utf-8", [Broken(1, self.path.name, reason)]
        return name, []

    def _entry(self, piece: Piece) -> Entry | None:
        if piece.name in _HEAD:
            if not getattr(self.site, _HEAD[piece.name]):
                root, _ = _parse(piece)
                if root is not None:
                    value = (root.text or "").strip()
                    self.site = replace(self.site, **{_HEAD[piece.name]: value})
            return None
        root, repairs = _parse(piece)
        if root is None:
            return Broken(piece.line, _title_in(piece.text), "; ".join(repairs))
        entry = _READERS[piece.name](root, piece.line)
        if isinstance(entry, Item):
            if not entry.kind and entry.number is None:
                reason = "; ".join((*repairs, "It has neither a number nor a type."))
                return Broken(piece.line, entry.title, reason)
            return replace(entry, repairs=tuple(repairs))
        return entry


_HEAD = {
    "title": "title",
    "link": "link",
    "base_site_url": "base_site_url",
    "base_blog_url": "base_blog_url",
    "wxr_version": "version",
}


# --- From text to tree --------------------------------------------------------------------


def _parse(piece: Piece) -> tuple[etree._Element | None, list[str]]:
    """The tree of one piece, or None, and what had to be repaired or went wrong."""
    text, repairs = piece.text, []
    if piece.broken:
        repairs.append(piece.broken)
    if LONE_BYTE.search(text):
        text = LONE_BYTE.sub(_as_windows_1252, text)
        repairs.append("Bytes in a wrong encoding were read as Windows-1252")
    if NOT_IN_XML.search(text):
        text = NOT_IN_XML.sub("", text)
        repairs.append("Control characters were dropped")
    try:
        return etree.fromstring(_framed(text), _parser())[0], repairs
    except etree.XMLSyntaxError as error:
        reason = error.msg.split(", line")[0]
    repairs.append(f"Its XML is broken ({reason}); what could be read was kept")
    try:
        root = etree.fromstring(_framed(_mended(text)), _parser(recover=True))
    except etree.XMLSyntaxError:
        return None, [*repairs[:-1], f"Its XML is broken ({reason})"]
    if root is None or not len(root):
        return None, [*repairs[:-1], f"Its XML is broken ({reason})"]
    return root[0], repairs


def _parser(recover: bool = False) -> etree.XMLParser:
    # huge_tree lifts the limit of 10 MB for one text; without a DTD there is nothing that expands.
    return etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=True,
        recover=recover,
        remove_comments=True,
        remove_pis=True,
    )


def _framed(text: str) -> bytes:
    """The piece within a root that declares the usual prefixes, whatever the file declared."""
    return (
        '<rss xmlns:wp="wp" xmlns:content="content" xmlns:excerpt="excerpt" xmlns:dc="dc"'
        f' xmlns:wfw="wfw" xmlns:atom="atom">{text}</rss>'
    ).encode()


def _mended(text: str) -> str:
    """`text` with HTML's entities resolved and single ampersands escaped outside of CDATA."""
    parts = CDATA.split(text)
    for index in range(0, len(parts), 2):
        part = NAMED_ENTITY.sub(_character, parts[index])
        parts[index] = BARE_AMPERSAND.sub("&amp;", part)
    return "".join(parts)


def _character(match: re.Match) -> str:
    if match[1] in XML_ENTITIES:
        return match[0]
    resolved = html.unescape(match[0])
    return f"&amp;{match[1]};" if resolved == match[0] else html.escape(resolved)


def _as_windows_1252(match: re.Match) -> str:
    return match[0].encode("ascii", "surrogateescape").decode("cp1252", "replace")


def _title_in(text: str) -> str:
    found = re.search(r"<title>(.*?)(?:</title>|$)", text, re.DOTALL)
    return found[1].removeprefix("<![CDATA[").removesuffix("]]>").strip()[:200] if found else ""


# --- From tree to entries -----------------------------------------------------------------


def _name(element: etree._Element) -> str:
    """
    The element's name without a namespace, but for the two that share one: body and excerpt.

    Files differ in the addresses of their namespaces, so the prefix counts; a piece repaired
    by the parser may have it as a part of the name.
    """
    tag = element.tag
    space, _, local = tag.rpartition("}")
    if ":" in local:
        space, _, local = local.rpartition(":")
    return f"excerpt_{local}" if local == "encoded" and "excerpt" in space else local


def _texts(element: etree._Element) -> dict[str, str]:
    """The text of each child by name; the first of several."""
    found: dict[str, str] = {}
    for child in element:
        found.setdefault(_name(child), "".join(child.itertext()))
    return found


def _number(text: str | None) -> int | None:
    text = (text or "").strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) < 18 else None


def _author(root: etree._Element, line: int) -> Author | Broken:
    texts = {name: text.strip() for name, text in _texts(root).items()}
    login = texts.get("author_login", "")
    both = f"{texts.get('author_first_name', '')} {texts.get('author_last_name', '')}".strip()
    name = texts.get("author_display_name") or both
    if not login and not name:
        return Broken(line, "", "An author without a login and a name.")
    return Author(
        line, login or name, name, texts.get("author_email", ""), _number(texts.get("author_id"))
    )


def _term(root: etree._Element, line: int) -> Term | Broken:
    texts = {name: text.strip() for name, text in _texts(root).items()}
    kind = _name(root)
    if kind == "category":
        taxonomy, start, name = "category", "category", texts.get("cat_name", "")
        slug = texts.get("category_nicename", "")
    elif kind == "tag":
        taxonomy, start, name = "post_tag", "tag", texts.get("tag_name", "")
        slug = texts.get("tag_slug", "")
    else:
        taxonomy, start, name = texts.get("term_taxonomy", ""), "term", texts.get("term_name", "")
        slug = texts.get("term_slug", "")
    if not slug and not name:
        return Broken(line, "", f"A term of “{taxonomy}” without a slug and a name.")
    return Term(
        line,
        taxonomy,
        slug or name,
        name or slug,
        texts.get(f"{start}_parent", ""),
        texts.get(f"{start}_description", ""),
        _number(texts.get("term_id")),
    )


def _item(root: etree._Element, line: int) -> Item:
    texts = _texts(root)

    def short(name: str) -> str:
        return texts.get(name, "").strip()

    return Item(
        line=line,
        number=_number(texts.get("post_id")),
        kind=short("post_type"),
        title=short("title"),
        link=short("link"),
        guid=short("guid"),
        creator=short("creator"),
        body=texts.get("encoded", ""),
        excerpt=texts.get("excerpt_encoded", ""),
        date=short("post_date"),
        date_gmt=short("post_date_gmt"),
        modified_gmt=short("post_modified_gmt"),
        published=short("pubDate"),
        slug=short("post_name"),
        status=short("status"),
        password=short("post_password"),
        comment_status=short("comment_status"),
        parent=_number(texts.get("post_parent")) or 0,
        menu_order=_number(texts.get("menu_order")) or 0,
        sticky=short("is_sticky") == "1",
        attachment_url=short("attachment_url"),
        terms=tuple(dict.fromkeys(_terms_of(root))),
        meta=_meta_of(root),
        comments=tuple(_comments_of(root, line)),
    )


def _terms_of(root: etree._Element) -> Iterator[TermOfItem]:
    # Up to WXR 1.1, second elements without a domain or nicename repeat terms for other readers.
    named = set()
    for with_slug in (True, False):
        for child in root:
            if _name(child) != "category" or not child.get("domain"):
                continue
            name = "".join(child.itertext()).strip()
            slug = child.get("nicename", "").strip()
            taxonomy = {"tag": "post_tag"}.get(child.get("domain"), child.get("domain"))
            if with_slug and slug:
                named.add((taxonomy, name))
                yield TermOfItem(taxonomy, slug, name or slug)
            elif not with_slug and not slug and name and (taxonomy, name) not in named:
                yield TermOfItem(taxonomy, name, name)


def _meta_of(root: etree._Element) -> dict[str, str]:
    found = {}
    for child in root:
        if _name(child) == "postmeta":
            texts = _texts(child)
            key = texts.get("meta_key", "").strip()
            if key in WANTED_META or key.startswith(SERIES_PART):
                found.setdefault(key, texts.get("meta_value", "").strip())
    return found


def _comments_of(root: etree._Element, line: int) -> Iterator[CommentOfItem]:
    for child in root:
        if _name(child) != "comment":
            continue
        texts = _texts(child)
        yield CommentOfItem(
            line=line + child.sourceline - 1,
            number=_number(texts.get("comment_id")),
            author=texts.get("comment_author", "").strip(),
            email=texts.get("comment_author_email", "").strip(),
            url=texts.get("comment_author_url", "").strip(),
            date=texts.get("comment_date", "").strip(),
            date_gmt=texts.get("comment_date_gmt", "").strip(),
            content=texts.get("comment_content", ""),
            approved=texts.get("comment_approved", "").strip(),
            kind=texts.get("comment_type", "").strip(),
            parent=_number(texts.get("comment_parent")) or 0,
            user=_number(texts.get("comment_user_id")) or 0,
        )


_READERS = {"item": _item, "author": _author, "category": _term, "tag": _term, "term": _term}
