"""
How a work is cited: APA 7, BibTeX, RIS, and the tags that Google Scholar reads.

https://apastyle.apa.org/style-grammar-guidelines/references
https://www.bibtex.com/format/ · https://refdb.sourceforge.net/manual-0.9.6/sect1-ris-format.html
https://scholar.google.com/intl/en/scholar/inclusion.html#indexing
"""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date

from django.utils.encoding import iri_to_uri
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from .names import Name

APA_AUTHORS = 20
ENDS = (".", "?", "!", "…")


@dataclass(frozen=True)
class Work:
    """
    What is cited. `url` and `pdf_url` are absolute; without a `day` the year alone is told.
    A report stands for itself, another work is part of `site`.
    """

    title: str
    authors: tuple[Name, ...]
    year: int | None
    publisher: str
    site: str
    url: str
    day: date | None = None
    is_report: bool = False
    number: str = ""
    doi: str = ""
    abstract: str = ""
    pdf_url: str = ""

    @property
    def link(self) -> str:
        """The address by which the work is found for the longest time."""
        return f"https://doi.org/{iri_to_uri(self.doi)}" if self.doi else iri_to_uri(self.url)

    @property
    def key(self) -> str:
        """A name for it in a bibliography and as a file: 'ruiz2024rubrics'."""
        first = _ascii(self.authors[0].family) if self.authors else ""
        words = [_ascii(word) for word in self.title.split()]
        word = next((word for word in words if len(word) > 3), "")
        return f"{first[-30:] or 'anonymous'}{self.year or ''}{word[:30]}"


