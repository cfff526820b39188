"""The schedule of sweeps, and the locks under it."""

import contextlib
import logging
from datetime import timedelta

import pytest
from django.utils import timezone

from competencyworks.core.background import sweeps
from competencyworks.core.background.locks import held
from competencyworks.core.models import SweepRun


@pytest.fixture
def registry(db, monkeypatch):
    """An empty registry, which `noted` fills."""
    monkeypatch.setattr(sweeps, "registry", {})
    monkeypatch.setattr(sweeps, "OURS", ())
    monkeypatch.setattr(sweeps, "autodiscover_modules", lambda name: None)


def noted(function, *, every: float) -> str:
    sweeps.sweep(every=every)(function)
    sweeps.discover()
    return f"{function.__module__}.{function.__qualname__}"


def test_new_sweep_is_due_and_then_rests(registry):
    runs = []
    name = noted(lambda: runs.append(1), every=60)
    assert sweeps.due_names() == [name]
    assert sweeps.run_if_due(name)
    assert sweeps.due_names() == []
    assert not sweeps.run_if_due(name)
    assert len(runs) == 1


def test_sweep_is_due_again_when_its_time_has_passed(registry):
    name = noted(lambda: None, every=60)
    sweeps.run_if_due(name)
    rows = SweepRun.objects.filter(name=name)
    rows.update(started_at=timezone.now() - timedelta(seconds=55))
    assert sweeps.due_names() == []
    rows.update(started_at=timezone.now() - timedelta(seconds=65))
    assert sweeps.due_names() == [name]


def test_sweep_that_left_work_over_is_due_at_once(registry):
    left = [True, True, False]
    name = noted(lambda: left.pop(0), every=3600)
    while name in sweeps.due_names():
        sweeps.run_if_due(name)
    assert left == []


def test_sweep_that_fails_amid_its_work_waits_for_its_time(registry):
    results = [True]
    name = noted(lambda: results.pop(), every=3600)
    sweeps.run_if_due(name)
    assert sweeps.due_names() == [name]
    sweeps.run_if_due(name)
    assert "IndexError" in SweepRun.objects.get().error
    assert sweeps.due_names() == []


def test_sweep_that_waits_longest_is_first(registry):
    def one():
        pass

    def two():
        pass

    first, second = noted(one, every=60), noted(two, every=60)
    ago = timezone.now() - timedelta(hours=1)
    SweepRun.objects.filter(name=first).update(started_at=ago)
    SweepRun.objects.filter(name=second).update(started_at=ago - timedelta(minutes=1))
    assert sweeps.due_names() == [second, first]


def test_failure_is_logged_and_noted_until_it_succeeds(registry, caplog):
    failing = True

    def sometimes():
        if failing:
            raise LookupError("no such thing")

    name = noted(sometimes, every=0)
    for times in (1, 2):
        with caplog.at_level(logging.ERROR):
            assert sweeps.run_if_due(name)
        run = SweepRun.objects.get()
        assert run.failures == times
        assert "LookupError: no such thing" in run.error
        assert caplog.records[-1].exc_info
    failing = False
    sweeps.run_if_due(name)
    run = SweepRun.objects.get()
    assert (run.failures, run.error) == (0, "")


def test_sweep_does_not_run_while_another_holds_it(registry):
    runs = []
    name = noted(lambda: runs.append(1), every=0)
    with held(f"sweep {name}") as mine:
        assert mine
        assert not sweeps.run_if_due(name)
    assert runs == []
    assert sweeps.run_if_due(name)


def test_lock_is_free_after_the_block_and_after_an_error(db):
    with contextlib.suppress(LookupError), held("some work") as got:
        assert got
        raise LookupError
    with held("some work") as got, held("other work") as other:
        assert got
        assert other


def test_last_seen_is_when_a_sweep_last_ended(registry):
    assert sweeps.last_seen() is None
    sweeps.run_if_due(noted(lambda: None, every=60))
    assert timezone.now() - sweeps.last_seen() < timedelta(seconds=10)


def test_a_schedule_without_its_sweep_is_ignored(registry):
    SweepRun.objects.create(name="gone.with.its.app")
    assert sweeps.due_names() == []


def test_sweep_that_keeps_failing_waits_twice_as_long_each_time_up_to_a_minute(registry):
    def broken():
        raise LookupError

    name = noted(broken, every=4)
    rows = SweepRun.objects.filter(name=name)
    for failures, pause in enumerate([4, 8, 16, 32, 32, 32]):
        rows.update(failures=failures, started_at=timezone.now() - timedelta(seconds=pause - 1))
        assert sweeps.due_names() == [], failures
        rows.update(started_at=timezone.now() - timedelta(seconds=pause + 1))
        assert sweeps.due_names() == [name], failures


def test_sweep_that_claims_rows_may_run_beside_itself(registry):
    runs = []

    def claiming():
        runs.append("starts")
        if len(runs) == 1:
            assert sweeps.run_if_due(name)  # as another worker would
        return len(runs) == 2

    sweeps.sweep(every=3600, side_by_side=True)(claiming)
    sweeps.discover()
    name = f"{claiming.__module__}.{claiming.__qualname__}"
    SweepRun.objects.update(more_waits=True)
    assert sweeps.run_if_due(name)
    assert runs == ["starts", "starts"]
