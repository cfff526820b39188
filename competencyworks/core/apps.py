from django.apps import AppConfig
from taggit.apps import TaggitAppConfig


class CoreConfig(AppConfig):
    name = "competencyworks.core"
    label = "core"
    verbose_name = "People, pictures, topics"


class TagsConfig(TaggitAppConfig):
    """taggit, under the name that staff know it by."""

    verbose_name = "Tags"
