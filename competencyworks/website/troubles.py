"""What goes wrong in the background: lines on the front page of the admin."""

from dataclasses import dataclass
from datetime import timedelta

from django.contrib.auth.models import AbstractUser
from django.urls import reverse
from django.utils import timezone

from competencyworks.accounts import required_roles
from competencyworks.core import policy
from competencyworks.core.links import changes
from competencyworks.core.links.mourning import missed
from competencyworks.core.mail.sending import NO_LONGER_DUE
from competencyworks.core.models import CitedChange, OutgoingMail, OutsideAddress, SweepRun
from events.models import Registration, VideoPlace
from events.undelivered import upcoming

LATELY = timedelta(days=7)
OFTEN = 3  # failures in a row; one or two may pass by themselves


@dataclass(frozen=True)
class Trouble:
    """One line, and the list that shows more."""

    words: str
    url: str


def troubles(user: AbstractUser) -> list[Trouble]:
    """What `user` may see and should look at. At most seven queries."""
    found = _of_settings() if user.is_superuser else []
    if policy.may(user, "view", OutsideAddress) and (count := missed().count()):
        links = "1 link on our pages no longer works."
        if count > 1:
            links = f"{count:,} links on our pages no longer work."
        url = reverse("admin:core_outsideaddress_changelist")
        found.append(Trouble(links, f"{url}?health__exact=dead&cited=public"))
    if policy.may(user, "view", CitedChange):
        texts = changes.to_look_at().values("link__source_type", "link__source_id").distinct()
        if count := texts.order_by().count():
            cite = "1 text links to" if count == 1 else f"{count} texts link to"
            found.append(
                Trouble(
                    f"{cite} something that has changed since the last review.",
                    reverse("admin:core_citedchange_changelist"),
                )
            )
    if policy.may(user, "view", OutgoingMail):
        lost = OutgoingMail.objects.filter(sent_at=None, failed_at__gt=timezone.now() - LATELY)
        lost = lost.exclude(error__startswith=NO_LONGER_DUE)
        if count := lost.count():
            mails = "1 email" if count == 1 else f"{count} emails"
            url = reverse("admin:core_outgoingmail_changelist")
            found.append(
                Trouble(f"{mails} could not be sent in the last week.", f"{url}?state=given-up")
            )
    found += _of_registrants(user)
    if policy.may(user, "view", VideoPlace):
        count = VideoPlace.objects.filter(failed_at__gt=timezone.now() - LATELY).count()
        if count:
            places = "1 video service registration"
            if count > 1:
                places = f"{count} video service registrations"
            url = reverse("admin:events_videoplace_changelist")
            found.append(Trouble(f"{places} failed recently.", f"{url}?state=given-up"))
    if policy.may(user, "view", SweepRun):
        found += [
            Trouble(
                f"A background task is failing: “{run.title}” failed {run.failures} times "
                "in a row.",
                reverse("admin:core_sweeprun_change", args=[run.pk]),
            )
            for run in SweepRun.objects.filter(failures__gte=OFTEN).defer("error")
        ]
    return found


def _of_settings() -> list[Trouble]:
    return [
        Trouble(
            f"{required_roles.words_about(role)} Because of this, nobody is required to use a "
            "second factor.",
            reverse("admin:auth_group_changelist"),
        )
        for role in required_roles.unknown()
    ]


def _of_registrants(user: AbstractUser) -> list[Trouble]:
    if not policy.may(user, "change", Registration) or not (count := upcoming().count()):
        return []
    words = "1 person who registered for an upcoming event did not get our last email."
    if count > 1:
        words = f"{count:,} people who registered for upcoming events did not get our last email."
    url = reverse("admin:events_registration_changelist")
    return [Trouble(words, f"{url}?undelivered=upcoming")]
