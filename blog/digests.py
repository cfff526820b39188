"""
'What's New' digests: what readers see of the rows of links that a digest is made of.

A heading owns the links that follow it, up to the next heading. Page, feed and mail show the
same HTML: it is worked out when a digest is saved, like that of any text, and passes the same
cleaner. So a page view asks for no row.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from html import escape
from typing import TYPE_CHECKING

from django.db import transaction
from django.template.loader import render_to_string
from django.utils.text import Truncator

from competencyworks.core.prose import texts
from competencyworks.core.prose.cleaning import clean_html, from_plain
from competencyworks.core.prose.html_tokens import TOKEN
from competencyworks.core.prose.leads import INLINE

if TYPE_CHECKING:
    from .models import DigestRow, Post

# Places are numbered in tens, so that a row can be put between two by its number alone.
STEP = 10
LEAD_LENGTH = 320  # characters
END = "</li>"
SHOWN = ("html", "contents", "lead", "attached_text")


@dataclass
class Section:
    """A heading and its links; the links before the first heading have one without a title."""

    title: str = ""
    note: str = ""
    links: list["DigestRow"] = field(default_factory=list)


def sections(rows: Iterable["DigestRow"]) -> list[Section]:
    """`rows`, in their order, under their headings."""
    found = [Section()]
    for row in rows:
        if row.kind == row.Kind.SECTION:
            found.append(Section(row.title, row.note))
        else:
            found[-1].links.append(row)
    return found if found[0].links else found[1:]


def html_of(rows: Iterable["DigestRow"]) -> str:
    """Clean HTML of the rows: headings, and lists of links with source and note."""
    written = [
        {
            "title": section.title,
            "note": from_plain(section.note),
            "links": [(row, from_plain(row.note)) for row in section.links],
        }
        for section in sections(rows)
    ]
    return clean_html(render_to_string("includes/digest.html", {"sections": written}).strip())


def lead_of(rows: Iterable["DigestRow"]) -> str:
    """What stands for a digest without words of its own: 'Policy: …; Practice: …'."""
    lead = ""
    for section in sections(rows):
        titles = [link.title for link in section.links[:1]]
        end = (
            "" if not lead else " " if lead.rstrip('”’")').endswith((".", "?", "!", "…")) else "; "
        )
        lead += end + ": ".join(filter(None, [section.title, *titles]))
    return from_plain(Truncator(lead).chars(LEAD_LENGTH))


def derive(post: "Post") -> None:
    """Add to the derived columns of `post`, which hold its text, what its rows give."""
    rows = list(post.digest_rows.all()) if post.pk else []
    html = html_of(rows)
    text = texts.read(post.body + html)
    post.html, post.contents = text.html, text.contents
    post.lead = post.lead or lead_of(rows)
    post.attached_text = _searched(html)


def _searched(html: str) -> str:
    """
    The words of the rows as the search reads them: headings, titles, sources and notes each in an
    element of their own, so that an extract sets them apart.
    """
    blocks = TOKEN.sub(lambda tag: "" if tag["name"] in INLINE else END, html).split(END)
    # The search takes tags out of what it reads, and so would take '<5 % of schools' for one.
    words = (escape(texts.plain(block), quote=False) for block in blocks)
    return "\n".join(f"<li>{each}{END}" for each in words if each)


def content_of(post: "Post") -> list[dict[str, str]]:
    """The rows of `post` as a revision keeps them."""
    names = ("kind", "title", "url", "source", "note")
    return [{name: getattr(row, name) for name in names} for row in post.digest_rows.all()]


@transaction.atomic
def settle(post: "Post") -> None:
    """Number the stored rows of `post` anew, in their order, and show them to readers."""
    rows = list(post.digest_rows.all())
    moved = []
    for number, row in enumerate(rows, start=1):
        if row.position != number * STEP:
            row.position = number * STEP
            moved.append(row)
    post.digest_rows.bulk_update(moved, ["position"])
    post.derive()
    post.save(update_fields=SHOWN)


@transaction.atomic
def set_rows(post: "Post", rows: Iterable["DigestRow"]) -> None:
    """Let `rows` (not stored yet), in this order, take the place of all rows of `post`."""
    post.digest_rows.all().delete()
    rows = list(rows)
    for number, row in enumerate(rows, start=1):
        row.post, row.position = post, number * STEP
    post.digest_rows.bulk_create(rows)
    settle(post)
