"""Posts and pages: from items of the export to rows of ours, many at a time."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import prefetch_related_objects
from django.utils import timezone
from django.utils.text import Truncator, slugify
from taggit.models import TaggedItem

from blog.models import Channel, Post, PostAuthor
from competencyworks.core import revisions
from competencyworks.core.publishing import Publishable
from competencyworks.core.slugs import RESERVED
from competencyworks.website.models import Page

from .addresses import Translator, path_of, remember_new
from .comments import Thread, bring_in_comments, share_comments
from .content import Finished, Prepared, finish, plain_text, prepare
from .files import library_for
from .models import ImportedItem
from .pictures import Library, References
from .publication import Publication, moment, publication
from .records import digest, fingerprint
from .report import Report
from .slugs import allot, decoded
from .vocabulary import Vocabulary, logins_of
from .wxr import SERIES_PART, Item

Kind = ImportedItem.Kind
RELATED = {
    Kind.POST: ("topics", "states", "tags", "post_authors"),
    Kind.PAGE: ("topics", "states", "tags"),
}
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
    """One item on its way."""

    item: Item
    key: str
    mark: str
    publication: Publication
    body: Prepared
    comments: list[Prepared]
    record: ImportedItem | None = None
    row: Publishable | None = None
    finished: Finished | None = None
    waits: list[str] = field(default_factory=list)
    columns: dict[str, Any] = field(default_factory=dict)
    relations: dict[str, list[int]] = field(default_factory=dict)

    @property
    def title(self) -> str:
        return self.columns.get("title") or self.item.title


def key_of(item: Item) -> str:
    """The key of an item; of one without a number, a digest of what else names it."""
    if item.number is not None:
        return str(item.number)
    return f"without-number-{digest([item.kind, item.link, item.title, item.date])[:16]}"


def bring_in_posts(context: Context, items: list[Item], report: Report) -> None:
    """Bring in posts, and their comments, in one transaction."""
    _bring_in(context, Kind.POST, "posts", items, report, _make_posts)


def bring_in_page(context: Context, item: Item, parent: Page | None, report: Report) -> None:
    """Bring in one page below `parent`, and its comments, in one transaction."""

    _bring_in(context, Kind.PAGE, "pages", [item], report, _make_pages, {"parent": parent})


@transaction.atomic
def _bring_in(
    context: Context,
    kind: str,
    table: str,
    items: list[Item],
    report: Report,
    make: Callable[[list[Work]], None],
    more: Mapping[str, Any] = MappingProxyType({}),
) -> None:
    marks = {key_of(item): fingerprint(item) for item in items}
    rows = ImportedItem.objects.filter(source=context.source, kind=kind, key__in=list(marks))
    records = {row.key: row for row in rows}
    works = []
    for item in items:
        key, record = key_of(item), records.get(key_of(item))
        state = publication(item, context.now)
        report.share(table, state.was)
        if item.password:
            report.share(table, "with a password")
        comments_there = share_comments(item, report)
        if record and record.fingerprint == marks[key] and not record.incomplete:
            report.count(table, "unchanged")
            report.count("comments", "unchanged", comments_there)
            continue
        body = prepare(item.body, item.number)
        comments = [prepare(each.content, item.number, is_comment=True) for each in item.comments]
        works.append(Work(item, key, marks[key], state, body, comments, record))
    if not works:
        return
    library, links = _looked_up(context, works)
    for work in works:
        _finish(context, work, library, links)
        work.columns |= more
    new = [work for work in works if work.record is None]
    make(new)
    _keep_new(context, kind, new, report)
    report.count(table, "made", len(new))
    for work in new:
        _tell(table, work, report)
    for work in works:
        if work.record is not None:
            _change(context, table, work, report)
    threads = [Thread(w.row, w.item, w.comments, library, links) for w in works if w.row]
    bring_in_comments(context.source, context.vocabulary, threads, report)


def _looked_up(context: Context, works: list[Work]) -> tuple[Library, dict[str, str]]:
    references = References()
    for work in works:
        for text in (work.body, *work.comments):
            references.update(text.references)
        if thumbnail := _thumbnail(work.item):
            references.numbers.add(thumbnail)
    library = library_for(context.source, references)
    return library, context.translator.translate(references.links)


def _thumbnail(item: Item) -> int | None:
    number = item.meta.get("_thumbnail_id", "")
    return int(number) if number.isascii() and number.isdigit() and len(number) < 18 else None


# --- What an item says, in our columns ----------------------------------------------------


def _finish(context: Context, work: Work, library: Library, links: dict[str, str]) -> None:
    """Fill `columns` and `relations` of `work` with what the export says."""
    item, state = work.item, work.publication
    hrefs = [href for href in work.body.references.links if context.translator.is_ours(href)]
    work.finished = finish(work.body, library, links)
    missing = list(work.finished.missing)
    picture = None
    if (number := _thumbnail(item)) is not None:
        found = library.by_number.get(number)
        picture = found.image if found else None
        if picture is None:
            missing.append(f"thumbnail {number}")
    work.waits = sorted({*missing, *(href for href in hrefs if href not in links)})
    work.columns = {
        "title": _title(item, work.finished),
        "body": work.finished.html,
        "excerpt": plain_text(item.excerpt),
        "picture_id": picture,
        "status": state.status,
        "publish_at": state.publish_at,
        "trashed_at": (state.created_at or context.now) if state.trashed else None,
        **_for_search_engines(item),
    }
    vocabulary = context.vocabulary
    slugs = {"category": vocabulary.topics, "post_tag": vocabulary.tags}
    found_terms: dict[str, list[int]] = {"category": [], "post_tag": []}
    for term in item.terms:
        if (known := slugs.get(term.taxonomy)) and term.slug in known:
            found_terms[term.taxonomy].append(known[term.slug])
    authors = [vocabulary.people.get(login) for login in logins_of(item)]
    work.relations = {
        "topics": list(dict.fromkeys(found_terms["category"])),
        "tags": list(dict.fromkeys(found_terms["post_tag"])),
        "authors": list(dict.fromkeys(person for person in authors if person)),
    }
    if item.kind == "post":
        work.columns["channel_id"] = context.channel.pk
        series = [t.slug for t in item.terms if t.taxonomy == context.series_taxonomy]
        work.columns["series_id"] = vocabulary.series.get(series[0]) if series else None
        work.columns["series_position"] = _series_part(item) if series else None
    else:
        work.columns["position"] = min(item.menu_order, 32_767)


def _title(item: Item, finished: Finished) -> str:
    if title := plain_text(item.title):
        return Truncator(title).chars(TITLE)
    words = plain_text(finished.html)
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


def _tell(table: str, work: Work, report: Report) -> None:
    item, state = work.item, work.publication
    told = [*item.repairs, *work.finished.notes]
    if state.reason:
        told.append(f"Not public here ({Publishable.Status(state.status).label}): {state.reason}.")
    if len(plain_text(item.title)) > TITLE:
        told.append(f"Its title was cut to {TITLE} characters.")
    if not plain_text(item.title):
        told.append(f"It has no title; it is called “{work.title}” here.")
    if item.sticky:
        told.append("It was fixed at the head of the blog, which is not done here.")
    for words in told:
        report.note(table, item.line, work.title, words)


# --- New rows -----------------------------------------------------------------------------


def _row(model: type[Publishable], work: Work) -> Publishable:
    item, state = work.item, work.publication
    row = model(**work.columns)
    row.created_at = state.created_at or timezone.now()
    row.updated_at = moment(item.modified_gmt) or row.created_at
    work.row = row
    return row


def _slug(work: Work, fallback: str) -> str:
    return decoded(work.item.slug) or slugify(work.title, allow_unicode=True)[:200] or fallback


def _make_posts(works: list[Work]) -> None:
    slugs = allot([_slug(work, "post") for work in works], Post.objects.all())
    for work, slug in zip(works, slugs, strict=True):
        _row(Post, work).slug = slug
        work.row.derive()
    Post.objects.bulk_create([work.row for work in works])
    PostAuthor.objects.bulk_create(
        PostAuthor(post=work.row, person_id=person, position=place)
        for work in works
        for place, person in enumerate(work.relations["authors"])
    )
    _relate(Post, works)


def _make_pages(works: list[Work]) -> None:
    for work in works:
        parent = work.columns["parent"]
        rows = Page.objects.filter(parent=parent)
        (slug,) = allot([_slug(work, "page")], rows, reserved=parent is None)
        _row(Page, work).slug = slug
        work.row.derive()
        Page.objects.bulk_create([work.row])
    _relate(Page, works)


def _relate(model: type[Publishable], works: list[Work]) -> None:
    through = model.topics.through
    name = model._meta.model_name
    through.objects.bulk_create(
        through(**{f"{name}_id": work.row.pk, "topic_id": topic})
        for work in works
        for topic in work.relations["topics"]
    )
    kind = ContentType.objects.get_for_model(model)
    TaggedItem.objects.bulk_create(
        TaggedItem(content_type=kind, object_id=work.row.pk, tag_id=tag)
        for work in works
        for tag in work.relations["tags"]
    )


def _keep_new(context: Context, kind: str, works: list[Work], report: Report) -> None:
    """The first revision, the old addresses and the memory of new rows."""
    prefetch_related_objects([work.row for work in works], *RELATED[kind])
    kept = revisions.record_first((work.row, _reason(context, work)) for work in works)
    addresses = []
    records = []
    for work, revision in zip(works, kept, strict=True):
        item, row = work.item, work.row
        wanted = decoded(item.slug)
        if wanted and row.slug != wanted:
            why = "a name of the site itself" if wanted in RESERVED else "taken"
            words = f"The slug “{wanted}” is {why}; it became “{row.slug}”."
            report.note(f"{kind}s", item.line, work.title, words)
        own = path_of(item.link)
        if own != row.path.rstrip("/"):
            addresses.append((own, row))
        if item.number is not None:
            addresses.append((f"/?p={item.number}", row))
        records.append(
            ImportedItem(
                source=context.source,
                kind=kind,
                key=work.key,
                content_type=ContentType.objects.get_for_model(row),
                object_id=row.pk,
                fingerprint=work.mark,
                written=digest(revision.content),
                incomplete=bool(work.waits),
                details={"waits": work.waits} if work.waits else {},
            )
        )
    taken = set(remember_new(addresses))
    for work in works:
        if path_of(work.item.link) in taken:
            words = f"Its address {work.item.link} leads to something else here already."
            report.note(f"{kind}s", work.item.line, work.title, words)
    ImportedItem.objects.bulk_create(records)


def _reason(context: Context, work: Work) -> str:
    reason = work.publication.reason
    return f"{context.reason}; not public: {reason}" if reason else context.reason


# --- Rows that are here already -----------------------------------------------------------


def _change(context: Context, table: str, work: Work, report: Report) -> None:
    """Bring what is new into a row, unless it was edited here since the import wrote it."""
    record, item = work.record, work.item
    row = work.row = record.item
    if row is None:
        report.refuse(table, item.line, work.title, "It was deleted here since its import.")
        return
    waited = record.details.get("waits", [])
    if record.fingerprint == work.mark and waited == work.waits:
        report.count(table, "unchanged")
        return
    if digest(revisions.content_of(row)) != record.written:
        report.keep(table, item.line, work.title, "What is new in the export was not taken over.")
        return
    for name, value in work.columns.items():
        if name != "trashed_at":
            setattr(row, name, value)
    row.save()
    row.topics.set(work.relations["topics"])
    row.tags.set(list(TaggedItem.tag_model().objects.filter(pk__in=work.relations["tags"])))
    if isinstance(row, Post):
        _set_authors(row, work.relations["authors"])
    revision = revisions.record(row, reason=_reason(context, work))
    report.count(table, "changed" if revision else "unchanged")
    if revision:
        _tell(table, work, report)
    record.fingerprint, record.incomplete = work.mark, bool(work.waits)
    record.details = {"waits": work.waits} if work.waits else {}
    record.written = digest(revisions.content_of(row))
    record.save()


def _set_authors(post: Post, people: list[int]) -> None:
    if post.ordered_authors() != people:
        post.post_authors.all().delete()
        PostAuthor.objects.bulk_create(
            PostAuthor(post=post, person_id=person, position=place)
            for place, person in enumerate(people)
        )
