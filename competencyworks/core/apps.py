import logging

from django.apps import AppConfig
from django.conf import settings
from django.db.models.signals import pre_save
from django_tasks_db.apps import TasksAppConfig
from taggit.apps import TaggitAppConfig


class CoreConfig(AppConfig):
    name = "competencyworks.core"
    label = "core"
    verbose_name = "People, pictures, and topics"

    def ready(self):
        from .discussion import announcing, answering, confirming  # noqa: F401 - look at mails
        from .mail import strangers  # noqa: F401 - a sweep of the worker

        # Python's own warnings too are records of the log.
        logging.captureWarnings(True)
        if settings.SENTRY_DSN:
            from .fault_reports import start  # not read where reports are off

            start(settings.SENTRY_DSN, settings.MODE)


class TagsConfig(TaggitAppConfig):
    """taggit, under the name that staff know it by."""

    verbose_name = "Tags"

    def ready(self):
        from .taxonomy.tag_names import give_slug, keep_address

        super().ready()
        pre_save.connect(give_slug, sender="taggit.Tag", dispatch_uid="give_slug")
        pre_save.connect(keep_address, sender="taggit.Tag", dispatch_uid="keep_address")


class TasksConfig(TasksAppConfig):
    """The queue of tasks, under a name that says what it is to staff."""

    verbose_name = "Background tasks"
