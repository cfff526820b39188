"""
A page gets another title: its old address leads to the new one, and texts that link to the old
title or address link to the new one, word for word. All of it in one transaction, or nothing.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from django.contrib.contenttypes.models import ContentType
from django.db import IntegrityError, models, transaction
from django.db.models import Q
from django.utils import timezone

from competencyworks.core import revisions
from competencyworks.core.addresses import normalize
from competencyworks.core.links import graph
from competencyworks.core.links.replacing import moved_from, readdress, with_addresses
from competencyworks.core.models import Link, Revision
from competencyworks.core.slugs import base_slug

from .. import wikilinks
from ..models import Resource, Suggestion, WikiPage
from ..titles import title_key

KINDS = (WikiPage, Resource)
# What follows from a body, and the body.
TEXT = ("body", "html", "lead", "contents", "updated_at")
UNREAD = ("vector", "attached_text")
BATCH = 100


class CannotRename(ValueError):
    """A title that the page cannot have; the message says why, for staff."""


@dataclass
class Locked:
    """
    The rows that a rename touches, locked until the transaction ends.

    Always in the same order (pages, resources, revisions; by key within each), so that two
    renames at the same time wait for one another, and never each for the other.
    """

    old_key: str
    pages: dict[int, WikiPage]
    resources: dict[int, Resource]
    drafts: list[Revision] = field(default_factory=list)


@transaction.atomic
def rename(page: WikiPage, title: str, *, slug: str = "", by=None, reason: str = "") -> int:
    """
    Give `page` the `title`, and the `slug`; left out, a slug that followed the old title follows
    the new one. Returns how many texts of other items were changed.

    Links by title are rewritten if the page was ever public: before, they are nobody's. Those by
    address always are. Raises CannotRename for a title that is taken or that no link can name.
    """
    title = " ".join(title.split())
    key = title_key(title)
    if not wikilinks.is_linkable(title):
        raise CannotRename(
            "A title needs a letter or a digit, cannot contain [ ] | < >, and cannot begin with #."
        )
    locked = _lock(page, key)
    stored = locked.pages[page.pk]
    if stored.title_key != locked.old_key:
        raise CannotRename("Someone has just renamed this page. Open it again.")
    taken = f"Another page has the title “{title}”. Choose another."
    for pk, other in locked.pages.items():
        if pk != stored.pk and other.title_key == key:
            where = " It is in the trash." if other.trashed_at else ""
            raise CannotRename(taken + where)
    old_title, old_slug, old_path = stored.title, stored.slug, stored.path
    was_public = stored.status in (WikiPage.Status.PUBLISHED, WikiPage.Status.WITHDRAWN)
    old_keys = [stored.title_key] if key != stored.title_key and was_public else []
    stored.title = title
    if slug:
        stored.slug = slug
    elif slug_follows(old_slug, old_title):
        stored.slug = ""  # made anew from the title
    stored.derive()  # says its address

    moved = moved_from(old_path, stored.path)
    # A page 'F#m' beside 'F' is no section of it.
    spared = [page.title_key for page in locked.pages.values() if "#" in page.title_key]

    def rewritten(html: str) -> str:
        return with_addresses(wikilinks.renamed(html, old_keys, title, spared=spared), moved)

    stored.body = rewritten(stored.body)
    try:
        with transaction.atomic():
            stored.save()
    except IntegrityError as error:  # a page that was made in this moment
        raise CannotRename(taken) from error
    revisions.record(stored, by, reason or f"Renamed from “{old_title}”")
    _rename_drafts(locked.drafts, stored, old_title, old_slug, rewritten)
    others = [item for pk, item in locked.pages.items() if pk != stored.pk]
    said = f"Renamed [[{old_title}]] to [[{title}]]"
    changed = sum(
        _rewrite(items, rewritten, by, said) for items in (others, locked.resources.values())
    )
    if stored.path != old_path:
        changed += readdress(old_path, stored.path, by, said, apart_from=KINDS)
    return changed


def slug_follows(slug: str, title: str) -> bool:
    """Whether `slug` is what `title` gives, perhaps with a number that made it free."""
    base = base_slug(title, fallback="wikipage")
    head, _, number = slug.rpartition("-")
    return slug == base or (number.isdecimal() and head == base)


def _lock(page: WikiPage, key: str) -> Locked:
    """Lock `page`, who has the title `key`, and all of the wiki whose text leads to `page`."""
    old_key, path = WikiPage.objects.values_list("title_key", "path").get(pk=page.pk)
    links = Link.objects.filter(Q(title=old_key) | Q(path=normalize(path)))
    found = []
    for model in KINDS:
        kind = ContentType.objects.get_for_model(model)
        keys = set(links.filter(source_type=kind).values_list("source_id", flat=True))
        if model is WikiPage:
            holders = WikiPage.objects.filter(
                Q(title_key=key) | Q(title_key__startswith=f"{old_key}#")
            )
            keys |= {page.pk, *holders.values_list("pk", flat=True)}
        rows = model._base_manager.filter(pk__in=keys).order_by("pk").defer(*UNREAD)
        relations = ["tags", "topics", "states"]
        if model is WikiPage:
            relations.append("page_resources")
        rows = rows.select_for_update().prefetch_related(*relations)
        found.append({item.pk: item for item in rows})
    return Locked(old_key, *found, _lock_drafts())


def _lock_drafts() -> list[Revision]:
    """Working copies, and suggestions that wait, whose text may hold a wikilink."""
    kinds = [ContentType.objects.get_for_model(model) for model in KINDS]
    working = Revision.objects.filter(content_type__in=kinds, state=Revision.State.WORKING)
    waiting = Suggestion.objects.filter(status=Suggestion.Status.WAITING, revision__isnull=False)
    keys = {*working.values_list("pk", flat=True), *waiting.values_list("revision", flat=True)}
    rows = Revision.objects.filter(pk__in=keys).order_by("pk").select_for_update()
    return list(rows)


def _rewrite(
    items: Iterable[models.Model], rewritten: Callable[[str], str], by, reason: str
) -> int:
    """Let the texts of `items`, of one kind, be as `rewritten`; each keeps a revision."""
    changed = []
    for item in items:
        body = rewritten(item.body)
        if body != item.body:
            item.body = body
            item.derive()
            item.updated_at = timezone.now()
            changed.append(item)
    if changed:
        type(changed[0])._base_manager.bulk_update(changed, TEXT, batch_size=BATCH)
        graph.record_all(changed)
        revisions.record_each(changed, by, reason)
    return len(changed)


def _rename_drafts(
    drafts: list[Revision],
    page: WikiPage,
    old_title: str,
    old_slug: str,
    rewritten: Callable[[str], str],
) -> None:
    """
    The same in working copies and suggestions; those of `page` itself, which would bring back
    its old title, get the new one.
    """
    kind = ContentType.objects.get_for_model(WikiPage).pk
    changed = []
    for draft in drafts:
        content = dict(draft.content)
        if "body" in content:
            content["body"] = rewritten(content["body"])
        if (draft.content_type_id, draft.object_id) == (kind, page.pk):
            if content.get("title") == old_title:
                content["title"] = page.title
            if content.get("slug") == old_slug:
                content["slug"] = page.slug
        if content != draft.content:
            draft.content = content
            changed.append(draft)
    Revision.objects.bulk_update(changed, ["content"], batch_size=BATCH)


def renamed_on_save(page: WikiPage, *, by=None, reason: str = "") -> int:
    """
    Rename the stored page if `page`, which is about to be saved, has another title; `page` then
    has the slug that came of it. Returns and raises what rename() does.
    """
    before = WikiPage.objects.filter(pk=page.pk).only("title", "slug", "path").first()
    if before is None or before.title == page.title:
        return 0
    slug = page.slug if page.slug != before.slug else ""
    rewritten = rename(before, page.title, slug=slug, by=by, reason=reason)
    now = WikiPage.objects.only("title", "slug", "path").get(pk=page.pk)
    page.body = wikilinks.renamed(page.body, [title_key(before.title)], now.title)
    page.body = with_addresses(page.body, moved_from(before.path, now.path))
    page.title, page.slug = now.title, now.slug
    return rewritten
