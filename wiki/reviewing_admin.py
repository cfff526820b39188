"""What the admins of pages and resources have in common: owner, and the day to look again."""

from datetime import date, timedelta

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.widgets import AdminDateWidget
from django.contrib.auth import get_user_model
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.html import format_html

from competencyworks.core.date_fields import DayField
from competencyworks.core.numbers import whole_number

from . import upkeep

SOON = timedelta(days=30)


class DueFilter(admin.SimpleListFilter):
    title = "review"
    parameter_name = "due"

    def lookups(self, request, model_admin):
        return [("now", "Due"), ("soon", "Due in 30 days"), ("never", "No review date")]

    def queryset(self, request, rows):
        today = timezone.localdate()
        match self.value():
            case "now":
                return rows.filter(review_by__lte=today)
            case "soon":
                return rows.filter(review_by__gt=today, review_by__lte=today + SOON)
            case "never":
                return rows.filter(review_by=None)
        return rows


class OwnerFilter(admin.SimpleListFilter):
    title = "owner"
    parameter_name = "owner"

    def lookups(self, request, model_admin):
        return [
            ("me", "Me"),
            *((str(user.pk), _name(user)) for user in _staff()),
            ("none", "Nobody"),
        ]

    def queryset(self, request, rows):
        match self.value():
            case "me":
                return rows.filter(owner=request.user)
            case "none":
                return rows.filter(owner=None)
            case str() as key if owner := whole_number(key):
                return rows.filter(owner=owner)
        return rows


class ReviewedForm(forms.Form):
    next_on = DayField(
        label="Next review",
        widget=AdminDateWidget,
        help_text="The owner gets an email on this date.",
    )


class ReviewedAdmin:
    """Mixin of the admins of what somebody looks after (models.reviewing.Reviewed)."""

    care = (
        "Review",
        {
            "fields": [("owner", "review_by")],
            "description": "Who maintains this, and when to check that it is still correct. On "
            "that date the owner gets an email, and the item appears under “Due "
            "for review.”",
        },
    )
    change_form_template = "admin/wiki_change_form.html"

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        if db_field.name == "owner":
            kwargs["queryset"] = _staff()
        field = super().formfield_for_foreignkey(db_field, request, **kwargs)
        if db_field.name == "owner":
            field.label_from_instance = _name
        return field

    @admin.display(description="review by", ordering="review_by")
    def due_day(self, item):
        if item.review_by is None:
            return ""
        day = f"{item.review_by:%Y-%m-%d}"
        if item.review_by > timezone.localdate():
            return day
        return format_html('<strong class="cw-missing">{}, due</strong>', day)

    @admin.display(description="owner", ordering="owner")
    def owner_name(self, item):
        return _name(item.owner) if item.owner_id else ""

    def get_urls(self):
        name = f"{self.opts.app_label}_{self.opts.model_name}_reviewed"
        page = self.page("<int:pk>/reviewed/", self.reviewed_view, act="change", name=name)
        return [page, *super().get_urls()]

    def reviewed_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Asks for the next day, and keeps it."""
        item = self.get_queryset(request).filter(pk=pk, trashed_at=None).first()
        if item is None:
            raise Http404("no such item")
        form = ReviewedForm(request.POST or None, initial={"next_on": _in_a_year()})
        if form.is_valid():
            try:
                upkeep.mark_reviewed(item, form.cleaned_data["next_on"], request.user)
            except upkeep.CannotReview as error:
                form.add_error("next_on", str(error))
            else:
                self.log_change(request, item, "Reviewed.")
                messages.success(
                    request, (f"“{item}” was marked as reviewed until the date you chose.")
                )
                return HttpResponseRedirect(self._url("change", item))
        context = {
            **self.admin_site.each_context(request),
            "title": f"Review of “{item}”",
            "item": item,
            "form": form,
            "opts": self.opts,
            "media": self.media + form.media,
            "change_url": self._url("change", item),
        }
        return TemplateResponse(request, "admin/wiki_reviewed.html", context)


def _staff():
    rows = get_user_model().objects.filter(is_staff=True, is_active=True)
    return rows.order_by("first_name", "last_name", "username")


def _name(user) -> str:
    return user.get_full_name() or user.get_username()


def _in_a_year() -> date:
    return timezone.localdate() + timedelta(days=365)
