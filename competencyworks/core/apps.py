from django.apps import AppConfig
from django_tasks_db.apps import TasksAppConfig
from taggit.apps import TaggitAppConfig


class CoreConfig(AppConfig):
    name = "competencyworks.core"
    label = "core"
    verbose_name = "People, pictures, topics"

    def ready(self):
        from .discussion import announcing  # noqa: F401 - looks at mails before they go out


class TagsConfig(TaggitAppConfig):
    """taggit, under the name that staff know it by."""

    verbose_name = "Tags"


class TasksConfig(TasksAppConfig):
    """The queue of tasks, under a name that says what it is to staff."""

    verbose_name = "Work that was set off"