def _ascii(text: str) -> str:
    """The letters and digits of `text` that ASCII has, without accents, in lower case."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]", "", plain.lower())


# Ends of lines, other controls, and halves of characters, which UTF-8 cannot hold.
_BREAKS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]+")


def _line(text: str) -> str:
    """`text` in one line: whatever breaks or controls a line becomes a space."""
    return " ".join(_BREAKS.sub(" ", text).split())


# --- APA ----------------------------------------------------------------------------------


def apa(work: Work) -> SafeString:
    """The reference in APA style, as HTML: everything escaped, titles in <i>."""
    return mark_safe("".join(f"<i>{escape(t)}</i>" if i else escape(t) for t, i in _apa(work)))  # noqa: S308


def apa_text(work: Work) -> str:
    """The reference in APA style, as plain text."""
    return "".join(text for text, _ in _apa(work))


def _apa(work: Work) -> list[tuple[str, bool]]:
    """The parts of the reference, each with whether it is set in italics."""
    authors = _apa_authors(work.authors)
    title = (_line(work.title), work.is_report or not authors)
    number = f" (Report No. {_line(work.number)})" if work.number else ""
    when = f"({_apa_date(work)})."
    if authors:
        parts = [(f"{_ended(authors)} {when} ", False), title]
        parts.append((_ended(number) if number else _stop(title[0]), False))
    else:
        parts = [title, (number or "", False), (_stop(number or title[0]), False)]
        parts.append((f" {when}", False))
    publisher = _line(work.publisher)
    if work.is_report:
        # Whom the reference names as the author, it does not name again.
        if publisher and publisher not in [name.family for name in work.authors if name.is_whole]:
            parts.append((f" {_ended(publisher)}", False))
    elif work.site:
        parts += [(" ", False), (_line(work.site), True), (".", False)]
    return [part for part in [*parts, (f" {work.link}", False)] if part[0]]


def _stop(text: str) -> str:
    return "" if text.endswith(ENDS) else "."


def _ended(text: str) -> str:
    return text + _stop(text)


def _apa_date(work: Work) -> str:
    if work.day and not work.is_report:
        return f"{work.day.year}, {work.day:%B} {work.day.day}"
    return str(work.year) if work.year else "n.d."


def _apa_authors(names: tuple[Name, ...]) -> str:
    listed = [_apa_name(name) for name in names]
    if len(listed) > APA_AUTHORS:
        return ", ".join(listed[: APA_AUTHORS - 1]) + f", . . . {listed[-1]}"
    if len(listed) > 1:
        return ", ".join(listed[:-1]) + f", & {listed[-1]}"
    return "".join(listed)


def _apa_name(name: Name) -> str:
    return _line(", ".join(part for part in (name.family, name.initials, name.suffix) if part))


# --- BibTeX -------------------------------------------------------------------------------

_TEX = {
    "\\": r"\textbackslash{}",
    # Not \{: BibTeX counts braces whatever stands before them.
    "{": r"\textbraceleft{}",
    "}": r"\textbraceright{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    **{sign: f"\\{sign}" for sign in "&%$#_"},
}  # fmt: skip


def bibtex(work: Work) -> str:
    """The work as one BibTeX entry, in UTF-8."""
    fields = {
        "author": " and ".join(_bibtex_name(name) for name in work.authors),
        "title": f"{{{_tex(work.title)}}}",  # braced once more: capitals stay as they are
        "year": str(work.year or ""),
    }
    if work.day:
        fields |= {"month": f"{work.day:%b}".lower(), "day": str(work.day.day)}
    if work.is_report:
        fields |= {"institution": _tex(work.publisher), "number": _tex(work.number)}
    else:
        fields["howpublished"] = _tex(work.site)
    fields |= {"doi": _tex(work.doi), "url": _address(work.url), "abstract": _tex(work.abstract)}
    kind = "techreport" if work.is_report else "misc"
    lines = [
        # A month is a name that BibTeX styles know, and so has no braces.
        f"  {name} = {value}" if name == "month" else f"  {name} = {{{value}}}"
        for name, value in fields.items()
        if value
    ]
    return f"@{kind}{{{work.key},\n" + ",\n".join(lines) + "\n}\n"


def _tex(text: str) -> str:
    return "".join(_TEX.get(sign, sign) for sign in _line(text))


def _address(url: str) -> str:
    return iri_to_uri(_line(url)).replace("{", "%7B").replace("}", "%7D").replace("\\", "%5C")


def _bibtex_name(name: Name) -> str:
    parts = [name.family, name.suffix, name.given] if name.suffix else [name.family, name.given]
    parts = [_tex(part) for part in parts if part]
    # A name in braces is not taken apart, at a comma or an 'and'.
    if name.is_whole:
        return f"{{{parts[0]}}}" if parts else ""
    return ", ".join(f"{{{p}}}" if "," in p or _AND.search(p) else p for p in parts)


_AND = re.compile(r"\band\b", re.IGNORECASE)

# --- RIS ----------------------------------------------------------------------------------


def ris(work: Work) -> str:
    """The work as one RIS record. Its lines end in CRLF, and no value holds a line's end."""
    day = f"{work.day:%Y/%m/%d}/" if work.day else ""
    fields = [
        ("TY", "RPRT" if work.is_report else "BLOG"),
        *(("AU", name.inverted) for name in work.authors),
        ("TI", work.title),
        ("PY", str(work.year or "")),
        ("DA", day),
        ("PB", work.publisher),
        ("T2", "" if work.is_report else work.site),
        ("M1", work.number),
        ("DO", work.doi),
        ("UR", _address(work.url)),
        ("L1", _address(work.pdf_url)),
        ("AB", work.abstract),
        ("LA", "en"),
    ]
    lines = [f"{tag}  - {line}" for tag, value in fields if (line := _line(value))]
    return "\r\n".join([*lines, "ER  - ", ""])


# --- Google Scholar -----------------------------------------------------------------------


def scholar_tags(work: Work) -> list[tuple[str, str]]:
    """Names and contents of the meta elements of the work's page, in order."""
    day = f"{work.day:%Y/%m/%d}" if work.day else str(work.year or "")
    found = [
        ("citation_title", work.title),
        *(("citation_author", name.inverted) for name in work.authors),
        ("citation_publication_date", day),
        ("citation_publisher", work.publisher),
        ("citation_public_url", iri_to_uri(work.url)),
        ("citation_pdf_url", iri_to_uri(work.pdf_url)),
        ("citation_doi", work.doi),
    ]
    if work.is_report:
        found += [
            ("citation_technical_report_institution", work.publisher),
            ("citation_technical_report_number", work.number),
        ]
    return [(name, line) for name, value in found if (line := _line(value))]
