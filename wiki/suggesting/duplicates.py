"""What is curated already, however its address is spelled."""

from django.db.models import QuerySet

from competencyworks.core.links.addresses import outside_key

from ..models import Resource


def curated(url: str) -> Resource | None:
    """The published resource at `url`, the oldest of several. One query; none for no address."""
    key = outside_key(url)
    if not key:
        return None
    rows = Resource.objects.published().filter(outside__key=key).only("title", "path")
    return rows.order_by("publish_at", "pk").first()


def at_this_address(url: str) -> QuerySet[Resource]:
    """All resources at `url` that are not in the trash, drafts too; for curators."""
    key = outside_key(url)
    rows = Resource.objects.kept().filter(outside__key=key) if key else Resource.objects.none()
    return rows.light().order_by("pk")
