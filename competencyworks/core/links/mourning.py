"""Addresses that are dead: who misses them, and the copies that are looked for each month."""

from collections import defaultdict
from datetime import datetime, timedelta

from django.contrib.contenttypes.models import ContentType
from django.db.models import Exists, Min, OuterRef, Q, QuerySet
from django.utils import timezone

from ..models.links import Link, OutsideAddress
from . import archive
from .judging import Health
from .kinds import sources

ASK_AGAIN = timedelta(days=30)


def without_copy() -> QuerySet[OutsideAddress]:
    """The dead addresses of which a copy is to be looked for now, the longest waiting first."""
    asked = Q(archive_asked_at=None) | Q(archive_asked_at__lt=timezone.now() - ASK_AGAIN)
    dead = OutsideAddress.objects.filter(asked, health=Health.DEAD, archived_url="")
    return dead.order_by("archive_asked_at", "pk")


def missed() -> QuerySet[OutsideAddress]:
    """The dead addresses that readers come by: those that something public leads to."""
    return cited_in_public(OutsideAddress.objects.filter(health=Health.DEAD))


def cited_in_public(rows: QuerySet[OutsideAddress]) -> QuerySet[OutsideAddress]:
    """Those of `rows` that something public leads to. Part of the one query, whatever the kinds."""
    public = Q()
    for model in sources():
        kind = ContentType.objects.get_for_model(model)
        keys = model.objects.published().order_by().values("pk")
        public |= Q(source_type=kind, source_id__in=keys)
    return rows.filter(Exists(Link.objects.filter(public, outside=OuterRef("pk"))))


def look_for_copy(row: OutsideAddress) -> bool:
    """
    Ask the archive for a copy of `row`, and keep where it is. Tells whether there is one.

    Raises archive.ArchiveError, politeness.NotNow or FetchError, and asks again an hour later then.
    """
    rows = OutsideAddress.objects.filter(pk=row.pk)
    # Noted before: an address that the archive fails at must not hold up the others.
    rows.update(archive_asked_at=timezone.now() - ASK_AGAIN + timedelta(hours=1))
    copy = archive.copy_of(row.url, first_cited(row))
    found = {"archived_url": copy.url, "archived_at": copy.at} if copy else {}
    rows.update(archive_asked_at=timezone.now(), **found)
    return copy is not None


def first_cited(row: OutsideAddress) -> datetime:
    """
    When the first of the items that lead to `row` was published (made, if it never was): what
    their writers saw is closest to what was there then.
    """
    sources = defaultdict(list)
    links = Link.objects.filter(outside=row)
    for kind, pk in links.values_list("source_type", "source_id"):
        sources[kind].append(pk)
    dates = [row.created_at]
    for kind, keys in sources.items():
        model = ContentType.objects.get_for_id(kind).model_class()
        names = {field.name for field in model._meta.get_fields()} if model else set()
        for name in {"publish_at", "created_at"} & names:
            first = model._base_manager.filter(pk__in=keys).aggregate(first=Min(name))["first"]
            dates += [first] if first else []
    return min(dates)
