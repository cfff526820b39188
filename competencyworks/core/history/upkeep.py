"""What the worker does for working copies: puts those in public whose moment has come."""

import logging

from django.contrib import admin
from django.db import InterfaceError, OperationalError, models, transaction
from django.urls import reverse
from django.utils import timezone

from ..background.sweeps import sweep
from ..mail import outbox
from ..mail.letters import letter
from ..metadata import absolute
from ..models import Revision
from .applying import CannotApply
from .editing import name_of
from .schedule_form import said
from .working import Collides, hold

logger = logging.getLogger(__name__)

A_SLICE = 20


def due() -> models.QuerySet:
    """The working copies that shall be public by now, the longest due first."""
    rows = Revision.objects.filter(state=Revision.State.WORKING, goes_public_at__lte=timezone.now())
    return rows.order_by("goes_public_at", "pk")


@sweep(every=10)
def put_due_copies_in_public() -> bool:
    """Puts working copies in public whose moment has come; tells why where that cannot be."""
    done, failed = 0, None
    for key in list(due().values_list("pk", flat=True)[:A_SLICE]):
        try:
            done += put_in_public(key)
        except (OperationalError, InterfaceError):
            raise
        except Exception as error:  # whatever one raises must not stop the others
            logger.exception("The working copy %s was not put in public.", key)
            failed = error
    if failed:
        raise failed
    return done == A_SLICE


@transaction.atomic
def put_in_public(key: int) -> bool:
    """
    Put the due working copy `key` in public as its button does, or take its moment away and mail
    why. False: it is no longer due, or somebody works on the item, and it stays due.
    """
    copy = due().filter(pk=key).first()
    if copy is None or not hold(copy.content_type_id, copy.object_id, wait=False):
        return False
    model = copy.content_type.model_class()
    rows = model._base_manager.filter(pk=copy.object_id)
    # The item and not the copy: who renames locks first items, then working copies.
    item = rows.select_for_update(skip_locked=True).first()
    if item is None and rows.exists():
        return False
    copy = due().select_related("author", "scheduled_by").filter(pk=key).first()
    if copy is None:  # another worker was faster
        return False
    why, told = _why_not(item), []
    if not why:
        try:
            told = admin.site.get_model_admin(model).release(item, copy.scheduled_by, copy.answer)
        except Collides as error:
            why = f"The published version has been changed in the same places: {error}."
        except CannotApply as error:
            why = f"It cannot be published: {error}"
    if why:
        Revision.objects.filter(pk=key).update(goes_public_at=None, held_back=why[:500])
    if why or told:
        _tell(copy, why, told)
    return True


def _why_not(item: models.Model | None) -> str:
    if item is None:
        return "The item no longer exists."
    if item.trashed_at:
        return "The item is in the trash."
    return "" if item.is_public else "The item itself is no longer public."


def _tell(copy: Revision, why: str, told: list[str]) -> None:
    """One mail to the author, and one to whoever set the moment if that is another."""
    title = copy.content.get("title", "")
    kind = copy.content_type
    url = reverse(f"admin:{kind.app_label}_{kind.model}_change", args=[copy.object_id])
    subject = f"Not published: {title}" if why else f"Published, but not completely: {title}"
    users = {user.pk: user for user in (copy.author, copy.scheduled_by) if user}
    outbox.queue(
        letter(
            "working_copy",
            {
                "title": title,
                "day": said(copy.goes_public_at),
                "why": why,
                "told": told,
                "url": absolute(f"{url}?working=1" if why else url),
            },
            key=f"working-copy-{copy.pk}-{copy.goes_public_at.isoformat()}-{user.pk}",
            to_email=user.email,
            to_name=name_of(user),
            subject=subject,
        )
        for user in users.values()
        if user.email and user.is_active
    )
