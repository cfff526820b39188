"""Posts and pages: from items of the export to rows of ours, many at a time."""

from collections import Counter
from dataclasses import replace
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import prefetch_related_objects
from django.utils import timezone
from django.utils.text import slugify
from taggit.models import Tag, TaggedItem

from blog.models import Post, PostAuthor
from competencyworks.core import guids, revisions
from competencyworks.core.links import graph
from competencyworks.core.publishing import Publishable
from competencyworks.core.slugs import RESERVED, words_of
from competencyworks.website.models import Page

from .addresses import path_of, remember_new
from .comments import Thread, bring_in_comments, comments_in, share_comments
from .content import plain_text, prepare
from .exported import Item
from .files import library_for
from .models import ImportedItem
from .pictures import Library, References
from .publication import moment, publication
from .records import digest, fingerprint
from .report import Report
from .slugs import allot, decoded
from .work import TITLE, Context, Work, describe, key_of, thumbnail, write_text

Kind = ImportedItem.Kind
RELATED = {
    Kind.POST: ("topics", "states", "tags", "post_authors"),
    Kind.PAGE: ("topics", "states", "tags"),
}


def bring_in_posts(context: Context, items: list[Item], report: Report) -> None:
    """Bring in posts, and their comments, in one transaction."""
    _bring_in(context, Kind.POST, "posts", items, report, {})


def bring_in_page(context: Context, item: Item, parent: Page | None, report: Report) -> None:
    """Bring in one page below `parent`, and its comments, in one transaction."""
    _bring_in(context, Kind.PAGE, "pages", [item], report, {"parent": parent})


@transaction.atomic
def _bring_in(
    context: Context,
    kind: str,
    table: str,
    items: list[Item],
    report: Report,
    more: dict[str, Any],
) -> None:
    works = _works(context, kind, table, items, report)
    for work in works:
        describe(context, work)
        work.columns |= more
    new = [work for work in works if work.record is None]
    _place(kind, new)
    library, links = _looked_up(context, works, new)
    for work in works:
        write_text(context, work, library, links)
    _store(kind, new)
    _keep_new(context, kind, new, report)
    report.count(table, "made", len(new))
    for work in new:
        _tell(table, work, report)
    threads = []
    for work in works:
        if work.record is not None:
            _change(context, table, work, report)
        if work.row is not None and work.has_new_comments:
            threads.append(Thread(work.row, work.item, work.comments, library, links))
        else:
            report.count("comments", "unchanged", comments_in(work.item))
    bring_in_comments(context.source, context.vocabulary, threads, report)


def _works(
    context: Context, kind: str, table: str, items: list[Item], report: Report
) -> list[Work]:
    """What there is to do: items that are new, have changed, or waited for something."""
    keys = [key_of(item) for item in items]
    rows = ImportedItem.objects.filter(source=context.source, kind=kind, key__in=keys)
    records = {row.key: row for row in rows}
    works = []
    for item, key in zip(items, keys, strict=True):
        state = publication(item, context.now)
        report.share(table, state.was)
        if item.password:
            report.share(table, "with a password")
        share_comments(item, report)
        record = records.get(key)
        work = Work(item, key, fingerprint(replace(item, comments=())), state, record)
        work.said_in_comments = digest([fingerprint(each) for each in item.comments])
        if record is not None:
            work.has_new_comments = record.details.get("comments") != work.said_in_comments
        if not work.is_news and not record.incomplete:
            report.count(table, "unchanged")
            report.count("comments", "unchanged", comments_in(item))
            continue
        work.body = prepare(item.body, item.number)
        work.comments = [prepare(each.content, item.number, True) for each in item.comments]
        works.append(work)
    return works


def _looked_up(
    context: Context, works: list[Work], new: list[Work]
) -> tuple[Library, dict[str, str]]:
    """The files that the texts name, and where their links lead now."""
    references = References()
    for work in works:
        for text in (work.body, *work.comments):
            references.update(text.references)
        if (number := thumbnail(work.item)) is not None:
            references.numbers.add(number)
    library = library_for(context.source, references)
    beside = {}
    for work in new:
        if work.row.status == Publishable.Status.PUBLISHED:
            beside[path_of(work.item.link)] = beside[f"/?p={work.item.number}"] = work.row.path
    return library, context.translator.translate(references.links, beside)


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


