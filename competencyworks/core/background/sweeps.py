"""
Work that is done again and again in the background, and who does it when.

The truth of what is due lives in rows: an unsent mail, a picture without renditions, a link to
check. A sweep looks for such rows and does one slice of the work; what a worker dropped when it
died is found by the next. An app writes its sweeps in a module `sweeps.py`:

    @sweep(every=60)
    def send_waiting_mail() -> bool:
        "Sends up to fifty mails; True if more wait."

A slice should take seconds: between two of them the worker looks after tasks and other sweeps, and
stops when it is told to. A sweep must do no harm when it runs twice.
"""

import importlib
import logging
import math
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import DurationField, ExpressionWrapper, F, Max, Q, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import Least, Now, Power
from django.utils.module_loading import autodiscover_modules

from ..models import SweepRun
from .locks import held

logger = logging.getLogger(__name__)

OURS = (
    "competencyworks.core.background.bulk_acts",
    "competencyworks.core.background.task_care",
    "competencyworks.core.discussion.upkeep",
    "competencyworks.core.history.upkeep",
    "competencyworks.core.links.upkeep",
    "competencyworks.core.mail.sending",
    "competencyworks.core.pictures.renditions",
)
LONGEST_PAUSE = 60  # seconds that failures alone may make a sweep wait


@dataclass(frozen=True)
class Sweep:
    """A registered sweep: its full name, the function, and the time between its starts."""

    name: str
    run: Callable[[], bool | None]
    every: timedelta
    side_by_side: bool = False

    @property
    def pause(self) -> Combinable | timedelta:
        """Time between two starts: twice as long after each failure in a row, to LONGEST_PAUSE."""
        seconds = self.every.total_seconds()
        if not 0 < seconds < LONGEST_PAUSE:
            return self.every
        doublings = Least(F("failures"), Value(int(math.log2(LONGEST_PAUSE / seconds))))
        return ExpressionWrapper(
            Value(self.every, DurationField()) * Power(2.0, doublings), DurationField()
        )


registry: dict[str, Sweep] = {}


def sweep(*, every: float, side_by_side: bool = False) -> Callable:
    """
    Register a function to be run by the worker `every` so many seconds.

    It takes nothing and returns True if it should run again without waiting, because it
    left work over. With `side_by_side` several workers may run it at the same time: it claims
    the rows that it works on.
    """

    def register(function: Callable[[], bool | None]) -> Callable[[], bool | None]:
        name = f"{function.__module__}.{function.__qualname__}"
        registry[name] = Sweep(name, function, timedelta(seconds=every), side_by_side)
        return function

    return register


def discover() -> None:
    """Import the sweeps of all apps, and note new ones in the schedule."""
    for module in OURS:
        importlib.import_module(module)
    autodiscover_modules("sweeps")
    SweepRun.objects.bulk_create([SweepRun(name=name) for name in registry], ignore_conflicts=True)


def due_names() -> list[str]:
    """
    Names of the sweeps that are due, the longest waiting first.

    The database's clock decides, so that it does not matter if those of the workers differ.
    """
    due = Q()
    for each in registry.values():
        due |= Q(name=each.name, started_at__lte=Now() - each.pause)
    rows = SweepRun.objects.filter(name__in=registry).filter(
        Q(started_at=None) | Q(more_waits=True) | due
    )
    order = (F("started_at").asc(nulls_first=True), "name")
    return list(rows.order_by(*order).values_list("name", flat=True))


def run_if_due(name: str) -> bool:
    """
    Run one slice of the sweep `name`, unless it is no longer due, or running elsewhere and not
    made for that.

    Tells whether it ran. What the sweep raises is logged and noted in its row. Raises
    django.db.OperationalError or InterfaceError if the database is lost.
    """
    if registry[name].side_by_side:
        return _run_if_due(name)
    with held(f"sweep {name}") as mine:
        return mine and _run_if_due(name)


def _run_if_due(name: str) -> bool:
    if name not in due_names():
        return False
    # While work is left over, another worker may join where that is allowed.
    start = {} if registry[name].side_by_side else {"more_waits": False}
    SweepRun.objects.filter(name=name).update(started_at=Now(), **start)
    try:
        more = bool(registry[name].run())
    except Exception:  # whatever one sweep raises must not stop the others
        logger.exception("The sweep %s failed.", name)
        _note(name, failures=F("failures") + 1, error=traceback.format_exc(), more_waits=False)
    else:
        _note(name, failures=0, error="", more_waits=more)
    return True


def _note(name: str, **fields) -> None:
    SweepRun.objects.filter(name=name).update(finished_at=Now(), **fields)


def last_seen() -> datetime | None:
    """When a worker last finished a sweep: some are due each minute, so it was running then."""
    return SweepRun.objects.aggregate(latest=Max("finished_at"))["latest"]
