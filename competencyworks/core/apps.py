from django.apps import AppConfig


class CoreConfig(AppConfig):
    name = "competencyworks.core"
    label = "core"
    verbose_name = "People, pictures, topics"
