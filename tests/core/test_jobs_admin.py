"""Sweeps and tasks in the admin: seen with their state and error, and failed tasks run again."""

import pytest
from django.contrib.auth.models import Permission
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from competencyworks.core.background import sweeps
from competencyworks.core.management.commands.worker import Worker
from competencyworks.core.models import SweepRun
from tests import factories
from tests.core import background_work

pytestmark = pytest.mark.django_db

SWEEPS = "/admin/core/sweeprun/"
TASKS = "/admin/" + DBTaskResult._meta.app_label + "/dbtaskresult/"


def run_all(**more) -> None:
    while Worker(interval=0).run_next_task():
        pass


def test_sweeps_are_listed_by_a_name_for_people_with_state_and_error(root):
    SweepRun.objects.create(
        name="competencyworks.core.mail.sending.send_waiting_mail",
        started_at=factories.ago(seconds=9),
        finished_at=factories.ago(seconds=8),
        failures=4,
        error="Traceback …\n  <b>line</b>\nServerAway: Connection refused\n",
    )
    SweepRun.objects.create(name="gone.with_its.app_code")
    text = root.get(SWEEPS).content.decode()
    assert "Send waiting mail" in text
    assert "Failed 4 times in a row" in text
    assert "ServerAway: Connection refused" in text
    assert "Has not run yet" in text
    name = "competencyworks.core.mail.sending.send_5Fwaiting_5Fmail"
    text = root.get(f"{SWEEPS}{name}/change/").content.decode()
    assert "Send mail for some seconds over one connection" in text
    assert "&lt;b&gt;line&lt;/b&gt;" in text
    text = root.get(f"{SWEEPS}gone.with_5Fits.app_5Fcode/change/").content.decode()
    assert "Its code has been removed" in text


def test_a_failed_task_shows_its_error_and_runs_again(root, tmp_path, monkeypatch):
    monkeypatch.setenv("WORK_LOG", str(tmp_path / "work"))
    sweeps.discover()
    background_work.fails.enqueue()
    background_work.short.enqueue("done")
    run_all()
    text = root.get(TASKS).content.decode()
    assert "LookupError: as asked" in text
    failed = DBTaskResult.objects.failed().get()
    assert "as asked" in root.get(f"{TASKS}{failed.pk}/change/").content.decode()
    # What made it fail is gone.
    DBTaskResult.objects.filter(pk=failed.pk).update(
        task_path="tests.core.background_work.short", args_kwargs={"args": ["again"], "kwargs": {}}
    )
    everything = list(DBTaskResult.objects.values_list("pk", flat=True))
    answer = root.post(TASKS, {"action": "run_again", "_selected_action": everything}, follow=True)
    assert "1 tasks will run again. 1 did not fail" in answer.content.decode()
    assert DBTaskResult.objects.ready().count() == 1
    run_all()
    whats = [what for what, pid in background_work.told(tmp_path / "work")]
    assert whats == ["done", "again"]
    assert set(DBTaskResult.objects.values_list("status", flat=True)) == {
        TaskResultStatus.SUCCESSFUL
    }


def test_who_may_see_tasks_may_not_yet_run_them(editor):
    def allow(act):
        permission = Permission.objects.get(codename=f"{act}_dbtaskresult")
        editor.user.user_permissions.add(permission)

    task = background_work.fails.enqueue()
    DBTaskResult.objects.update(status=TaskResultStatus.FAILED)
    allow("view")
    assert "Run again" not in editor.get(TASKS).content.decode()
    allow("change")
    editor.post(TASKS, {"action": "run_again", "_selected_action": [task.id]})
    assert DBTaskResult.objects.ready().count() == 1


def test_editors_see_no_jobs(editor):
    assert editor.get(TASKS).status_code == 403
    assert editor.get(SWEEPS).status_code == 403
