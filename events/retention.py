"""Taking the persons out of registrations; how many there were, and who was there, stays."""

from datetime import timedelta

from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import CharField, DurationField, ExpressionWrapper, F, QuerySet
from django.db.models.functions import Cast, Now
from django.utils import timezone

from competencyworks.core.models import OutgoingMail

from .models import Registration
from .undelivered import about
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
    "former_answers": [],
    "invitation": None,  # its note says for whom it was
    "nonce": None,
}


def make_old_ones_anonymous() -> int:
    """
    Take the persons out of the registrations whose event keeps them no longer; returns how many.

    Mails that were sent to them are deleted in their own time (core.mail.sending); those that wait,
    or were given up, go at once.
    """
    kept = ExpressionWrapper(F("event__kept_days") * timedelta(days=1), DurationField())
    ended = Registration.objects.filter(anonymous_at=None, event__ends_at__lt=Now() - kept)
    return make_anonymous(ended)


@transaction.atomic
def make_anonymous(rows: QuerySet[Registration]) -> int:
    """
    Take the persons out of `rows`, out of the log of what staff did with them, and out of the mails
    that were not sent.
    """
    # Which they are is asked once: meanwhile the time of others may come.
    rows = Registration.objects.filter(pk__in=list(rows.order_by().values_list("pk", flat=True)))
    kind = ContentType.objects.get_for_model(Registration)
    keys = rows.order_by().annotate(key=Cast("pk", CharField())).values("key")
    log = LogEntry.objects.filter(content_type=kind, object_id__in=keys)
    log.update(object_repr=NAMELESS, change_message="")
    places.forget(rows)
    count = rows.update(**EMPTY, anonymous_at=timezone.now())
    # Also of those who lost their names before, as an act of that moment may have queued one.
    gone = Registration.objects.exclude(anonymous_at=None).order_by().annotate(about=about())
    OutgoingMail.objects.filter(sent_at=None, about__in=gone.values("about")).delete()
    return count
