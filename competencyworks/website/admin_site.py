"""The admin site: Django's own, with our name, and a front page that shows what waits."""

from django.contrib import admin
from django.contrib.admin.apps import AdminConfig
from django.http import HttpRequest


class SiteAdminConfig(AdminConfig):
    default_site = "competencyworks.website.admin_site.SiteAdmin"


class SiteAdmin(admin.AdminSite):
    site_header = "CompetencyWorks"
    site_title = "CompetencyWorks"
    index_title = "Today"
    site_url = "/"

    def index(self, request: HttpRequest, extra_context=None):
        from .dashboard import waiting

        extra = {"waiting": waiting(request.user), **(extra_context or {})}
        return super().index(request, extra)
