from django.contrib import admin

from competencyworks.core.publishable_admin import PublishableAdmin

from .models import Resource
from .pages.admin import WikiPageAdmin

__all__ = ["WikiPageAdmin"]


@admin.register(Resource)
class ResourceAdmin(PublishableAdmin):
    publish_permission = "wiki.publish_resource"
    exclude = ["grades", "audience"]
