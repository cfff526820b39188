"""Who was there. Certificates and mails afterwards ask for it."""

from django.db.models import QuerySet

from .models import Registration


def note(registrations: QuerySet[Registration], attended: bool | None) -> int:
    """
    Write down of those among `registrations` who have a seat that they attended, did not, or that
    nobody knows (None). Returns how many that changed.
    """
    with_seat = registrations.filter(status=Registration.Status.CONFIRMED)
    changed = with_seat.exclude(attended=attended)
    return Registration.objects.filter(pk__in=changed.order_by().values("pk")).update(
        attended=attended
    )
