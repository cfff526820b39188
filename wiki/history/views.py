"""
The history that readers see of a page or resource: what was public, who wrote it, and what
changed between any two of these.
"""

import re
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import pairwise

from django.contrib.contenttypes.models import ContentType
from django.db.models import CharField, F, QuerySet, TextField, Value
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast, Coalesce, Concat, Length, NullIf, Trim
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from competencyworks.core import revisions
from competencyworks.core.metadata import PageMeta
from competencyworks.core.models import Image, Revision
from competencyworks.core.paging import ListPage, NoSuchPage, page_number
from competencyworks.core.prose.texts import image_ids, with_pictures

from ..models import Resource, WikiPage

PAGE_SIZE = 50
# What readers have no use for, or shall not know.
NOT_SHOWN = (
    "slug", "status", "publish_at", "unpublish_at", "seo_title", "seo_description",
    "canonical_url", "hide_from_search_engines", "owner", "review_by", "discussion", "position",
)  # fmt: skip


@dataclass
class Save:
    """One revision as readers see it; `before` is the number of the one before it."""

    number: int
    created_at: datetime
    credit: str
    staff: str
    slug: str
    reason: str
    size: int
    before: int | None = None
    grown: int = 0

    @property
    def size_said(self) -> str:
        """'+120' or '−30': how many characters longer or shorter the text became."""
        if not self.grown:
            return ""
        return f"+{self.grown:,}" if self.grown > 0 else f"−{-self.grown:,}"


def page_history(request: HttpRequest, slug: str) -> HttpResponse:
    return _history(request, WikiPage, slug)


def resource_history(request: HttpRequest, slug: str) -> HttpResponse:
    return _history(request, Resource, slug)


def compare_page(request: HttpRequest, slug: str) -> HttpResponse:
    return _compare(request, WikiPage, slug)


def compare_resource(request: HttpRequest, slug: str) -> HttpResponse:
    return _compare(request, Resource, slug)


def _history(request: HttpRequest, model, slug: str) -> HttpResponse:
    item = _public(model, slug)
    number = page_number(request)
    found = _saves(item, (number - 1) * PAGE_SIZE, PAGE_SIZE + 1)
    if not found and number > 1:
        raise NoSuchPage
    page = ListPage(found[:PAGE_SIZE], number, len(found) > PAGE_SIZE, "")
    meta = _meta(item, f"History of “{item.title}”", "history/")
    several = len(found) > 1 or number > 1
    context = {"item": item, "page": page, "meta": meta, "several": several}
    return render(request, "wiki/history.html", context)


def _compare(request: HttpRequest, model, slug: str) -> HttpResponse:
    item = _public(model, slug)
    asked = [request.GET.get(name, "") for name in ("from", "to")]
    if not any(asked):
        # Nothing was chosen: the latest change.
        latest = _of(item).order_by("-number").values_list("number", flat=True)[:2]
        if len(latest) < 2:
            return _not_comparable(request, item, 200)
        asked = [str(number) for number in latest]
    if not all(re.fullmatch(r"[0-9]{1,9}", text) for text in asked):
        return _not_comparable(request, item, 400)
    first, second = sorted(map(int, asked))
    rows = {row.number: row for row in _said(_of(item)).filter(number__in=[first, second])}
    if first not in rows or second not in rows:
        return _not_comparable(request, item, 404)
    old, new = rows[first], rows[second]
    numbers = _of(item).order_by("number").values_list("number", flat=True)
    context = {
        "item": item,
        "old": old,
        "new": new,
        "before": numbers.filter(number__lt=first).last(),
        "after": numbers.filter(number__gt=second).first(),
        "changes": _with_pictures(
            revisions.changes(old.content, new.content, model, without=NOT_SHOWN, public=True)
        ),
        "meta": _meta(item, f"What changed in “{item.title}”", "history/", "compare/"),
    }
    return render(request, "wiki/compare.html", context)


def _with_pictures(changes: list) -> list:
    """The texts with the library's pictures as pages show them. One query if there are any."""
    ids = {key for change in changes for key in image_ids(change.html)}
    images = Image.objects.in_bulk(ids) if ids else {}
    return [replace(change, html=with_pictures(change.html, images)) for change in changes]


def _public(model, slug: str):
    return get_object_or_404(model.objects.published().only("title", "path"), slug=slug)


def _of(item) -> QuerySet:
    """The revisions of `item` that readers may see."""
    kind = ContentType.objects.get_for_model(item)
    return Revision.objects.public().filter(content_type=kind, object_id=item.pk)


def _said(rows: QuerySet) -> QuerySet:
    """With who wrote each. Of staff without a name nothing is told."""
    account = Trim(Concat("author__first_name", Value(" "), "author__last_name"))
    return rows.annotate(
        staff=Coalesce(
            "author__person__name", NullIf(account, Value("")), output_field=CharField()
        ),
        slug=F("author__person__slug"),
    )


def _saves(item, first: int, count: int) -> list[Save]:
    """
    `count` saves after the `first` ones, newest first, each but the last with what it changed.
    One query.
    """
    text = Cast(KeyTextTransform("body", "content"), TextField())
    rows = (
        _said(_of(item))
        .annotate(size=Coalesce(Length(text), 0))
        .order_by("-number")
        .values("number", "created_at", "credit", "staff", "slug", "reason", "size")
    )
    saves = [Save(**row) for row in rows[first : first + count]]
    for save, earlier in pairwise(saves):
        save.before, save.grown = earlier.number, save.size - earlier.size
    return saves


def _not_comparable(request: HttpRequest, item, status: int) -> HttpResponse:
    meta = _meta(item, f"What changed in “{item.title}”", "history/", "compare/")
    return render(request, "wiki/compare_none.html", {"item": item, "meta": meta}, status=status)


def _meta(item, title: str, *places: str) -> PageMeta:
    crumbs = [("Home", "/"), ("Wiki", "/wiki/")]
    if isinstance(item, Resource):
        crumbs.append(("Resources", "/wiki/resources/"))
    path, names = item.path, {"history/": "History", "compare/": "Compare"}
    crumbs.append((item.title, path))
    for place in places:
        path += place
        crumbs.append((names[place], path))
    return PageMeta(
        title=title,
        path=path,
        description=f"Earlier versions of “{item.title}”, who wrote them, and what changed.",
        crumbs=crumbs,
        hidden=True,
    )
