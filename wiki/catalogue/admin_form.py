"""The form of one resource for staff: the fields of its kind, and a word on known addresses."""

from typing import Any

from django import forms
from django.urls import reverse
from django.utils.html import format_html, format_html_join

from competencyworks.core.links.addresses import outside_key, with_scheme
from competencyworks.core.publishable_admin import PublishableForm

from ..models import Resource

Kind = Resource.Kind
SEVERAL = {"grades": Resource.Grades, "audience": Resource.Audience}


class ResourceForm(PublishableForm):
    """
    The form of a resource of the `kind` that its class names; a resource that has another kind so
    far is turned into it.
    """

    kind_shown: Kind | None = None  # set by the admin, for each request

    says_changed = forms.BooleanField(
        label="Its content has changed",
        required=False,
        help_text="Check this box if the resource itself has changed: a new edition, a corrected "
        "figure, different terms. Posts and pages that link to it are then flagged for "
        "review. For a policy this happens automatically when its stage, number, "
        "dates, or web address change.",
    )
    same_address = forms.BooleanField(
        label="Keep both",
        required=False,
        help_text="Only if you want two entries for the same web address.",
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.kind_shown:
            self.initial["kind"] = self.kind_shown
        self.twins = self._twins()
        if not self.twins and "same_address" in self.fields:
            self.fields["same_address"].widget = forms.HiddenInput()
        if self.instance.pk is None:
            self.fields.pop("says_changed", None)

    def _twins(self) -> list[Resource]:
        """Other resources with the address that the form holds now, those in the trash too."""
        if "url" not in self.fields:
            return []
        url = self.data.get("url", "") if self.is_bound else self.initial.get("url", "")
        key = outside_key(with_scheme(url or ""))
        if not key:
            return []
        others = Resource.objects.exclude(pk=self.instance.pk).filter(outside__key=key)
        return list(others.only("title", "kind", "trashed_at")[:5])

    def clean(self):
        cleaned = super().clean()
        if self.twins and not cleaned.get("same_address"):
            self.add_error("url", self._twins_message())
        return cleaned

    def _twins_message(self):
        links = format_html_join(
            ", ",
            '<a href="{}">{}</a>{}',
            (
                (
                    reverse("admin:wiki_resource_change", args=[twin.pk]),
                    twin.title,
                    " (in the trash)" if twin.trashed_at else "",
                )
                for twin in self.twins
            ),
        )
        return format_html(
            "This web address is already in the wiki: {}. Edit that entry, or select “Keep both” "
            "below.",
            links,
        )


def losses(item: Resource, kind: Kind) -> list[tuple[str, Any]]:
    """Name and value of what `item` holds in fields that resources of `kind` do not have."""
    found = []
    for name in Resource.OWN_FIELDS:
        field = Resource._meta.get_field(name)
        value = getattr(item, name)
        if name not in Resource.KIND_FIELDS[kind] and value != field.get_default():
            said = getattr(item, f"get_{name}_display", lambda value=value: value)()
            found.append((field.verbose_name, "yes" if said is True else said))
    return found


def drop_losses(item: Resource) -> None:
    """Empty the fields that resources of its kind do not have."""
    for name in Resource.OWN_FIELDS:
        if name not in item.own_fields:
            setattr(item, name, Resource._meta.get_field(name).get_default())
