"""
Rich text: the one place that knows the editor.

`RichTextField` owns widget, toolbar and cleaning. Nothing else names the editor, so that
another can take its place by a change of this file.
"""

from ckeditor.widgets import CKEditorWidget
from django.db import models

from .cleaning import clean_html


class RichTextField(models.TextField):
    """
    Clean HTML, written in an editor whose toolbar is 'full' (articles) or 'small'
    (biographies, notes).

    Every write is cleaned: `save()` and `bulk_create()` through `pre_save`, which leaves
    the clean text in the attribute, `QuerySet.update()` through `get_db_prep_save`.
    """

    def __init__(self, *args, toolbar: str = "full", **kwargs) -> None:
        self.toolbar = toolbar
        super().__init__(*args, **kwargs)

    def clean_on(self, instance: models.Model) -> None:
        """Clean the text that `instance` holds in this field, in place."""
        setattr(instance, self.attname, clean_html(getattr(instance, self.attname)))

    def pre_save(self, model_instance: models.Model, add: bool) -> str:
        self.clean_on(model_instance)
        return super().pre_save(model_instance, add)

    def get_db_prep_save(self, value, connection):
        if isinstance(value, str):
            value = str(clean_html(value))
        return super().get_db_prep_save(value, connection)

    def formfield(self, **kwargs):
        # The admin asks for its own textarea by default; the editor stands in its place.
        kwargs["widget"] = CKEditorWidget()
        return super().formfield(**kwargs)
