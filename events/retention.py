"""Taking the persons out of registrations; how many there were, and who was there, stays."""

from datetime import timedelta

from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db.models import CharField, DurationField, ExpressionWrapper, F, QuerySet
from django.db.models.functions import Cast, Now
from django.utils import timezone

from .models import Registration
from .video_service import places

NAMELESS = "Name removed"
EMPTY = {
    "name": NAMELESS,
    "email": "",
    "organization": "",
    "role": "",
    "companions": [],
    "answers": {},
    "survey_answers": {},
    "invitation": None,  # its note says for whom it was
    "nonce": None,
}


def make_old_ones_anonymous() -> int:
    """
    Take the persons out of the registrations whose event keeps them no longer; returns how many.

    Mails to them are deleted in their own time (core.mail.sending).
    """
    kept = ExpressionWrapper(F("event__kept_days") * timedelta(days=1), DurationField())
    ended = Registration.objects.filter(anonymous_at=None, event__ends_at__lt=Now() - kept)
    return make_anonymous(ended)


def make_anonymous(rows: QuerySet[Registration]) -> int:
    """Take the persons out of `rows`, and out of the log of what staff did with them."""
    kind = ContentType.objects.get_for_model(Registration)
    keys = rows.order_by().annotate(key=Cast("pk", CharField())).values("key")
    log = LogEntry.objects.filter(content_type=kind, object_id__in=keys)
    log.update(object_repr=NAMELESS, change_message="")
    places.forget(rows)
    return Registration.objects.filter(pk__in=rows.order_by().values("pk")).update(
        **EMPTY, anonymous_at=timezone.now()
    )
