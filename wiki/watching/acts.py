"""
Beginning, confirming and ending a watch. Nobody learns by the form whether an address watches
anything: the answer is the same.
"""

from datetime import timedelta

from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.utils import timezone

from competencyworks.core import floods, revisions
from competencyworks.core.client_address import hashed, network_of
from competencyworks.core.discussion import bans
from competencyworks.core.mail import outbox, strangers
from competencyworks.core.mail.letters import letter
from competencyworks.core.mail.sending import checked
from competencyworks.core.metadata import absolute
from competencyworks.core.models import OutgoingMail
from competencyworks.core.prepared import asked_together

from ..models import Resource, Watch, WikiPage
from . import proofs

Item = WikiPage | Resource
ACTION = "wiki.watch"
KIND = "watch_confirm"
CONFIRMED_OR_ENDED = "it was confirmed, or ended."
NOT_PUBLIC = "what is watched is no longer public."
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
OF_A_NETWORK = {HOUR: 60, DAY: 200}
MAILS_A_DAY = 5  # that ask one address to confirm, whatever it is to watch
UNCONFIRMED = timedelta(days=7)
A_SLICE = 500


class TooMany(ValueError):
    """So many forms have come from a network that this one is not taken; for its sender."""


def ask(item: Item, email: str, address: str) -> None:
    """
    Mail `email` the link by which it begins to watch `item`; the form came from the IP `address`.

    An address that watches it already, that is banned or that was asked five times today gets no
    mail. Raises TooMany.
    """
    network = hashed(network_of(address)) if address else ""
    mailbox = hashed(email)
    for span, most in OF_A_NETWORK.items():
        if network and floods.counts(ACTION, span, network)[network] >= most:
            raise TooMany("You have sent this form many times recently. Please try again later.")
    answers = asked_together(bans.questions(email, address, network))
    is_banned = bans.is_banned(answers, address)
    with transaction.atomic():
        asked = floods.counts(ACTION, DAY, mailbox)[mailbox]
        floods.note(ACTION, network, mailbox)
        if is_banned:
            return
        kind = ContentType.objects.get_for_model(item)
        watch, _ = Watch.objects.get_or_create(content_type=kind, object_id=item.pk, email=email)
        if watch.confirmed_at is None and asked < MAILS_A_DAY:
            due_at = strangers.may_go_at(email)
            if due_at is None:
                return
            mail = letter(
                KIND,
                {"title": item.title, "url": absolute(proofs.confirm_path(watch))},
                key=f"watch-{watch.pk}-confirm-{asked + 1}-{timezone.now():%Y%m%d%H%M}",
                to_email=email,
                subject=f"Watch “{item.title}”?",
                due_at=due_at,
            )
            outbox.queue([mail])


@checked(KIND)
def look(mail: OutgoingMail) -> str | None:
    """Whether there still is something to confirm."""
    watch = Watch.objects.filter(pk=mail.about.rpartition("-")[2], email=mail.to_email).first()
    if watch is None or watch.confirmed_at is not None:
        return CONFIRMED_OR_ENDED
    return None if watch.item is not None and watch.item.is_public else NOT_PUBLIC


@transaction.atomic
def confirm(key: int) -> Watch | None:
    """Begin with what changes from now on; None if the watch is gone. Again: nothing changes."""
    watch = Watch.objects.select_for_update(of=("self",)).filter(pk=key).first()
    if watch is None or watch.confirmed_at is not None:
        return watch
    strangers.prove(watch.email)
    watch.confirmed_at = timezone.now()
    if watch.item is not None:
        newest = revisions.history(watch.item).values_list("number", flat=True).first()
        watch.told_number = newest or 0
    watch.save(update_fields=["confirmed_at", "told_number"])
    return watch


def stop(key: int) -> None:
    """End a watch, and forget the address. Again: nothing changes."""
    Watch.objects.filter(pk=key).delete()


def forget_unconfirmed() -> bool:
    """Delete what nobody confirmed within a week. True if more is left."""
    old = Watch.objects.filter(confirmed_at=None, created_at__lt=timezone.now() - UNCONFIRMED)
    keys = list(old.values_list("pk", flat=True)[:A_SLICE])
    Watch.objects.filter(pk__in=keys, confirmed_at=None).delete()
    return len(keys) == A_SLICE
