"""What the admins of tags and topics have in common: merging, retiring, deleting what is unused."""

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.db import models
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.html import format_html, format_html_join

from ..choice_fields import KeySelect
from ..policy_admin import PolicyAdmin, action
from .acts import CannotChange
from .bearing import Uses, uses_of
from .retiring import delete_unused, why_kept

MOST = 100  # that are merged at one time
LARGEST_KEY = 2**31 - 1


class MergeForm(forms.Form):
    """Which one of `rows` is kept; of a single one: which other one it goes into."""

    keep = forms.ModelChoiceField(
        None,
        label="Keep",
        error_messages={
            "required": "Choose which one is kept.",
            "invalid_choice": "That one no longer exists. Choose another.",
        },
    )

    def __init__(self, *args, rows: QuerySet, all_rows: QuerySet, pick: KeySelect, **more):
        super().__init__(*args, **more)
        keep = self.fields["keep"]
        if len(rows) > 1:
            keep.widget = forms.RadioSelect()
            keep.empty_label = None
            keep.queryset = rows
        else:
            keep.widget = pick
            keep.queryset = all_rows
            keep.help_text = "Its name and address are kept."
        keep.widget.choices = keep.choices

    def clean_keep(self):
        keep = self.cleaned_data["keep"]
        if isinstance(self.fields["keep"].widget, KeySelect) and str(keep.pk) == self.data.get(
            "ids"
        ):
            raise forms.ValidationError("It cannot be merged into itself. Choose another one.")
        return keep


