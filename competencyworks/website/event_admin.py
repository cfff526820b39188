"""The admin of events, with what the roof adds: a post made of an event and its recording."""

from django import forms
from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from blog.models import Channel
from competencyworks.core import policy
from competencyworks.core.policy_admin import PolicyInline
from events import mailings
from events.admin import EventAdmin
from events.models import Event, Mailing

from . import recordings
from .models import RelatedPost


class PostForm(forms.Form):
    channel = forms.ModelChoiceField(Channel.objects.all(), empty_label=None, label="Blog")
    whom = forms.ChoiceField(
        label="Send a follow-up email to",
        required=False,
        choices=[
            (Mailing.Audience.SEATED, "everybody who had a seat"),
            (Mailing.Audience.ATTENDED, "attendees only"),
            ("", "nobody for now"),
        ],
        initial=Mailing.Audience.SEATED,
        help_text="Includes the recording, slides, and survey. Nobody gets this email twice.",
    )


class RelatedPostInline(PolicyInline, admin.TabularInline):
    model = RelatedPost
    extra = 0
    fields = ["position", "post"]
    autocomplete_fields = ["post"]
    verbose_name_plural = (
        "related posts (if you choose none, the newest posts on the same topics are shown)"
    )


admin.site.unregister(Event)


@admin.register(Event)
class EventWithPostAdmin(EventAdmin):
    change_form_template = "admin/event_with_post_form.html"
    inlines = [*EventAdmin.inlines, RelatedPostInline]

    def get_urls(self):
        page = self.page(
            "<int:pk>/post/", self.post_view, act="make_post", name="events_event_post"
        )
        return [page, *super().get_urls()]

    def render_change_form(self, request, context, *args, obj=None, **kwargs):
        may = obj and obj.is_over and not obj.is_cancelled and self.may(request, "make_post", obj)
        context["post_url"] = self._url("post", obj) if may else ""
        return super().render_change_form(request, context, *args, obj=obj, **kwargs)

    def post_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Asks for blog and recipients, then makes the draft and queues the mails."""
        event = self._event(request, pk)
        if reason := recordings.why_not(event):
            messages.warning(request, reason)
            return HttpResponseRedirect(self._url("change", event))
        form = PostForm(request.POST or None)
        if form.is_valid():
            data = form.cleaned_data
            try:
                made = recordings.make_post(event, data["channel"], data["whom"], request.user)
            except (recordings.NotYet, mailings.NotYet) as error:
                form.add_error(None, str(error))
            else:
                self._say(request, event, made)
                return HttpResponseRedirect(self._after(request, event, made))
        return self._page(
            request, "admin/event_post.html", event, f"A post about “{event}”",
            form=form, post=recordings.post_of(event),
        )  # fmt: skip

    def _say(self, request: HttpRequest, event: Event, made: recordings.Made) -> None:
        words = (
            "A draft was created"
            if made.is_new
            else ("The draft already exists and was not changed")
        )
        mails = (
            "1 email will be sent"
            if made.mails == 1
            else (f"{made.mails or 'no'} emails will be sent")
        )
        messages.success(request, f"{words}; {mails}.")
        if made.is_new or made.mails:
            self.log_change(request, event, f"{words}; {mails}.")

    def _after(self, request: HttpRequest, event: Event, made: recordings.Made) -> str:
        """The post, for whoever may work on it; else the event."""
        if policy.may(request.user, "change", made.post):
            return reverse("admin:blog_post_change", args=[made.post.pk])
        return self._url("change", event)
