"""One item on its way: what the export says of it, in our columns and relations."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.text import Truncator

from blog.models import Channel
from competencyworks.core.prose.html_trees import words_of
from competencyworks.core.publishing import Discussed, Publishable

from .addresses import Translator
from .content import Finished, Prepared, finish, plain_text
from .exported import Item
from .models import ImportedItem
from .pictures import Library
from .publication import Publication
from .records import digest
from .vocabulary import Vocabulary, logins_of
from .wxr import SERIES_PART

TITLE = 300  # characters, as the column has
LEADING_WORDS = 8  # of a text without a title, to call it by


@dataclass
class Context:
    """What all items of one run share."""

    source: str
    vocabulary: Vocabulary
    translator: Translator
    channel: Channel
    series_taxonomy: str = ""
    now: datetime = field(default_factory=timezone.now)

    @property
    def reason(self) -> str:
        return f"Imported from {self.source}"


@dataclass
class Work:
    """One item on its way: what was known of it, what is said of it now, and its row."""

    item: Item
    key: str
    mark: str
    publication: Publication
    record: ImportedItem | None = None
    row: Publishable | None = None
    body: Prepared | None = None
    comments: list[Prepared] = field(default_factory=list)
    said_in_comments: str = ""  # a digest of all of them
    has_new_comments: bool = True
    finished: Finished | None = None
    files: list[str] = field(default_factory=list)  # that the text should show and cannot
    links: list[str] = field(default_factory=list)  # to the old site that lead nowhere here
    columns: dict[str, Any] = field(default_factory=dict)
    relations: dict[str, list[int]] = field(default_factory=dict)

    @property
    def title(self) -> str:
        return self.columns.get("title") or self.item.title

    @property
    def is_news(self) -> bool:
        """Whether the export says something else than the last time."""
        return not self.record or self.record.fingerprint != self.mark or self.has_new_comments

    @property
    def waits_still(self) -> bool:
        """
        Whether the text is what it was, and lacks the files that it did.

        Its links do not count: they are looked at when all items are there (`relinking`), so
        that a text changes once, in however many runs the items come.
        """
        record = self.record
        return bool(
            record
            and record.fingerprint == self.mark
            and record.details.get("files", []) == self.files
        )

    @property
    def details(self) -> dict[str, Any]:
        """What to remember of it."""
        lacking = {"files": self.files, "links": self.links}
        return {
            "comments": self.said_in_comments,
            **{name: value for name, value in lacking.items() if value},
        }


def key_of(item: Item) -> str:
    """The key of an item; of one without a number, a digest of what else names it."""
    if item.number is not None:
        return str(item.number)
    return f"without-number-{digest([item.kind, item.link, item.title, item.date])[:16]}"


def describe(context: Context, work: Work) -> None:
    """Fill `columns` and `relations` of `work` with what the export says, but for the text."""
    item, state, vocabulary = work.item, work.publication, context.vocabulary
    work.columns = {
        "title": _title(item, work.body),
        "excerpt": plain_text(item.excerpt),
        "status": state.status,
        "publish_at": state.publish_at,
        "trashed_at": (state.created_at or context.now) if state.trashed else None,
        "discussion": Discussed.Discussion.CLOSED if item.comment_status == "closed" else "",
        **_for_search_engines(item),
    }
    slugs = {"category": vocabulary.topics, "post_tag": vocabulary.tags}
    found: dict[str, list[int]] = {"category": [], "post_tag": []}
    for term in item.terms:
        if (known := slugs.get(term.taxonomy)) and term.slug in known:
            found[term.taxonomy].append(known[term.slug])
    authors = [vocabulary.people.get(login) for login in logins_of(item)]
    work.relations = {
        "topics": list(dict.fromkeys(found["category"])),
        "tags": list(dict.fromkeys(found["post_tag"])),
        "authors": list(dict.fromkeys(person for person in authors if person)),
    }
    if item.kind == "post":
        work.columns["channel_id"] = context.channel.pk
        series = [t.slug for t in item.terms if t.taxonomy == context.series_taxonomy]
        work.columns["series_id"] = vocabulary.series.get(series[0]) if series else None
        work.columns["series_position"] = _series_part(item) if series else None
    else:
        work.columns["position"] = min(item.menu_order, 32_767)


def write_text(context: Context, work: Work, library: Library, links: Mapping[str, str]) -> None:
    """Add text and picture to `columns`; `files` and `links` tell what they lack."""
    hrefs = [href for href in work.body.references.links if context.translator.is_ours(href)]
    work.finished = finish(work.body, library, links)
    missing = set(work.finished.missing)
    work.columns |= {"body": work.finished.html, "picture_id": None}
    if (number := thumbnail(work.item)) is not None:
        found = library.by_number.get(number)
        work.columns["picture_id"] = found.image if found else None
        if found is None or found.image is None:
            missing.add(f"thumbnail {number}")
    work.files = sorted(missing)
    work.links = sorted(href for href in hrefs if href not in links)


def _title(item: Item, body: Prepared) -> str:
    if title := plain_text(item.title):
        return Truncator(title).chars(TITLE)
    words = words_of(body.root)
    return Truncator(words).words(LEADING_WORDS)[:TITLE] if words else "(untitled)"


def _series_part(item: Item) -> int | None:
    for key, value in item.meta.items():
        if key.startswith(SERIES_PART) and value.isascii() and value.isdigit():
            return min(int(value[:9]), 1_000_000)
    return None


def _for_search_engines(item: Item) -> dict[str, Any]:
    """What Yoast SEO and All in One SEO kept; their templates ('%%title%%') are not texts."""
    meta = item.meta
    title = meta.get("_yoast_wpseo_title") or meta.get("_aioseop_title", "")
    description = meta.get("_yoast_wpseo_metadesc") or meta.get("_aioseop_description", "")
    canonical = meta.get("_yoast_wpseo_canonical", "")
    return {
        "seo_title": "" if "%%" in title else plain_text(title)[:120],
        "seo_description": "" if "%%" in description else plain_text(description)[:320],
        "canonical_url": canonical[:500] if canonical.startswith(("http://", "https://")) else "",
        "hide_from_search_engines": meta.get("_yoast_wpseo_meta-robots-noindex") == "1",
    }


def thumbnail(item: Item) -> int | None:
    number = item.meta.get("_thumbnail_id", "")
    return int(number) if number.isascii() and number.isdigit() and len(number) < 18 else None
