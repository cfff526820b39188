"""Staff put mails to registrants into their own words, and see what comes of it."""

from csp.decorators import csp_update
from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.views.decorators.http import require_POST

from competencyworks.core.policy_admin import PolicyAdmin

from . import wording
from .models import MailWording
from .wording_preview import preview

# The mail stands in a frame without scripts, and mails have their styles inline.
STYLES = {"style-src": ["'unsafe-inline'"]}


@admin.register(MailWording)
class MailWordingAdmin(PolicyAdmin):
    list_display = ["kind", "subject"]
    fields = ["kind", "subject", "opening", "closing"]
    change_form_template = "admin/wording_change_form.html"

    def get_changeform_initial_data(self, request):
        """The usual words, to begin with."""
        kind = request.GET.get("kind", "")
        if kind not in wording.USUAL:
            return {}
        subject, opening, closing = wording.usual_texts(kind)
        return {"kind": kind, "subject": subject, "opening": opening, "closing": closing}

    def get_readonly_fields(self, request, obj=None):
        return ["kind"] if obj else []

    def add_view(self, request, form_url="", extra_context=None):
        taken = set(MailWording.objects.values_list("kind", flat=True))
        left = [(kind, usual.label) for kind, usual in wording.USUAL.items() if kind not in taken]
        return super().add_view(request, form_url, {"kinds_left": left, **(extra_context or {})})

    def get_urls(self):
        view = require_POST(csp_update(STYLES)(self.preview_view))
        page = self.page("preview/", view, act="change", name="events_mailwording_preview")
        return [page, *super().get_urls()]

    def preview_view(self, request: HttpRequest) -> HttpResponse:
        """The mail with the words of the form, which need not be saved."""
        kind = request.POST.get("kind", "")
        stored = MailWording.objects.filter(kind=kind).first()
        form = self.get_form(request, stored, change=bool(stored))(request.POST, instance=stored)
        context = {**self.admin_site.each_context(request), "title": "Preview", "opts": self.opts}
        if form.is_valid():
            context["mail"] = preview(form.save(commit=False))
        context["form"] = form
        status = 200 if form.is_valid() else 422
        return TemplateResponse(request, "admin/wording_preview.html", context, status=status)
