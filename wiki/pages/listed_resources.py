"""The resources that stand on a page, as its form sends them: hundreds of rows, a few queries."""

from django import forms
from django.utils.functional import cached_property

from competencyworks.core.choice_fields import KnownKeyField, is_key

from ..models import PageResource, WikiPage

WORDS = ("resource", "note")
LAST = 2**15 - 1  # the greatest place that there is
WRITTEN = ["resource", "note", "position"]
TWICE = "This resource stands on this page already."


class PageResourceForm(forms.ModelForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["position"].required = False
        if self.instance.pk is None:
            self.initial["position"] = None

    def has_changed(self) -> bool:
        """Of a new row the place alone says nothing."""
        if self.instance.pk is None:
            return any(self.data.get(self.add_prefix(name), "").strip() for name in WORDS)
        return super().has_changed()

    def clean_position(self) -> int:
        """A row without a place goes to the end."""
        place = self.cleaned_data["position"]
        return LAST if place is None else place

    def validate_constraints(self) -> None:
        """The formset asks for all rows at once."""


class PageResourceFormSet(forms.BaseInlineFormSet):
    """Reads and writes all its rows together. After a save the places are counted anew."""

    def add_fields(self, form, index):
        super().add_fields(form, index)
        if "resource" in form.fields:
            chooser = form.fields["resource"]
            chooser.known = self._resources
            getattr(chooser.widget, "widget", chooser.widget).known = self._resources
        if index is not None and form.is_bound:
            former = form.fields["id"]
            form.fields["id"] = KnownKeyField(
                former.queryset, initial=former.initial, required=False, widget=forms.HiddenInput
            )
            form.fields["id"].known = {str(row.pk): row for row in self.get_queryset()}

    @cached_property
    def _resources(self) -> dict:
        """The resources that are chosen in any of the rows."""
        keys = {row.resource_id for row in self.get_queryset()}
        if self.is_bound:
            total = self.management_form.cleaned_data.get("TOTAL_FORMS") or 0
            sent = (
                self.data.get(f"{self.prefix}-{number}-resource")
                for number in range(min(total, self.absolute_max))
            )
            keys |= {key for key in sent if key and is_key(key, WikiPage)}
        found = self.form.base_fields["resource"].queryset.in_bulk(list(keys))
        return {str(key): row for key, row in found.items()}

    def clean(self) -> None:
        """A resource that a colleague has just put on this page is refused beside the row."""
        super().clean()
        chosen = {
            form.cleaned_data["resource"].pk: form
            for form in self.forms
            if getattr(form, "cleaned_data", {}).get("resource")
        }
        stored = PageResource.objects.filter(page=self.instance.pk, resource__in=list(chosen))
        for pk, resource in stored.values_list("pk", "resource"):
            if chosen[resource].instance.pk != pk:
                chosen[resource].add_error("resource", TWICE)

    def save_new(self, form, commit=True):
        return super().save_new(form, commit=False)

    def save_existing(self, obj, form, commit=True):
        return super().save_existing(obj, form, commit=False)

    def delete_existing(self, obj, commit=True):
        """save() deletes all together."""

    def save(self, commit=True):
        saved = super().save(commit)
        if commit:
            PageResource.objects.filter(pk__in=[row.pk for row in self.deleted_objects]).delete()
            changed = [row for row, _ in self.changed_objects]
            if changed:
                PageResource.objects.bulk_update(changed, WRITTEN)
            PageResource.objects.bulk_create(self.new_objects)
            settle(self.instance)
        return saved


def settle(page: WikiPage) -> None:
    """Count the places of the resources on a page anew: 10, 20, 30."""
    moved = []
    for number, row in enumerate(page.page_resources.order_by("position", "pk"), start=1):
        if row.position != 10 * number:
            row.position = 10 * number
            moved.append(row)
    if moved:
        PageResource.objects.bulk_update(moved, ["position"])
