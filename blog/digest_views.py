from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from competencyworks.core.metadata import PageMeta
from competencyworks.core.paging import page_of

from .models import Digest, PostQuerySet
from .views import BLOG, HOME, PAGE_SIZE, WHATS_NEW


def whats_new(request: HttpRequest) -> HttpResponse:
    """The digests of both channels."""
    rows = Digest.objects.published().newest()
    page = page_of(request, rows, PAGE_SIZE, present=PostQuerySet.listed)
    name, path = WHATS_NEW
    meta = PageMeta(
        title=name,
        path=path + (f"?page={page.number}" if page.number > 1 else ""),
        description="Digests of what others publish on competency education, link by link, with "
        "a note on why each is worth reading.",
        crumbs=[HOME, BLOG, WHATS_NEW],
        feeds=[(name, f"{path}feed/")],
    )
    return render(request, "blog/whats_new.html", {"page": page, "meta": meta})
