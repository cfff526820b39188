"""
Acts on many items at once, which would take longer than a request may.

A room says once what it can do to many items:

    PUBLISH = bulk_acts.register(
        Act("publish", "publish", publish_one, "Publishing", "published")
    )

start() notes which items; the sweep below does the act to one after the other. Each is a
transaction that also notes how it went, so that a worker that is killed leaves none half done, and
the next one goes on where it stopped. Whether the user may do it is asked again for each item.
"""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from time import monotonic

from django.contrib.auth import get_user_model
from django.contrib.auth.models import AbstractUser
from django.contrib.contenttypes.models import ContentType
from django.db import InterfaceError, OperationalError, models, transaction
from django.utils import timezone

from .. import policy
from ..models import BulkAct, BulkActItem
from .sweeps import sweep

logger = logging.getLogger(__name__)

AT_ONCE = 20  # items; more are left to the worker
SLICE = 3.0  # seconds of work, before the worker looks after other things
KEPT = timedelta(days=30)
FAILED = "An error occurred. See the server log for details."


class LeftAsItIs(ValueError):
    """Nothing was done to an item; the message says why, for staff, and names no reader."""


@dataclass(frozen=True)
class Act:
    """
    What can be done to many items. `run` takes the item, the user, the reason that was typed and
    the version that was shown ('' is not told), and raises LeftAsItIs. `permission` is the act in
    the policy.
    """

    name: str
    permission: str
    run: Callable[[models.Model, AbstractUser, str, str], None]
    doing: str
    done: str


registry: dict[str, Act] = {}


def register(act: Act) -> Act:
    registry[act.name] = act
    return act


@transaction.atomic
def start(
    act: Act, model: type[models.Model], seen: Mapping[int, str], *, by, reason: str = ""
) -> BulkAct:
    """Have `act` done to the items with the keys of `seen`, in the order of their keys."""
    bulk_act = BulkAct.objects.create(
        act=act.name,
        content_type=ContentType.objects.get_for_model(model, for_concrete_model=False),
        by=by,
        reason=reason[:400],
    )
    rows = [
        BulkActItem(bulk_act=bulk_act, object_id=pk, seen=seen[pk][:100]) for pk in sorted(seen)
    ]
    BulkActItem.objects.bulk_create(rows)
    return bulk_act


@sweep(every=3)
def do_bulk_actions() -> bool:
    """Does what staff asked to be done to many items: publishes, withdraws, moves to the trash …"""
    end = monotonic() + SLICE
    for bulk_act in BulkAct.objects.filter(finished_at=None).order_by("created_at", "pk"):
        while do_next(bulk_act):
            if monotonic() > end:
                return True
    return False


@transaction.atomic
def do_next(bulk_act: BulkAct) -> bool:
    """Do the act to the next item, and note how it went. False: there is none, it is finished."""
    rows = BulkActItem.objects.filter(bulk_act=bulk_act, handled_at=None)
    row = rows.select_for_update(skip_locked=True).first()
    if row is None:
        if not rows.exists():
            BulkAct.objects.filter(pk=bulk_act.pk).update(finished_at=timezone.now())
        return False
    row.left_because = _why_left(bulk_act, row)[:500]
    row.handled_at = timezone.now()
    row.save(update_fields=["left_because", "handled_at"])
    return True


def _why_left(bulk_act: BulkAct, row: BulkActItem) -> str:
    """Do the act to one item; '' where it was done, or else why not."""
    act, model = registry.get(bulk_act.act), bulk_act.content_type.model_class()
    if act is None or model is None:
        return "This version of the site does not support this action."
    # Read again for each item: somebody may have lost the right meanwhile.
    by = get_user_model().objects.filter(pk=bulk_act.by_id).first()
    item = model._base_manager.filter(pk=row.object_id).first()
    if item is None:
        return "It no longer exists."
    if by is None or not policy.may(by, act.permission, item):
        return "The person who started this is no longer allowed to do it."
    try:
        with transaction.atomic():
            act.run(item, by, bulk_act.reason, row.seen)
    except LeftAsItIs as error:
        return str(error) or "It was not changed."
    except (OperationalError, InterfaceError):
        raise  # the database is lost, or two acts waited for each other: the sweep tries again
    except Exception:  # whatever one item raises must not stop the others
        logger.exception("The bulk action %s failed at an item.", bulk_act.pk)
        return FAILED
    return ""


@sweep(every=24 * 3600)
def forget_old_bulk_actions() -> None:
    """Deletes the notes of finished bulk actions: what they changed has its own history."""
    BulkAct.objects.filter(finished_at__lt=timezone.now() - KEPT).delete()