class TaxonomyAdmin(PolicyAdmin):
    """
    Base. A kind names its acts: `merge(kept, dropped, by)` and `retire(key, by)`; and
    `picked_by`, the foreign key by which one of them is looked up.
    """

    change_form_template = "admin/taxonomy_change_form.html"
    actions = ["merge_selected"]
    readonly_fields = ["where_used"]
    list_per_page = 50
    show_full_result_count = False
    picked_by: models.ForeignKey

    @staticmethod
    def merge(kept: int, dropped: list[int], by) -> int:
        raise NotImplementedError

    @staticmethod
    def retire(key: int, by) -> int:
        raise NotImplementedError

    def get_actions(self, request):
        actions = super().get_actions(request)
        actions.pop("delete_selected", None)
        return actions

    # --- what is shown ------------------------------------------------------------------------

    def offered(self) -> QuerySet:
        """Those that can be merged."""
        return self.model._default_manager.all()

    @admin.display(description="uses", ordering="uses")
    def uses(self, item):
        return item.uses

    @admin.display(description="where used")
    def where_used(self, item):
        return _listed(item.where_used) if item.pk else "Not used yet."

    def get_object(self, request, object_id, from_field=None):
        item = super().get_object(request, object_id, from_field)
        if item is not None:
            # Titles of drafts are for those who may change them all.
            only_public = not self.may(request, "merge")
            item.where_used = uses_of(self.model, [item.pk], only_public=only_public)
        return item

    def get_fields(self, request, obj=None):
        fields = super().get_fields(request, obj)
        return fields if obj else [name for name in fields if name != "where_used"]

    def render_change_form(self, request, context, *args, obj=None, **kwargs):
        if obj is not None:
            context |= {
                "merge_url": self.may(request, "merge") and self._merge_url([obj.pk]),
                "retire_url": self.may(request, "retire") and self._url("retire", obj.pk),
                "noun": self.opts.verbose_name,
            }
        return super().render_change_form(request, context, *args, obj=obj, **kwargs)

    # --- deleting -----------------------------------------------------------------------------

    def delete_view(self, request, object_id, extra_context=None):
        item = self.get_object(request, unquote(object_id))
        if item is not None and self.may(request, "delete") and (why := why_kept(item)):
            messages.error(request, why)
            return HttpResponseRedirect(self._url("change", item.pk))
        try:
            return super().delete_view(request, object_id, extra_context)
        except CannotChange as error:
            messages.error(request, str(error))
            return HttpResponseRedirect(self._url("changelist"))

    def delete_model(self, request, obj):
        delete_unused(self.model, obj.pk)

    # --- merging and retiring -----------------------------------------------------------------

    def get_urls(self):
        name = f"{self.opts.app_label}_{self.opts.model_name}"
        retire = f"{name}_retire"
        return [
            self.page("merge/", self.merge_view, act="merge", name=f"{name}_merge"),
            # The view says in words that it is gone, where Django would answer 404.
            self.page(
                "<int:pk>/retire/", self.retire_view, act="retire", name=retire, of_item=False
            ),
            *super().get_urls(),
        ]

    def _url(self, page: str, *args) -> str:
        return reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_{page}", args=args)

    def _merge_url(self, keys) -> str:
        return f"{self._url('merge')}?ids={','.join(map(str, keys))}"

    @action("merge", "Merge…")
    def merge_selected(self, request: HttpRequest, rows: QuerySet):
        keys = list(rows.order_by("pk").values_list("pk", flat=True)[: MOST + 1])
        if len(keys) > MOST:
            messages.error(request, f"At most {MOST} can be merged at one time. Select fewer.")
            return None
        return HttpResponseRedirect(self._merge_url(keys))

    def merge_view(self, request: HttpRequest) -> HttpResponse:
        """Asks which one is kept and shows what a merge would change; a POST does it."""
        data = request.POST if request.method == "POST" else request.GET
        keys = _keys(data.get("ids", ""))
        rows = self.offered().filter(pk__in=keys).order_by("name")
        noun, nouns = self.opts.verbose_name, self.opts.verbose_name_plural
        if not keys or len(keys) > MOST:
            messages.error(request, f"Select the {nouns} to merge in the list, at most {MOST}.")
            return HttpResponseRedirect(self._url("changelist"))
        if gone := len(keys) - len(rows):
            what = f"That {noun} is" if len(keys) == 1 else f"{gone} of the {nouns} {_are(gone)}"
            messages.warning(
                request,
                f"{what} no longer available: merged, retired, or deleted in the meantime. "
                "Nothing was changed.",
            )
            return HttpResponseRedirect(self._url("changelist"))
        form = MergeForm(
            data if "keep" in data else None,
            rows=rows,
            all_rows=self.offered(),
            pick=KeySelect(self.picked_by, self.admin_site),
        )
        preview = {}
        if form.is_valid():
            keep = form.cleaned_data["keep"]
            dropped = [row for row in rows if row.pk != keep.pk]
            if request.method == "POST":
                try:
                    count = self.merge(keep.pk, [row.pk for row in dropped], request.user)
                except CannotChange as error:
                    form.add_error(None, str(error))
                else:
                    names = ", ".join(f"“{row}”" for row in dropped)
                    messages.success(
                        request, f"{names} merged into “{keep}”; {_items(count)} changed."
                    )
                    return HttpResponseRedirect(self._url("change", keep.pk))
            elif why := self.why_not_merge(keep, dropped):
                form.add_error(None, why)
            if not form.errors:
                preview = {
                    "keep": keep,
                    "dropped": dropped,
                    "used": uses_of(self.model, [row.pk for row in dropped]),
                    **self.also_changed(dropped),
                }
        title = f"Merge {nouns}" if len(rows) > 1 else f"Merge “{rows[0]}” into another {noun}"
        more = {"form": form, "ids": ",".join(map(str, keys)), **preview}
        return self._page(request, "admin/taxonomy_merge.html", title, more)

    def why_not_merge(self, keep, dropped: list) -> str:
        """Why `dropped` cannot become `keep`, in words; empty where they can."""
        return ""

    def also_changed(self, items: list) -> dict:
        """What else a merge or retirement of `items` changes, for its page."""
        return {}

    def retire_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Shows what it would change to retire one of them, and does it when it is posted."""
        item = self.offered().filter(pk=pk).first() if pk <= LARGEST_KEY else None
        if item is None:
            messages.warning(
                request,
                f"That {self.opts.verbose_name} is no longer available: it was merged, retired, "
                "or deleted in the meantime.",
            )
            return HttpResponseRedirect(self._url("changelist"))
        if request.method == "POST":
            try:
                count = self.retire(pk, request.user)
            except CannotChange as error:
                messages.error(request, str(error))
            else:
                messages.success(request, f"“{item}” is retired; {_items(count)} changed.")
            return HttpResponseRedirect(self._url("changelist"))
        more = {
            "item": item,
            "used": uses_of(self.model, [pk]),
            "leads_to": self.leads_to(item),
            "change_url": self._url("change", pk),
            **self.also_changed([item]),
        }
        return self._page(request, "admin/taxonomy_retire.html", f"Retire “{item}”", more)

    def leads_to(self, item: models.Model) -> str:
        """Where the address of `item` leads once it is retired."""
        return "/topics/"

    def _page(self, request, template: str, title: str, more: dict) -> TemplateResponse:
        context = {
            **self.admin_site.each_context(request),
            "title": title,
            "opts": self.opts,
            "noun": self.opts.verbose_name,
            "nouns": self.opts.verbose_name_plural,
            "list_url": self._url("changelist"),
            "media": self.media + more["form"].media if "form" in more else self.media,
            **more,
        }
        return TemplateResponse(request, template, context)


def _keys(text: str) -> list[int]:
    """The keys in '3,7,12', each once."""
    numbers = [part for part in text.split(",") if part.isascii() and part.isdigit()]
    return sorted({int(part) for part in numbers if len(part) < 10})


def _items(count: int) -> str:
    return "1 item" if count == 1 else f"{count:,} items"


def _are(count: int) -> str:
    return "is" if count == 1 else "are"


def _listed(used: Uses):
    if not used.count:
        return "Not used."
    rows = (
        (reverse(use.view, args=[use.pk]), use.title, use.kind, use.state) for use in used.shown
    )
    lines = format_html_join("", '<li><a href="{}">{}</a> ({}) {}</li>', rows)
    rest = f"and {used.more:,} more" if used.more and used.shown else ""
    return format_html("<p>{}</p><ul>{}</ul>{}", _items(used.count), lines, rest)
