"""The rows of a digest in its admin form; static/…/admin/rows.js lets them be moved."""

from django import forms
from django.contrib import admin
from django.core.validators import URLValidator
from django.urls import reverse_lazy

from competencyworks.core.policy_admin import PolicyInline

from .models import DigestRow

WORDS = ("title", "url", "source", "note")
LAST = 2**31 - 1  # the greatest place that there is


class WebAddressField(forms.URLField):
    """An address that a browser can open; https is added where the scheme is left out."""

    default_validators = [URLValidator(schemes=["http", "https"])]


class DigestRowForm(forms.ModelForm):
    url = WebAddressField(
        label="Web address",
        required=False,
        max_length=2000,
        assume_scheme="https",
        # Not type=url: that would have the browser refuse what is completed here.
        widget=forms.TextInput(
            attrs={
                "inputmode": "url",
                "spellcheck": "false",
                "data-known-address": reverse_lazy("admin:known_address"),
            }
        ),
        error_messages={"invalid": "Enter a web address, such as https://example.org/page."},
    )

    class Meta:
        model = DigestRow
        fields = ("kind", "position", *WORDS)
        widgets = {
            "title": forms.TextInput,
            "source": forms.TextInput,
            "note": forms.Textarea(attrs={"rows": 2}),
        }
        error_messages = {"title": {"required": "Every row needs a title."}}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["position"].required = False
        if self.instance.pk is None:
            self.initial["position"] = None
        else:
            named = f"blog.post:{self.instance.post_id}"
            self.fields["url"].widget.attrs["data-known-not"] = named

    def has_changed(self) -> bool:
        """Of a new row the kind and the place alone say nothing: without words it is no row."""
        if self.instance.pk is None:
            return any(self.data.get(self.add_prefix(name), "").strip() for name in WORDS)
        return super().has_changed()

    def clean_position(self) -> int:
        """A row without a place goes to the end."""
        place = self.cleaned_data["position"]
        return LAST if place is None else place

    def clean(self):
        data = super().clean()
        if data.get("kind") == DigestRow.Kind.LINK:
            if not data.get("url") and "url" not in self.errors:
                self.add_error("url", "Enter the web address of this link.")
        elif data.get("kind") == DigestRow.Kind.SECTION:
            for name in ("url", "source"):
                if data.get(name):
                    self.add_error(
                        name, "A heading has no web address. Select “Link”, or clear this field."
                    )
        return data


class DigestRowFormSet(forms.BaseInlineFormSet):
    def clean(self):
        super().clean()
        if any("id" in form.errors for form in self.initial_forms):
            raise forms.ValidationError(
                "Someone else removed rows after you opened this page. Nothing was saved. Copy "
                "what you wrote, and open the digest again."
            )


class DigestRowInline(PolicyInline, admin.StackedInline):
    model = DigestRow
    form = DigestRowForm
    in_revisions = True
    formset = DigestRowFormSet
    fields = ("kind", "position", *WORDS)
    template = "admin/digest_rows.html"
    verbose_name_plural = "links"
    extra = 3  # for those without JavaScript; the script takes them out
    too_many = "A digest can have up to %(num)d rows. Put the rest in a second digest."

    class Media:
        js = ("competencyworks/admin/rows.js", "competencyworks/admin/known_address.js")
