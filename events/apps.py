from django.apps import AppConfig


class EventsConfig(AppConfig):
    name = "events"
    verbose_name = "Events"

    def ready(self):
        from . import mailings, reminders  # noqa: F401 - look at mails before they go out
