"""A field of forms for the address of a web page."""

from django import forms

from .links.addresses import with_scheme


class WebAddressFormField(forms.CharField):
    """An address of the web; https is added where the scheme is left out."""

    def to_python(self, value):
        return with_scheme(super().to_python(value) or "")
