"""One run over the addresses that are due, as the command makes it; the worker's is in upkeep."""

import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db.models import Count, Min, QuerySet
from django.utils import timezone

from ..models.links import OutsideAddress, OutsideHost
from ..outside.fetching import FetchError
from . import archive
from .checking import check, cited, claim, due
from .mourning import look_for_copy, without_copy
from .politeness import NotNow

LONGEST_WAIT = timedelta(minutes=2)  # a host that rests for longer is left for the next run
STEP = 0.2  # seconds between two looks for what may be asked


@dataclass
class Report:
    """What came of a run: checks by the health that they found, and what was left."""

    checked: Counter = field(default_factory=Counter)
    put_off: int = 0
    waiting: int = 0
    copies: int = 0
    without_copy: int = 0
    trouble_of_archive: str = ""

    @property
    def count(self) -> int:
        return self.checked.total()

    def text(self) -> str:
        names = dict(OutsideAddress.Health.choices)
        lines = [f"{self.count} addresses checked."]
        lines += [f"  {names[health]}: {count}" for health, count in self.checked.most_common()]
        if self.put_off:
            lines.append(
                f"{self.put_off} postponed: their websites asked for a pause or could "
                "not be reached."
            )
        if self.waiting:
            lines.append(f"{self.waiting} are still due. Run this command again to continue.")
        if self.copies or self.without_copy:
            lines.append(f"Archived copies: {self.copies} found, {self.without_copy} without.")
        if self.trouble_of_archive:
            lines.append(f"The archive could not be used: {self.trouble_of_archive}")
        return "\n".join(lines)


def of_host(rows: QuerySet[OutsideAddress], host: str) -> QuerySet[OutsideAddress]:
    """Those of `rows` on `host`, with or without www.; all of them where it is ''."""
    return rows.filter(host=host.lower().removeprefix("www.")) if host else rows


def make_all_due(host: str = "") -> int:
    """Let all cited addresses be due now, so that a run that is stopped can be taken up again."""
    return of_host(cited(), host).update(next_check_at=timezone.now())


def run(
    report: Report, *, host: str = "", limit: int | None = None, step: Callable[[int], None]
) -> None:
    """
    Check what is due now, at most `limit`, and look for copies of what is dead.

    `report` is filled as it goes, so that it tells of a run that was broken off, too. `step`
    is called with 1 after each address.
    """
    began = timezone.now()
    try:
        while limit is None or report.count + report.put_off < limit:
            row = claim(_due(host, began))
            if row is None:
                if not _worth_waiting(host, began):
                    break
                time.sleep(STEP)
                continue
            verdict = check(row)
            if verdict:
                report.checked[verdict.health] += 1
            elif not OutsideAddress.objects.filter(pk=row.pk, next_check_at__lte=began).exists():
                report.put_off += 1
            else:
                continue  # its host is being asked by another
            step(1)
        _look_for_copies(report, limit)
    finally:
        report.waiting = _due(host, began).count()


def count_due(host: str = "") -> int:
    return _due(host, timezone.now()).count()


def _due(host: str, began: datetime) -> QuerySet[OutsideAddress]:
    return of_host(due(began), host)


def _worth_waiting(host: str, began: datetime) -> bool:
    """Whether the host of something that is due may be asked soon."""
    hosts = _due(host, began).values("host")
    if not hosts:
        return False
    # A host without a row was never asked: another worker is at it now.
    known = OutsideHost.objects.filter(host__in=hosts).aggregate(Min("free_at"), Count("pk"))
    free_at = known["free_at__min"]
    return free_at is None or free_at < timezone.now() + LONGEST_WAIT


def _look_for_copies(report: Report, limit: int | None) -> None:
    if not archive.is_on():
        return
    for row in without_copy()[:limit]:
        try:
            found = look_for_copy(row)
        except (NotNow, archive.ArchiveError, FetchError) as error:
            report.trouble_of_archive = str(error)
            return
        if found:
            report.copies += 1
        else:
            report.without_copy += 1
