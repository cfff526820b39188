"""The admin site: Django's own, with our name, and a front page that shows what waits."""

from django.contrib import admin
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.contrib.contenttypes.models import ContentType
from django.contrib.contenttypes.views import shortcut
from django.core.exceptions import ValidationError
from django.db import models
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import urlencode

from competencyworks.accounts.activity import recent_actions
from competencyworks.accounts.gate import fresh_where_needed
from competencyworks.accounts.invitation_views import invite
from competencyworks.core import policy
from competencyworks.core.bulk_actions import recent as recent_bulk_acts
from competencyworks.core.kept_words import confirms_saving
from competencyworks.core.links.citing_admin import citing_urls
from competencyworks.core.policy_admin import PolicyAdmin, site_page

from .comment_queue import comment_queue
from .dashboard import waiting, worker_is_away
from .due import due_for_review
from .event_desk import event_desk
from .personal_data import personal_data
from .suggestion_queue import suggestion_queue
from .troubles import troubles


class SiteAdmin(admin.AdminSite):
    site_header = "CompetencyWorks"
    site_title = "CompetencyWorks"
    index_title = "Today"
    site_url = "/"

    def register(self, model_or_iterable, admin_class=None, **options):
        """Register no admin that does not ask the policy: those of other packages are wrapped."""
        admin_class = admin_class or PolicyAdmin
        if not issubclass(admin_class, PolicyAdmin):
            admin_class = type(admin_class.__name__, (PolicyAdmin, admin_class), {})
        super().register(model_or_iterable, admin_class, **options)

    def index(self, request: HttpRequest, extra_context=None):
        extra = {
            "comment_queue": comment_queue(request.user),
            "suggestion_queue": suggestion_queue(request.user),
            "event_desk": event_desk(request.user),
            "due": due_for_review(request.user),
            "waiting": waiting(request.user),
            "worker_is_away": worker_is_away(),
            "troubles": troubles(request.user),
            "bulk_acts": recent_bulk_acts(request.user),
            "recent": recent_actions(request.user),
        }
        extra |= extra_context or {}
        return super().index(request, extra)

    def admin_view(self, view, cacheable=False):
        """
        Some pages ask for a password given just now (accounts.gate.FRESH_PAGES); every one tells
        the browser when it saved, so that what was typed need not be kept (core.kept_words).
        """
        return super().admin_view(fresh_where_needed(confirms_saving(view)), cacheable)

    def get_urls(self):
        pages = [
            ("invite/", invite, "admin.invite", "invite_colleague"),
            ("personal-data/", self.personal_data, "admin.personal_data", "personal_data"),
            # In place of Django's, which tells the address of any object to any member of staff.
            (
                "r/<path:content_type_id>/<path:object_id>/",
                self.view_on_site,
                "admin.index",
                "view_on_site",
            ),
        ]
        own = [
            site_page(self, route, view, kind=kind, name=name) for route, view, kind, name in pages
        ]
        return [*own, *citing_urls(self), *super().get_urls()]

    def view_on_site(
        self, request: HttpRequest, content_type_id: str, object_id: str
    ) -> HttpResponse:
        """Leads to the public page of an object that the user may see in the admin."""
        item = _object(content_type_id, object_id)
        if item is None or not policy.may(request.user, "view", item):
            raise Http404("no such object")
        return shortcut(request, content_type_id, object_id)

    def login(self, request: HttpRequest, extra_context=None) -> HttpResponse:
        """There is one way in, with waits and second factors; its view stands at this address."""
        query = urlencode({REDIRECT_FIELD_NAME: request.get_full_path()})
        return HttpResponseRedirect(f"{reverse('account_login')}?{query}")

    def password_change(self, request: HttpRequest, extra_context=None) -> HttpResponse:
        return HttpResponseRedirect(reverse("account_change_password"))

    def personal_data(self, request: HttpRequest) -> HttpResponse:
        """What is held of a person: see, download, erase."""
        return personal_data(request, self.each_context(request))


def _object(content_type_id: str, object_id: str) -> models.Model | None:
    try:
        kind = ContentType.objects.filter(pk=content_type_id).first()
        model = kind.model_class() if kind else None
        return model and model._base_manager.filter(pk=object_id).first()
    except (ValueError, ValidationError):  # no key of this kind
        return None
