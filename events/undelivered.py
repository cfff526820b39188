"""Registrants whom our email did not reach: their mailbox refused it, or it was given up."""

from django.db.models import CharField, Exists, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Cast, Concat
from django.utils import timezone

from competencyworks.core.mail.sending import NO_LONGER_DUE
from competencyworks.core.models import OutgoingMail

from .models import Registration

OPEN = ~Q(status=Registration.Status.CANCELLED) & Q(anonymous_at=None)
UPCOMING = Q(event__cancelled_at=None, event__trashed_at=None)


def about(key: str = "pk") -> Concat:
    """What mails about the registration with this key say that they are about."""
    return Concat(Value("registration-"), Cast(key, CharField()))


def refused(rows: QuerySet[OutgoingMail]) -> QuerySet[OutgoingMail]:
    """Those among the mails that did not arrive."""
    given_up = rows.filter(sent_at=None).exclude(failed_at=None)
    return given_up.exclude(error__startswith=NO_LONGER_DUE)


def with_answers(rows: QuerySet[Registration]) -> QuerySet[Registration]:
    """
    The registrations with `undelivered`: the server's answer to the last mail that their address
    refused, and None where a mail about them has reached it since, or none was refused.
    """
    return rows.annotate(undelivered=Subquery(_lost().order_by("-failed_at").values("error")[:1]))


def undelivered() -> QuerySet[Registration]:
    """The registrations whose address refused the last mail that was tried."""
    return Registration.objects.filter(OPEN, Exists(_lost()))


def upcoming() -> QuerySet[Registration]:
    """As undelivered(), for events that are not over, and take place."""
    return undelivered().filter(UPCOMING, event__ends_at__gt=timezone.now())


def _lost() -> QuerySet[OutgoingMail]:
    """Of the registration around: the refused mails to its address after which none arrived."""
    mails = OutgoingMail.objects.filter(about=about(OuterRef("pk")), to_email=OuterRef("email"))
    arrived = OutgoingMail.objects.filter(
        about=OuterRef("about"), to_email=OuterRef("to_email"), sent_at__gt=OuterRef("failed_at")
    )
    return refused(mails).filter(~Exists(arrived)).exclude(about="")
