"""What cites an address outside, for staff and for whoever mends links."""

from django.db.models import QuerySet

from ..models.links import Link, OutsideAddress


def citing(outside: OutsideAddress) -> QuerySet:
    """The links that lead to `outside`, of items in any state, the latest first."""
    return Link.objects.filter(outside=outside).order_by("-pk")
