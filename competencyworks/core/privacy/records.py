"""Records of the site's own work: tasks, sweeps, the admin's log."""

from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db.models import Model, QuerySet
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from ..models import Comment, Person, SweepRun
from .erasure import NAME_REMOVED, Erasure, naming
from .registry import Holder, holder

TASK_PARTS = ("args_kwargs", "return_value", "traceback")


@holder("tasks")
class Tasks(Holder):
    """Tasks of the worker that name the address. They are deleted, and do not run."""

    def export(self, email):
        return [
            {"task": row.task_path, "status": row.status, "set_off_at": row.enqueued_at.isoformat()}
            for row in DBTaskResult.objects.filter(naming(email, *TASK_PARTS))
        ]

    def erase(self, erasure):
        rows = DBTaskResult.objects.filter(naming(erasure.email, *TASK_PARTS))
        count = rows.exclude(status=TaskResultStatus.RUNNING).delete()[0]
        # A running one is in its worker's hands, which will write its end into the row.
        count += erasure.scrub(DBTaskResult.objects.running(), *TASK_PARTS)
        return count + erasure.scrub(SweepRun.objects.all(), "error")


@holder("log")
class Log(Holder):
    """The log of what staff did in the admin, where it names the person."""

    def export(self, email):
        rows = LogEntry.objects.filter(naming(email, "object_repr", "change_message"))
        return [
            {"at": row.action_time.isoformat(), "of": row.object_repr}
            for row in rows | self._of(Comment, email)
        ]

    def erase(self, erasure: Erasure) -> int:
        # It calls a comment by its writer's name.
        count = self._of(Comment, erasure.email).update(object_repr=NAME_REMOVED)
        about = self._of(Comment, erasure.email)
        if erasure.profile:
            count += self._of(Person, erasure.email).update(object_repr=NAME_REMOVED)
            about |= self._of(Person, erasure.email)
        erasure.scrub(about, "change_message", names=True)
        return count + erasure.scrub(LogEntry.objects.all(), "object_repr", "change_message")

    def _of(self, model: type[Model], email: str) -> QuerySet[LogEntry]:
        """The entries of the comments or profiles with this address."""
        pks = model.objects.filter(email__iexact=email).values_list("pk", flat=True)
        kind = ContentType.objects.get_for_model(model)
        return LogEntry.objects.filter(content_type=kind, object_id__in=[str(pk) for pk in pks])
