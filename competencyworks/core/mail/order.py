"""
The order of mails to one person about one thing: none passes an earlier one.

What a mail is about stands in OutgoingMail.about ('registration-12'). As long as an earlier mail
about it to the same address waits, a later one is held back, unless the earlier one is no longer
true, or was given up. Mail to others, and about other things, goes on.
"""

import re
from datetime import timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Now
from django.utils import timezone

from ..models import OutgoingMail

# Of a key, the kind of thing and its number: 'registration-12-confirmed'.
ABOUT = re.compile(r"[a-z]+-\d+(?=-)")
# What is held back is looked at again so often at least, as staff may give up what holds it.
RECHECK = timedelta(minutes=5)
A_SLICE = 100


def about_of(key: str) -> str:
    """What the mail of that key is about; '' where the key does not say, and nothing holds it."""
    found = ABOUT.match(key)
    return found[0][:80] if found else ""


def held() -> Exists:
    """Whether an earlier mail to the same address about the same thing still waits."""
    earlier = OutgoingMail.objects.filter(
        about=OuterRef("about"),
        to_email__iexact=OuterRef("to_email"),
        pk__lt=OuterRef("pk"),
        sent_at=None,
        failed_at=None,
    )
    return Exists(earlier.exclude(about=""))


def release(due: QuerySet[OutgoingMail], still_due) -> None:
    """
    Let go on of the `due` mails what only mails hold back that are no longer true. `still_due`
    tells of a mail, under its lock, whether it is, and notes it if not.

    Where the earlier one still is due, and waits for another try, those behind it wait as long.
    """
    for mail in due.filter(held()).order_by("due_at", "pk").only("about", "to_email")[:A_SLICE]:
        while (first := _first_before(mail)) is not None:
            if not _waits_for_later(first):  # it is being sent, or is next
                break
            if still_due(first):
                until = min(first.due_at, timezone.now() + RECHECK)
                OutgoingMail.objects.filter(pk=mail.pk, leased_until=None).update(due_at=until)
                break


def _first_before(mail: OutgoingMail) -> OutgoingMail | None:
    rows = OutgoingMail.objects.filter(
        about=mail.about, to_email__iexact=mail.to_email, pk__lt=mail.pk, sent_at=None
    )
    return rows.filter(failed_at=None).order_by("pk").first()


def _waits_for_later(mail: OutgoingMail) -> bool:
    free = Q(leased_until=None) | Q(leased_until__lt=Now())
    return OutgoingMail.objects.filter(free, pk=mail.pk, due_at__gt=Now()).exists()
