from django.apps import AppConfig


class WebsiteConfig(AppConfig):
    name = "competencyworks.website"
    label = "website"
    verbose_name = "Website"

    def ready(self) -> None:
        from . import taken_up  # noqa: F401 - registers itself, once there are models
