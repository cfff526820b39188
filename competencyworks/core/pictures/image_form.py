"""The form of a picture of the library in the admin."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.base import File

from ..models import Image
from .replacing import WORDS, is_current_file


class ImageForm(forms.ModelForm):
    """Asks for the alternative text again when a picture gets a new file."""

    text_holds = forms.BooleanField(
        label="The alternative text still describes the picture",
        required=False,
        help_text="Needed only for a new file: confirm that the alternative text above, or "
        "“decorative,” also fits the new file.",
    )

    class Meta:
        model = Image
        fields = ["file", "title", "alt", "decorative", "caption", "credit", "focal_x", "focal_y"]

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        # What the form showed, and not what is stored by now, says what its writer changed: a form
        # that was opened before a colleague's change does not take it back.
        for name in WORDS:
            if name in self.fields:
                self.fields[name].show_hidden_initial = True

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        upload = cleaned.get("file")
        if self.instance.pk and "file" in self.changed_data and upload:
            stored = Image.objects.get(pk=self.instance.pk)
            if self._is_new(stored, upload):
                self._ask_for_words(stored, cleaned)
        return cleaned

    def _is_new(self, stored: Image, upload: File) -> bool:
        try:
            return not is_current_file(stored, upload)
        except ValidationError:
            return False  # the field says so itself

    def _ask_for_words(self, stored: Image, cleaned: dict[str, Any]) -> None:
        alt, decorative = cleaned.get("alt", "").strip(), cleaned.get("decorative", False)
        if not alt and not decorative:
            self.add_error(
                "alt",
                "You chose a new file. Choose it again, and either describe it or mark it as "
                "decorative.",
            )
        elif (alt, decorative) == (stored.alt, stored.decorative) and not cleaned.get("text_holds"):
            self.add_error(
                "alt",
                "You chose a new file. Choose it again, and either describe it or check the box "
                "to confirm that the current text still fits.",
            )
