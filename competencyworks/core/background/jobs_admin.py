"""The work in the background, as staff see it: sweeps, and tasks that acts set off."""

import inspect

from django.contrib import admin
from django.utils.html import format_html
from django.utils.module_loading import import_string
from django_tasks import TaskResultStatus

from ..policy_admin import action
from ..read_only_admin import ReadOnlyAdmin
from .task_care import run_again


def verbatim(text: str) -> str:
    return format_html('<pre class="cw-verbatim">{}</pre>', text) if text else "–"


class SweepRunAdmin(ReadOnlyAdmin):
    """What is done again and again: when it last ran, and what went wrong."""

    list_display = ["title", "stage", "started_at", "finished_at", "last_words"]
    list_display_links = ["title"]
    ordering = ["-failures", "name"]
    fields = ["title", "does", "stage", "started_at", "finished_at", "failures", "trace", "name"]

    @admin.display(description="work", ordering="name")
    def title(self, run):
        return run.title

    @admin.display(description="state", ordering="failures")
    def stage(self, run):
        return run.state

    @admin.display(description="last error")
    def last_words(self, run):
        return run.error.strip().rpartition("\n")[2][:120]

    @admin.display(description="what it does")
    def does(self, run):
        try:
            return inspect.getdoc(import_string(run.name)) or "–"
        except ImportError:
            return "Its code has been removed, so it no longer runs."

    @admin.display(description="last error")
    def trace(self, run):
        return verbatim(run.error)


class TaskAdmin(ReadOnlyAdmin):
    """What acts set off: waiting, running, done, failed. A failed one can be run again."""

    list_display = ["name", "status", "enqueued_at", "started_at", "finished_at", "last_words"]
    list_filter = ["status"]
    search_fields = ["task_path", "traceback"]
    ordering = ["-enqueued_at"]
    actions = ["run_again"]
    fields = [
        "name",
        "status",
        "enqueued_at",
        "started_at",
        "finished_at",
        "args_kwargs",
        "worker_ids",
        "trace",
    ]

    @admin.display(description="task", ordering="task_path")
    def name(self, task):
        return task.task_path.rpartition(".")[2].replace("_", " ").capitalize()

    @admin.display(description="error")
    def last_words(self, task):
        return task.traceback.strip().rpartition("\n")[2][:120]

    @admin.display(description="error")
    def trace(self, task):
        return verbatim(task.traceback)

    @action("run", "Run again")
    def run_again(self, request, rows):
        count = run_again(rows.values_list("pk", flat=True))
        others = rows.exclude(status=TaskResultStatus.READY).count()
        words = f"{count} tasks will run again."
        if others:
            words += f" {others} did not fail and were not changed."
        self.message_user(request, words)
