"""What cites an address outside, for staff."""

from dataclasses import dataclass

from django.contrib.contenttypes.prefetch import GenericPrefetch
from django.db.models import Count, Exists, F, Func, OuterRef, Q, QuerySet
from django.urls import reverse

from ..models.links import Link, OutsideAddress
from .addresses import outside_key
from .kinds import sources

CITING = Count(Func(F("links__source_type"), F("links__source_id"), function="ROW"), distinct=True)


@dataclass(frozen=True)
class Citation:
    """One item that cites an address: how, under which words, and where staff find it."""

    item: object
    says: str
    words: str
    url: str


def sites(words: str = "") -> QuerySet:
    """The hosts that texts cite and that hold `words`, with numbers of addresses and of items."""
    rows = OutsideAddress.objects.filter(host__icontains=words.strip().lower())
    return (
        rows.filter(Exists(Link.objects.filter(outside=OuterRef("pk"))))
        .values("host")
        .annotate(addresses=Count("pk", distinct=True), items=CITING)
        .order_by("-items", "host")
    )


def addresses_of(host: str) -> QuerySet:
    """The addresses of `host` that are cited, with the number of items that do."""
    return (
        OutsideAddress.objects.filter(host=host)
        .annotate(items=CITING)
        .filter(items__gt=0)
        .order_by("-items", "key")
    )


def citing(outside: OutsideAddress) -> QuerySet:
    """The links that lead to `outside`, of items in any state, the latest first, with the items."""
    rows = [model.objects.light() for model in sources()]
    return (
        Link.objects.filter(outside=outside)
        .order_by("-pk")
        .prefetch_related(GenericPrefetch("source", rows))
    )


def citations(outside: OutsideAddress) -> list[Citation]:
    """The items that cite `outside` and are not in the trash. One query, and one a kind."""
    found = []
    for link in citing(outside):
        item = link.source
        if item is None or getattr(item, "trashed_at", None):
            continue
        options = item._meta
        says = item.cites_as(outside) if hasattr(item, "cites_as") else "Linked from"
        url = reverse(f"admin:{options.app_label}_{options.model_name}_change", args=[item.pk])
        found.append(Citation(item, says, link.text, url))
    return found


def known(url: str) -> OutsideAddress | None:
    """The record of an address that is cited, however it is spelled; None if there is none."""
    key = outside_key(url)
    rows = OutsideAddress.objects.filter(Q(key=key), ~Q(key=""))
    return rows.filter(Exists(Link.objects.filter(outside=OuterRef("pk")))).first()
