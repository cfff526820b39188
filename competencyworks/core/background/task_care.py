"""
Keeping the table of tasks honest and small.

A task whose worker was killed would stay 'running' for ever. It is not run again here: tasks do
what a row says is due, and the sweep over those rows finds it again. But staff must see it.
"""

from collections.abc import Iterable
from datetime import timedelta

from django.core.management import call_command
from django.db.models.functions import Now
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from .locks import held
from .sweeps import sweep

# Time for a worker to take the lock of a task after it has claimed it.
GRACE = timedelta(seconds=30)
KEPT_DAYS = {"min_age_days": 7, "failed_min_age_days": 30}


class WorkerDied(Exception):
    """The worker that ran this task was killed, or lost the database, before the end."""


def lock_of(task_id) -> str:
    """Name of the lock that a worker holds while it runs a task."""
    return f"task {task_id}"


@sweep(every=60)
def fail_orphaned_tasks() -> None:
    """Mark tasks as failed that are said to be running, but that no worker holds."""
    claimed = DBTaskResult.objects.running().filter(started_at__lt=Now() - GRACE)
    for task_id in claimed.values_list("pk", flat=True):
        with held(lock_of(task_id)) as nobody_runs_it:
            # Read again: it may have ended between the list and the lock.
            task = DBTaskResult.objects.running().filter(pk=task_id).first()
            if nobody_runs_it and task:
                worker = task.worker_ids[-1] if task.worker_ids else "unknown"
                task.set_failed(WorkerDied(f"{WorkerDied.__doc__} Worker: {worker}"))


def run_again(task_ids: Iterable) -> int:
    """Let the failed among these tasks run once more, now. Returns how many."""
    return (
        DBTaskResult.objects.failed()
        .filter(pk__in=list(task_ids))
        .update(
            status=TaskResultStatus.READY,
            started_at=None,
            finished_at=None,
            run_after=Now(),
            exception_class_path="",
            traceback="",
        )
    )


@sweep(every=24 * 3600)
def prune_task_results() -> None:
    """Delete finished tasks: what they worked on keeps its own record."""
    call_command("prune_db_task_results", queue_name="*", verbosity=0, **KEPT_DAYS)
