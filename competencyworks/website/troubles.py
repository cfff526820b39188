"""What goes wrong in the background: lines on the front page of the admin."""

from dataclasses import dataclass
from datetime import timedelta

from django.contrib.auth.models import AbstractUser
from django.urls import reverse
from django.utils import timezone

from competencyworks.core.links import changes
from competencyworks.core.links.mourning import missed
from competencyworks.core.mail.sending import NO_LONGER_DUE
from competencyworks.core.models import OutgoingMail, SweepRun
from events.models import VideoPlace

LATELY = timedelta(days=7)
OFTEN = 3  # failures in a row; one or two may pass by themselves


@dataclass(frozen=True)
class Trouble:
    """One line, and the list that shows more."""

    words: str
    url: str


def troubles(user: AbstractUser) -> list[Trouble]:
    """What `user` may see and should look at. At most five queries."""
    found = []
    if user.has_perm("core.view_outsideaddress") and (count := missed().count()):
        links = "1 address that pages lead to no longer answers."
        if count > 1:
            links = f"{count:,} addresses that pages lead to no longer answer."
        url = reverse("admin:core_outsideaddress_changelist")
        found.append(Trouble(links, f"{url}?health__exact=dead&cited=public"))
    if user.has_perm("core.view_citedchange"):
        texts = changes.to_look_at().values("link__source_type", "link__source_id").distinct()
        if count := texts.order_by().count():
            cite = "1 text cites" if count == 1 else f"{count} texts cite"
            found.append(
                Trouble(
                    f"{cite} what has changed since somebody looked.",
                    reverse("admin:core_citedchange_changelist"),
                )
            )
    if user.has_perm("core.view_outgoingmail"):
        lost = OutgoingMail.objects.filter(sent_at=None, failed_at__gt=timezone.now() - LATELY)
        lost = lost.exclude(error__startswith=NO_LONGER_DUE)
        if count := lost.count():
            mails = "1 mail was" if count == 1 else f"{count} mails were"
            url = reverse("admin:core_outgoingmail_changelist")
            found.append(
                Trouble(f"{mails} given up in the last seven days.", f"{url}?state=given-up")
            )
    if user.has_perm("events.view_videoplace"):
        count = VideoPlace.objects.filter(failed_at__gt=timezone.now() - LATELY).count()
        if count:
            places = "1 place" if count == 1 else f"{count} places"
            url = reverse("admin:events_videoplace_changelist")
            found.append(
                Trouble(f"{places} at the video service given up lately.", f"{url}?state=given-up")
            )
    if user.has_perm("core.view_sweeprun"):
        found += [
            Trouble(
                f"Work in the background fails: “{run.title}”, {run.failures} times in a row.",
                reverse("admin:core_sweeprun_change", args=[run.pk]),
            )
            for run in SweepRun.objects.filter(failures__gte=OFTEN).defer("error")
        ]
    return found
