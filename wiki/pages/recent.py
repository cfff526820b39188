"""Recent changes: what was saved of public pages and resources, newest first."""

from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from django.contrib.contenttypes.models import ContentType
from django.db.models import CharField, Exists, F, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce, Concat, NullIf, Trim
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.html import escape
from django.utils.http import urlencode
from django.utils.timezone import localdate

from competencyworks.core.feeds import ItemFeed
from competencyworks.core.metadata import PageMeta, absolute
from competencyworks.core.models import Revision
from competencyworks.core.paging import ListPage, NoSuchPage, page_number

from ..models import Resource, WikiPage

PATH = "/wiki/recent/"
FEED = ("Recent changes in the wiki", f"{PATH}feed/")
PAGE_SIZE = 40
KINDS = {"pages": WikiPage, "resources": Resource}
NAMES = {"pages": "Page", "resources": "Resource"}


@dataclass(frozen=True)
class Change:
    """One save that readers may see, of an item that is public."""

    id: int
    kind: str
    item: int
    number: int
    before: int | None
    title: str
    path: str
    reader: str
    staff: str
    slug: str
    reason: str
    created_at: datetime
    visible_from: datetime

    @property
    def is_new(self) -> bool:
        return self.before is None

    @property
    def kind_name(self) -> str:
        return NAMES[self.kind]

    @property
    def url(self) -> str:
        """Where the change is seen: beside what readers saw before, or the item itself."""
        if self.before is None:
            return self.path
        return f"{self.path}history/compare/?{urlencode({'from': self.before, 'to': self.number})}"


def changes(first: int, count: int, kind: str = "") -> list[Change]:
    """`count` changes after the `first` ones, of the `kind` of KINDS or of all. One query."""
    return [
        Change(
            id=row["id"],
            kind=row["kind"],
            item=row["object_id"],
            number=row["number"],
            before=row["before"],
            title=row["title"],
            path=row["path"],
            reader=row["credit"],
            staff=row["staff"] or "",
            slug=row["slug"] or "",
            reason=row["reason"],
            created_at=row["created_at"],
            visible_from=row["visible_from"],
        )
        for row in _changes(first, count, kind, timezone.now())
    ]


def _changes(first: int, count: int, kind: str, at: datetime) -> QuerySet:
    branches = [_of_kind(each, at)[: first + count] for each in ([kind] if kind else KINDS)]
    if len(branches) == 1:
        return branches[0][first:]
    return (
        branches[0]
        .union(*branches[1:], all=True)
        .order_by("-created_at", "-id")[first : first + count]
    )


def _of_kind(kind: str, at: datetime) -> QuerySet:
    """The changes of one kind, newest first, from the index `revision_recent`."""
    model = KINDS[kind]
    item = model.objects.published(at).filter(pk=OuterRef("object_id")).order_by()
    content_type = ContentType.objects.get_for_model(model)
    before = (
        Revision.objects.public(at)
        .filter(
            content_type=content_type,
            object_id=OuterRef("object_id"),
            number__lt=OuterRef("number"),
        )
        .order_by("-number")
    )
    account = Trim(Concat("author__first_name", Value(" "), "author__last_name"))
    return (
        Revision.objects.public(at)
        .filter(Exists(item), content_type=content_type)
        .order_by("-created_at", "-id")
        .annotate(
            kind=Value(kind, CharField()),
            title=Subquery(item.values("title")),
            path=Subquery(item.values("path")),
            before=Subquery(before.values("number")[:1]),
            staff=Coalesce("author__person__name", NullIf(account, Value(""))),
            slug=F("author__person__slug"),
        )
        .values(
            "id", "kind", "object_id", "number", "before", "title", "path", "credit", "staff",
            "slug", "reason", "created_at", "visible_from",
        )
    )  # fmt: skip


def recent(request: HttpRequest) -> HttpResponse:
    """The page of recent changes, by day."""
    kind = request.GET.get("kind", "")
    if kind and kind not in KINDS:
        raise Http404("no such kind")
    number = page_number(request)
    found = changes((number - 1) * PAGE_SIZE, PAGE_SIZE + 1, kind)
    if not found and number > 1:
        raise NoSuchPage
    base = f"kind={kind}&" if kind else ""
    page = ListPage(found[:PAGE_SIZE], number, len(found) > PAGE_SIZE, base)
    query = base.rstrip("&")
    if number > 1:
        query = f"{base}page={number}"
    meta = PageMeta(
        title=f"Recent changes: {kind}" if kind else "Recent changes",
        path=PATH + (f"?{query}" if query else ""),
        description="What was written, corrected, and added in the wiki recently, and by whom.",
        crumbs=[("Home", "/"), ("Wiki", "/wiki/"), ("Recent changes", PATH)],
        feeds=[FEED],
        hidden=bool(kind) or number > 1,
    )
    days = [
        list(each) for _, each in groupby(page.items, lambda change: localdate(change.created_at))
    ]
    context = {"page": page, "days": days, "meta": meta, "kind": kind}
    return render(request, "wiki/recent.html", context)


class RecentFeed(ItemFeed):
    """Recent changes for feed readers: what changed, who changed it and why."""

    title = "CompetencyWorks: recent changes in the wiki"
    description = "What was written, corrected, and added in the wiki."

    def list_path(self, obj):
        return PATH

    def items(self, obj):
        return changes(0, PAGE_SIZE)

    def item_title(self, change):
        return f"New: {change.title}" if change.is_new else change.title

    def item_description(self, change):
        # A description is HTML, a reason is plain text.
        return escape(change.reason) or ("Added to the wiki." if change.is_new else "Changed.")

    def item_link(self, change):
        return absolute(change.url)

    def item_guid(self, change):
        return f"{absolute(PATH)}#{change.id}"

    def item_pubdate(self, change):
        return change.created_at

    def item_updateddate(self, change):
        # What waited for its day appears later than it was saved.
        return max(change.created_at, change.visible_from)

    def item_extra_kwargs(self, change):
        who = change.reader or change.staff
        return {"creators": [who] if who else [], "content": self.item_description(change)}