def _place(kind: str, works: list[Work]) -> None:
    """Give each work a row with its address, so that others can link to it, and its old guid."""
    if kind == Kind.POST:
        slugs = allot([_slug(work, "post") for work in works], Post.objects.all())
        for work, slug in zip(works, slugs, strict=True):
            _row(Post, work, slug)
    else:
        for work in works:
            parent = work.columns["parent"]
            rows = Page.objects.filter(parent=parent)
            (slug,) = allot([_slug(work, "page")], rows, reserved=parent is None)
            _row(Page, work, slug)
    _keep_guids(Post if kind == Kind.POST else Page, works)


def _keep_guids(model: type[Publishable], works: list[Work]) -> None:
    """Have feed readers know the items as before; a guid that was given twice is of no use."""
    said = Counter(work.item.guid for work in works)
    taken = set(model.objects.filter(guid__in=said).values_list("guid", flat=True))
    for work in works:
        guid = work.item.guid
        if guid and said[guid] == 1 and guid not in taken and len(guid) <= guids.LENGTH:
            work.row.guid = guid


def _row(model: type[Publishable], work: Work, slug: str) -> None:
    row = work.row = model(slug=slug, **work.columns)
    row.created_at = work.publication.created_at or timezone.now()
    row.updated_at = moment(work.item.modified_gmt) or row.created_at
    row.path = row.build_path()


def _slug(work: Work, fallback: str) -> str:
    return (
        decoded(work.item.slug)
        or slugify(words_of(work.title), allow_unicode=True)[:200]
        or fallback
    )


def _store(kind: str, works: list[Work]) -> None:
    model = Post if kind == Kind.POST else Page
    for work in works:
        work.row.body, work.row.picture_id = work.columns["body"], work.columns["picture_id"]
        work.row.derive()
    model.objects.bulk_create(work.row for work in works)
    graph.record_all(work.row for work in works)
    if model is Post:
        PostAuthor.objects.bulk_create(
            PostAuthor(post=work.row, person_id=person, position=place)
            for work in works
            for place, person in enumerate(work.relations["authors"])
        )
    _relate(model, works)


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
                incomplete=bool(work.files or work.links),
                details=work.details,
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
    if work.waits_still and not work.has_new_comments:
        report.count(table, "unchanged")
        return
    row = work.row = record.item
    if row is None:
        report.refuse(table, item.line, work.title, "It was deleted here since its import.")
        return
    if work.waits_still:
        report.count(table, "unchanged")
        record.details["comments"] = work.said_in_comments
    elif digest(revisions.content_of(row)) != record.written:
        report.keep(table, item.line, work.title, "What is new in the export was not taken over.")
        record.details["comments"] = work.said_in_comments
    else:
        _write(row, work)
        revision = revisions.record(row, reason=_reason(context, work))
        report.count(table, "changed" if revision else "unchanged")
        if revision:
            _tell(table, work, report)
        record.fingerprint, record.incomplete = work.mark, bool(work.files or work.links)
        record.written = digest(revisions.content_of(row))
        record.details = work.details
    record.save()


def _write(row: Publishable, work: Work) -> None:
    for name, value in work.columns.items():
        if name != "trashed_at":
            setattr(row, name, value)
    row.save()
    row.topics.set(work.relations["topics"])
    row.tags.set(list(Tag.objects.filter(pk__in=work.relations["tags"])))
    if isinstance(row, Post):
        _set_authors(row, work.relations["authors"])


def _set_authors(post: Post, people: list[int]) -> None:
    if post.ordered_authors() != people:
        post.post_authors.all().delete()
        PostAuthor.objects.bulk_create(
            PostAuthor(post=post, person_id=person, position=place)
            for place, person in enumerate(people)
        )
