"""
Outgoing mail, as those see it who look after the site.

Mails hold links that act for their readers (confirm, stop, moderate), so no role has the permission
to see them; a superuser gives `view` and `change` to whom they should be open.
"""

from csp.decorators import csp
from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.html import format_html
from django.views.decorators.clickjacking import xframe_options_sameorigin

from ..models import OutgoingMail
from ..policy_admin import action
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
    search_help_text = "Subject, email address, name, key, or error message"
    date_hierarchy = "created_at"
    list_per_page = 50
    actions = ["try_again_now", "give_up"]
    fieldsets = [
        (None, {"fields": ["stage", "error", "attempts", "due_at", "sent_at", "failed_at"]}),
        ("Email", {"fields": ["to_email", "to_name", "subject", "words", "picture"]}),
        (
            "Technical details",
            {"fields": ["kind", "key", "about", "headers", "created_at", "leased_until"]},
        ),
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

    @admin.display(description="sent or next attempt", ordering="due_at")
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
            return "No HTML part."
        return format_html(
            '<iframe class="cw-mail" sandbox title="The email as HTML" src="{}"></iframe>',
            reverse("admin:core_outgoingmail_html", args=[mail.pk]),
        )

    def get_urls(self):
        view = xframe_options_sameorigin(csp(FRAMED)(self.html_part))
        page = self.page("<int:pk>/html/", view, act="view", name="core_outgoingmail_html")
        return [page, *super().get_urls()]

    def html_part(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The HTML part by itself, for the frame on the mail's page."""
        return HttpResponse(OutgoingMail.objects.get(pk=pk).html)

    @action("send", "Try again now")
    def try_again_now(self, request, rows):
        count = try_again(OutgoingMail.objects.filter(pk__in=rows.values("pk")))
        said = "1 email is" if count == 1 else f"{count} emails are"
        self.message_user(
            request, f"{said} being tried again now. Emails that were sent are not sent again."
        )

    @action("send", "Give up")
    def give_up(self, request, rows):
        mails = OutgoingMail.objects.filter(pk__in=rows.values("pk"))
        count = give_up(mails, f"Given up by {request.user.get_username()}.")
        said = "1 email" if count == 1 else f"{count} emails"
        words = f"{said} will not be sent. To undo this, use “Try again now”."
        self.message_user(request, words, messages.WARNING)
