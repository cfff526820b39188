"""What the pages around a comment have in common: head matter, and that nobody keeps them."""

from collections.abc import Callable
from functools import cache, wraps
from urllib.parse import unquote_to_bytes

from django.core.exceptions import RequestDataTooBig
from django.db import models
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render

from ..metadata import FAILED, PageMeta
from ..prepared import Prepared
from .threads import discussed_kinds, outline

HOME = ("Home", "/")
# Of an item: what its pages here say, and whether readers see it.
SHOWN = ("title", "path", "discussion", "status", "publish_at", "unpublish_at", "trashed_at")


def unkept(view: Callable) -> Callable:
    """Decorator: nobody stores the answer, and links in it tell other sites only our name."""

    @wraps(view)
    def wrapped(request: HttpRequest, *args, **kwargs):
        response = view(request, *args, **kwargs)
        response["Cache-Control"] = "no-store"
        response["Referrer-Policy"] = "strict-origin"
        return response

    return wrapped


def page(
    request: HttpRequest, template: str, title: str, item: models.Model | None, *,
    status: int = 200, **context,
) -> HttpResponse:  # fmt: skip
    """A page of the discussion, which no search engine lists; below `item` in the crumbs."""
    crumbs = [HOME]
    if item is not None:
        crumbs += [(item.title, item.path), (title, request.path)]
    meta = PageMeta(
        title=title,
        path=request.path,
        description="Part of the discussion on this site.",
        crumbs=crumbs,
        hidden=True,
        failed=status in FAILED,
    )
    context = {"meta": meta, "item": item, **context}
    return render(request, f"discussion/{template}.html", context, status=status)


def item_or_404(kind: str, pk: int) -> models.Model:
    """The published item that readers discuss, with what its conversation is made of."""
    model = discussed_kinds().get(kind)
    if model is None or pk > 2**62:
        raise Http404("nothing to discuss")
    return _discussed(model).get_or_404(pk=pk)


@cache
def _discussed(model: type[models.Model]) -> Prepared:
    """What readers discuss of one kind, by its key."""
    return Prepared(
        lambda at, pk: (
            model.objects.published(at).only(*SHOWN).annotate(talk=outline(model)).filter(pk=pk)
        )
    )


def posted(request: HttpRequest) -> tuple[QueryDict | None, bool]:
    """The fields of a posted form, None if they are too many bytes; and whether they are UTF-8."""
    try:
        sent = request.body
    except RequestDataTooBig:
        return None, True
    if request.content_type == "application/x-www-form-urlencoded":
        sent = unquote_to_bytes(sent.replace(b"+", b" "))
    try:
        sent.decode()
    except UnicodeDecodeError:
        return request.POST, False
    return request.POST, True
