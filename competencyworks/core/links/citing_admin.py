"""
Pages of the admin on what cites what: 'Links by website', and what is known of one address.

The admin site puts `citing_urls` among its own.
"""

from django.contrib.admin import AdminSite
from django.contrib.auth.models import AbstractUser
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern
from django.utils import timezone

from .. import policy
from ..models.links import OutsideAddress
from ..policy_admin import site_page
from . import citing
from .addresses import with_scheme

PER_PAGE = 100
MOST = 6  # as many as can be read while typing


def citing_urls(site: AdminSite) -> list[URLPattern]:
    """The addresses `admin:citing_sites`, `admin:citing_address` and `admin:known_address`."""
    pages = _Pages(site)
    return [
        site_page(site, "citing/", pages.sites, kind="admin.citing", name="citing_sites"),
        site_page(
            site, "citing/<int:pk>/", pages.address, kind="admin.citing", name="citing_address"
        ),
        site_page(
            site,
            "known-address/",
            known_address,
            kind="admin.known_address",
            name="known_address",
        ),
    ]


class _Pages:
    def __init__(self, site: AdminSite) -> None:
        self.site = site

    def sites(self, request: HttpRequest) -> HttpResponse:
        """The sites that texts cite, or of one of them the addresses."""
        words = request.GET.get("q", "").replace("\0", "")
        host = request.GET.get("host", "").replace("\0", "")
        rows = citing.addresses_of(host) if host else citing.sites(words)
        page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
        title = f"Links to {host}" if host else "Links by website"
        return self._page(
            request, "admin/citing_sites.html", title=title, page=page, words=words, host=host
        )

    def address(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The items that cite one address."""
        outside = get_object_or_404(OutsideAddress, pk=pk)
        return self._page(
            request,
            "admin/citing_address.html",
            title="Links to an address",
            outside=outside,
            citations=citing.citations(outside),
        )

    def _page(self, request: HttpRequest, template: str, **context) -> HttpResponse:
        return TemplateResponse(request, template, self.site.each_context(request) | context)


def known_address(request: HttpRequest) -> JsonResponse:
    """
    What is known of the address `url`, for a form in which it is typed: the items that cite it,
    resources first, but for the one of the form itself (`not`, as 'wiki.resource:12').

    Drafts are told of to those alone who may see them in the admin.
    """
    outside = citing.known(with_scheme(request.GET.get("url", "")[:4000].replace("\0", "")))
    found = []
    for citation in citing.citations(outside) if outside else ():
        item = citation.item
        name = f"{item._meta.concrete_model._meta.label_lower}:{item.pk}"
        if name != request.GET.get("not") and _may_see(request.user, item):
            found.append(citation)
    found.sort(key=lambda citation: getattr(citation.item, "outside_id", None) != outside.pk)
    answer = JsonResponse({"known": [_told(citation) for citation in found[:MOST]]})
    answer["Cache-Control"] = "no-store"
    return answer


def _may_see(user: AbstractUser, item) -> bool:
    return getattr(item, "is_public", True) or policy.may(user, "view", item)


def _told(citation: citing.Citation) -> dict[str, str]:
    moment = getattr(citation.item, "publish_at", None)
    stage = getattr(citation.item, "stage", "")
    day = f"{timezone.localtime(moment):%B %Y}" if moment and stage == "Published" else ""
    return {
        "says": citation.says,
        "title": str(citation.item),
        "url": citation.url,
        "when": day or stage,
    }
