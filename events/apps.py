from django.apps import AppConfig


class EventsConfig(AppConfig):
    name = "events"
    verbose_name = "Events"

    def ready(self):
        from . import mail_checks, mailings, reminders  # noqa: F401 - look at mails that go out
