"""The admin site: Django's own, with our name, and a front page that shows what waits."""

from django.contrib import admin
from django.contrib.admin.apps import AdminConfig
from django.http import HttpRequest, HttpResponse
from django.urls import path


class SiteAdminConfig(AdminConfig):
    default_site = "competencyworks.website.admin_site.SiteAdmin"


class SiteAdmin(admin.AdminSite):
    site_header = "CompetencyWorks"
    site_title = "CompetencyWorks"
    index_title = "Today"
    site_url = "/"

    def index(self, request: HttpRequest, extra_context=None):
        # Models can be imported only once all apps are there, which they are not above.
        from .comment_queue import comment_queue
        from .dashboard import waiting, worker_is_away
        from .due import due_for_review
        from .suggestion_queue import suggestion_queue
        from .troubles import troubles

        extra = {
            "comment_queue": comment_queue(request.user),
            "suggestion_queue": suggestion_queue(request.user),
            "due": due_for_review(request.user),
            "waiting": waiting(request.user),
            "worker_is_away": worker_is_away(),
            "troubles": troubles(request.user),
        }
        extra |= extra_context or {}
        return super().index(request, extra)

    def get_urls(self):
        from competencyworks.core.links.citing_admin import citing_urls

        page = path("personal-data/", self.admin_view(self.personal_data), name="personal_data")
        return [page, *citing_urls(self), *super().get_urls()]

    def personal_data(self, request: HttpRequest) -> HttpResponse:
        """What is held of a person: see, download, erase."""
        from .personal_data import personal_data

        return personal_data(request, self.each_context(request))
