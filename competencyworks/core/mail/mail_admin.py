"""
Outgoing mail, as those see it who look after the site.

Mails hold links that act for their readers (confirm, stop, moderate), so no role has the permission
to see them; a superuser gives `view` and `change` to whom they should be open.
"""

from csp.decorators import csp
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import path, reverse
from django.utils.html import format_html
from django.views.decorators.clickjacking import xframe_options_sameorigin

from ..models import OutgoingMail
from ..read_only_admin import ReadOnlyAdmin
from .sending import give_up, try_again

# The HTML part stands in a frame that may load nothing, run nothing and lead nowhere.
FRAMED = {
    "default-src": ["'none'"],
    "style-src": ["'unsafe-inline'"],
    "frame-ancestors": ["'self'"],
    "sandbox": [""],
}


class MailStateFilter(admin.SimpleListFilter):
    title = "state"
    parameter_name = "state"

    def lookups(self, request, model_admin):
        return [("waiting", "Waiting"), ("sent", "Sent"), ("given-up", "Given up")]

    def queryset(self, request, rows):
        match self.value():
            case "waiting":
                return rows.filter(sent_at=None, failed_at=None)
            case "sent":
                return rows.exclude(sent_at=None)
            case "given-up":
                return rows.filter(sent_at=None).exclude(failed_at=None)
        return rows


class OutgoingMailAdmin(ReadOnlyAdmin):
    """What was sent, what waits, what failed and why. To read, and to try again."""

    list_display = ["subject", "to_email", "stage", "attempts", "when", "short_error"]
    list_filter = [MailStateFilter, "kind"]
    search_fields = ["subject", "to_email", "to_name", "key", "error"]
    search_help_text = "Subject, address, name, key or the server's words"
    date_hierarchy = "created_at"
    list_per_page = 50
    actions = ["try_again_now", "give_up"]
    fieldsets = [
        (None, {"fields": ["stage", "error", "attempts", "due_at", "sent_at", "failed_at"]}),
        ("Mail", {"fields": ["to_email", "to_name", "subject", "words", "picture"]}),
        ("For programs", {"fields": ["kind", "key", "headers", "created_at", "leased_until"]}),
    ]

    def get_queryset(self, request):
        rows = super().get_queryset(request)
        if request.resolver_match and request.resolver_match.url_name.endswith("_changelist"):
            return rows.defer("text", "html", "headers")
        return rows

    @admin.display(description="state")
    def stage(self, mail):
        kind = mail.state.lower().replace(" ", "-")
        return format_html('<span class="cw-stage cw-mail-{}">{}</span>', kind, mail.state)

    @admin.display(description="sent, or next try", ordering="due_at")
    def when(self, mail):
        return mail.sent_at or ("–" if mail.failed_at else mail.due_at)

    @admin.display(description="last error", ordering="error")
    def short_error(self, mail):
        return mail.error[:80]

    @admin.display(description="text")
    def words(self, mail):
        return format_html('<pre class="cw-verbatim">{}</pre>', mail.text)

    @admin.display(description="HTML part")
    def picture(self, mail):
        if not mail.html:
            return "It has none."
        return format_html(
            '<iframe class="cw-mail" sandbox title="The mail as HTML" src="{}"></iframe>',
            reverse("admin:core_outgoingmail_html", args=[mail.pk]),
        )

    def get_urls(self):
        view = xframe_options_sameorigin(csp(FRAMED)(self.html_part))
        page = path(
            "<int:pk>/html/", self.admin_site.admin_view(view), name="core_outgoingmail_html"
        )
        return [page, *super().get_urls()]

    def html_part(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The HTML part by itself, for the frame on the mail's page."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        mail = OutgoingMail.objects.filter(pk=pk).first()
        if mail is None:
            raise Http404("no such mail")
        return HttpResponse(mail.html)

    @admin.action(description="Try again now", permissions=["send"])
    def try_again_now(self, request, rows):
        count = try_again(OutgoingMail.objects.filter(pk__in=rows.values("pk")))
        self.message_user(request, f"{count} mails are tried again now; what was sent stays so.")

    @admin.action(description="Give up", permissions=["send"])
    def give_up(self, request, rows):
        mails = OutgoingMail.objects.filter(pk__in=rows.values("pk"))
        count = give_up(mails, f"Given up by {request.user.get_username()}.")
        words = f"{count} mails are not sent any more. “Try again now” takes that back."
        self.message_user(request, words, messages.WARNING)

    def has_send_permission(self, request):
        return request.user.has_perm("core.change_outgoingmail")

    def has_view_permission(self, request, obj=None):
        return request.user.has_perm("core.view_outgoingmail") or self.has_send_permission(request)
