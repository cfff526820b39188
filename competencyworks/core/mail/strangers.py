"""
Mail to addresses whose owner has proven nothing yet.

Anybody can type another's address into a public form, and any name beside it. So all public forms
together send such an address at most a few mails an hour and a day, until its owner has acted by a
link in a mail (pressed a button: programs that look through mail open links too).

No mail that a form causes directly holds words of whoever filled it in, not even a name, also where
the address is proven: that says nothing of who typed this name. Later mails may hold the name where
this very registration or comment was acted on by its mailed link.

Each share of what may go has its own limit, so that none can use up another's: whoever asks for
links to watch pages in somebody's name must not hold back the mail with that person's seat.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.utils import timezone

from ..background.sweeps import sweep
from ..client_address import hashed, hashes
from ..floods import ATTEMPTS
from ..models import Attempt, ProvenAddress

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@dataclass(frozen=True)
class Share:
    """A part of the mails to one address: as many within a span. `action` names it in floods."""

    action: str
    most: dict[timedelta, int]


# Together at most five an hour and twenty a day.
SEATS = Share("mail.stranger.seat", {HOUR: 2, DAY: 8})  # a new registration's own mail
AGAIN = Share("mail.stranger.again", {HOUR: 1, DAY: 4})  # a registration mailed once more
OTHER = Share("mail.stranger", {HOUR: 2, DAY: 8})  # comments, watches, suggestions
ACTIONS = tuple(share.action for share in (SEATS, AGAIN, OTHER))
# A confirmation that would wait longer is of no use to anybody.
LONGEST_WAIT = DAY
PROVEN_FOR = timedelta(days=730)
# Domains whose mailboxes are the same with and without dots, and the one name of each.
WITHOUT_DOTS = {"gmail.com": "gmail.com", "googlemail.com": "gmail.com"}


def prove(email: str) -> None:
    """Remember that the owner of `email` has acted by a link that was mailed to it."""
    if not email:
        return
    now = timezone.now()
    ProvenAddress.objects.update_or_create(who=hashed(email), defaults={"at": now})


def is_proven(email: str) -> bool:
    return ProvenAddress.objects.filter(who__in=hashes(email)).exists()


def may_go_at(
    email: str, share: Share = OTHER, *, longest_wait: timedelta | None = LONGEST_WAIT
) -> datetime | None:
    """
    When the next mail of `share` may go to `email`: now, or later if many of it have gone to it and
    its owner has proven nothing. The mail is counted; queue it in the same transaction,
    with `due_at`. None, and nothing is counted, where it would wait longer than `longest_wait`
    (None: however long).

    The form's answer must not tell which of these it was.
    """
    now = timezone.now()
    if is_proven(email):
        return now
    who = hashed(mailbox(email))
    with transaction.atomic(savepoint=False):
        with connection.cursor() as cursor:
            # One after the other, so that forms sent at once are counted.
            name = f"{share.action} {who}"
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [name])
        counted = Attempt.objects.filter(action=share.action, who=who).order_by("-at")
        moments = list(counted.values_list("at", flat=True)[: max(share.most.values())])
        due = now
        for span, most in share.most.items():
            if len(moments) >= most:
                # Once the mail that stands at the limit has left the span, there is room.
                due = max(due, moments[most - 1] + span)
        if longest_wait is not None and due - now > longest_wait:
            return None
        ATTEMPTS.add(Attempt(action=share.action, who=who, at=due))
    return due


def mailbox(email: str) -> str:
    """
    One spelling for the addresses of one mailbox, for counting alone: without a tag ('+news') and,
    for Google's mail, without dots. Two people who would share a spelling share a limit, not more.
    """
    local, at, domain = email.strip().lower().rpartition("@")
    local = local.partition("+")[0] or local  # of '+ann' nothing would be left
    if domain in WITHOUT_DOTS:
        local, domain = local.replace(".", "") or local, WITHOUT_DOTS[domain]
    return f"{local}{at}{domain}"


@sweep(every=24 * 3600)
def forget_old_proofs() -> None:
    """Forget that an address was proven when nothing was done by a link for two years."""
    ProvenAddress.objects.filter(at__lt=timezone.now() - PROVEN_FOR).delete()
