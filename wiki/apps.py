from django.apps import AppConfig


class WikiConfig(AppConfig):
    name = "wiki"
    verbose_name = "Wiki"

    def ready(self):
        from .suggesting import letters  # noqa: F401 - looks at mails before they go out
        from .watching import acts, telling  # noqa: F401 - look at mails before they go out
