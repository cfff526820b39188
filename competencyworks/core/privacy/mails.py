"""The outbox: mails to the person, and mails to others about them."""

import re

from django.db.models import Q, QuerySet

from ..models import OutgoingMail
from .erasure import Erasure, naming
from .registry import Holder, holder

TEXT_REMOVED = "The text of this email was removed because it contained a person's data.\n"
PARTS = ("subject", "text", "html", "headers", "to_name", "key", "error")


@holder("mails")
class Mails(Holder):
    """Mails. Those to the address are deleted, waiting ones unsent; those about it lose it."""

    def names(self, email):
        rows = OutgoingMail.objects.filter(to_email__iexact=email)
        return {name for name in rows.values_list("to_name", flat=True) if name}

    def export(self, email):
        # Not their texts: they hold links that act, and words of others.
        return [
            {
                "kind": mail.kind,
                "subject": mail.subject,
                "to_name": mail.to_name,
                "written_at": mail.created_at.isoformat(),
                "sent_at": mail.sent_at and mail.sent_at.isoformat(),
                "state": mail.state,
            }
            for mail in OutgoingMail.objects.filter(to_email__iexact=email)
        ]

    def erase(self, erasure):
        count = OutgoingMail.objects.filter(to_email__iexact=erasure.email).delete()[0]
        about = self._about(erasure)
        done = Q(failed_at__isnull=False) | Q(sent_at__isnull=False)
        count += about.filter(done).update(
            subject="(removed)", to_name="", text=TEXT_REMOVED, html="", headers={}
        )
        if erasure.words:
            count += about.exclude(done).delete()[0]
        count += erasure.scrub(about, *PARTS, names=True)
        return count + erasure.scrub(OutgoingMail.objects.all(), *PARTS)

    def _about(self, erasure: Erasure) -> QuerySet[OutgoingMail]:
        """Mails that hold the address, or are about what the person wrote."""
        found = naming(erasure.email, *PARTS)
        if erasure.marks:
            marks = "|".join(re.escape(mark) for mark in sorted(erasure.marks))
            # The HTML part links to what the text links to.
            for part in ("key", "text"):
                found |= Q(**{f"{part}__regex": rf"\m({marks})\M"})
        return OutgoingMail.objects.filter(found)
