"""The worker, as a process beside the test."""

import signal
import time
from datetime import timedelta
from uuid import UUID

import pytest
from django.db import connection
from django.utils import timezone
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from competencyworks.core.background.locks import held
from competencyworks.core.background.task_care import fail_orphaned_tasks, prune_task_results
from competencyworks.core.models import SweepRun
from tests.core import background_work
from tests.core.background_work import told
from tests.core.workers import wait_for

pytestmark = pytest.mark.django_db(transaction=True)


def sweep_name(function: str) -> str:
    return f"tests.core.background_work._{function}.<locals>.{function}"


def make_old(task_id: str) -> None:
    """Let a task look as if it had been started some minutes ago."""
    DBTaskResult.objects.filter(pk=task_id).update(started_at=timezone.now() - timedelta(minutes=5))


# --- Tasks --------------------------------------------------------------------------------


def test_once_runs_all_that_is_ready_and_what_comes_of_it(workers):
    background_work.set_off_another.enqueue()
    background_work.fails.enqueue()
    background_work.short.using(run_after=timezone.now() + timedelta(hours=1)).enqueue("later")
    workers.once()
    assert workers.whats() == ["first", "second"]
    assert DBTaskResult.objects.successful().count() == 2
    assert "LookupError: as asked" in DBTaskResult.objects.failed().get().traceback


def test_signal_lets_the_current_task_end_and_no_other_start(workers):
    background_work.long.enqueue(0.5)
    background_work.short.enqueue("next")
    worker = workers.start()
    wait_for(lambda: workers.whats() == ["long-starts"])
    worker.terminate()
    assert worker.wait(10) == 0
    assert workers.whats() == ["long-starts", "long-ends"]
    assert DBTaskResult.objects.successful().count() == 1
    assert DBTaskResult.objects.ready().count() == 1


def test_signal_ends_an_idle_worker_soon(workers):
    worker = workers.start("--interval", "60")
    wait_for(lambda: "started" in workers.logged())
    time.sleep(0.3)  # into its pause
    worker.send_signal(signal.SIGINT)
    assert worker.wait(5) == 0


def test_task_of_a_killed_worker_is_marked_failed(workers):
    task = background_work.long.enqueue(60)
    worker = workers.start()
    wait_for(lambda: workers.whats() == ["long-starts"])
    worker.kill()
    worker.wait()
    assert DBTaskResult.objects.running().count() == 1
    make_old(task.id)
    workers.once()
    result = DBTaskResult.objects.failed().get()
    assert result.exception_class_path == "competencyworks.core.background.task_care.WorkerDied"
    assert f":{worker.pid}:" in result.traceback


def test_task_of_a_living_worker_is_left_alone(workers):
    task = background_work.long.enqueue(60)
    workers.start()
    wait_for(lambda: workers.whats() == ["long-starts"])
    make_old(task.id)
    SweepRun.objects.all().delete()  # so that the sweep over tasks is due
    workers.once()
    assert SweepRun.objects.get(name__endswith="fail_orphaned_tasks").finished_at
    assert DBTaskResult.objects.running().count() == 1


def test_old_results_are_deleted():
    for age in (1, 8, 40):
        past = timezone.now() - timedelta(days=age)
        for status in (TaskResultStatus.SUCCESSFUL, TaskResultStatus.FAILED):
            task = background_work.short.enqueue("any")
            rows = DBTaskResult.objects.filter(pk=task.id)
            rows.update(status=status, finished_at=past)
    prune_task_results()
    assert DBTaskResult.objects.successful().count() == 1
    assert DBTaskResult.objects.failed().count() == 2


# --- Sweeps -------------------------------------------------------------------------------


def test_workers_side_by_side_never_run_one_sweep_at_the_same_time(workers):
    both = [workers.start("--interval", "0.01", sweeps="exclusive") for _ in range(2)]

    def both_took_part() -> bool:
        runs = told(workers.work)
        return len(runs) > 20 and {pid for what, pid in runs} == {each.pid for each in both}

    wait_for(both_took_part)
    for worker in both:
        worker.terminate()
    for worker in both:
        assert worker.wait(10) == 0
    runs = told(workers.work)
    assert [what for what, pid in runs] == ["sweep-starts", "sweep-ends"] * (len(runs) // 2)
    assert all(start[1] == end[1] for start, end in zip(runs[::2], runs[1::2], strict=True))


def test_sweep_of_a_killed_worker_goes_on_elsewhere(workers):
    worker = workers.start(sweeps="stuck")
    wait_for(lambda: workers.whats() == ["stuck"])
    with held(f"sweep {sweep_name('stuck')}") as free:
        assert not free
    worker.kill()
    worker.wait()
    other = workers.start(sweeps="stuck", UNSTUCK="1")
    wait_for(lambda: ("stuck", other.pid) in told(workers.work))


def test_signal_stops_between_two_slices_of_a_sweep(workers):
    worker = workers.start(sweeps="sliced")
    wait_for(lambda: len(workers.whats()) >= 3)
    worker.terminate()
    assert worker.wait(10) == 0
    run = SweepRun.objects.get(name=sweep_name("sliced"))
    assert run.more_waits
    assert run.finished_at >= run.started_at


def test_signal_during_a_sweep_lets_no_other_start(workers):
    assert workers.start(sweeps="signals zealous").wait(20) == 0
    assert workers.whats() == ["signals"]


def test_tasks_have_their_turn_between_slices(workers):
    workers.start(sweeps="sliced")
    wait_for(lambda: "slice" in workers.whats())
    background_work.short.enqueue("task")
    wait_for(lambda: "task" in workers.whats())


# --- The database goes away ---------------------------------------------------------------


def end_connections_of_others() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            " AND backend_type = 'client backend'"
        )


def allow_connections(allowed: bool) -> None:
    name = connection.ops.quote_name(connection.settings_dict["NAME"])
    with connection._nodb_cursor() as cursor:  # refused to whoever is in that database
        cursor.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS {allowed}")


def test_worker_outlives_the_loss_of_the_database(workers):
    worker = workers.start("--interval", "0.2")
    background_work.short.enqueue("before")
    wait_for(lambda: "before" in workers.whats())
    allow_connections(False)
    try:
        end_connections_of_others()
        wait_for(lambda: workers.logged().count("No database") >= 2)
        assert worker.poll() is None
    finally:
        allow_connections(True)
    background_work.short.enqueue("after")
    wait_for(lambda: "after" in workers.whats())
    wait_for(lambda: "The database is back." in workers.logged())
    worker.terminate()
    assert worker.wait(10) == 0


def test_task_during_which_the_database_was_lost_is_marked_failed(workers):
    task = background_work.long.enqueue(0.5)
    worker = workers.start("--interval", "0.1")
    wait_for(lambda: workers.whats() == ["long-starts"])
    end_connections_of_others()
    background_work.short.enqueue("next")
    wait_for(lambda: "next" in workers.whats())
    assert worker.poll() is None
    # Its worker, alive, could not write the result down, and holds its lock no more.
    assert DBTaskResult.objects.running().filter(pk=task.id).exists()
    make_old(task.id)
    fail_orphaned_tasks()
    assert DBTaskResult.objects.failed().get().pk == UUID(task.id)
