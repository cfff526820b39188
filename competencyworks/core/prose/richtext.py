"""
Rich text: the one place that knows the editor.

`RichTextField` owns widget, toolbar and cleaning, `EditorAdmin` what its forms need. Nothing
else names the editor, so that another can take its place by a change of this file and of
static/competencyworks/editor/.
"""

from typing import Any

from ckeditor.widgets import CKEditorWidget
from csp.decorators import csp_update
from django import forms
from django.db import models
from django.templatetags.static import static
from django.urls import reverse
from django.utils.decorators import method_decorator

from .cleaning import CLASSES, ELEMENTS, EVERYWHERE, clean_html

# The editor writes styles and handlers of its own into the page that holds it; it needs no
# eval. While a dropped picture is on its way, the editor shows it from memory (blob:).
EDITOR_CSP = {
    "script-src": ["'unsafe-inline'"],
    "style-src": ["'unsafe-inline'"],
    "img-src": ["blob:"],
}

# What is left out: what calls outside (exportpdf, scayt, wsc), what the cleaner would drop
# again (fonts, colors, forms, frames, page breaks), and what image2 and the admin do better.
REMOVED_PLUGINS = [
    "about", "bidi", "colorbutton", "colordialog", "copyformatting", "dialogadvtab", "div",
    "exportpdf", "flash", "font", "forms", "iframe", "image", "language", "newpage", "pagebreak",
    "preview", "print", "save", "scayt", "smiley", "stylescombo", "templates", "wsc",
]  # fmt: skip

TOOLBARS = {
    "full": [
        ["Format"],
        ["Bold", "Italic", "Subscript", "Superscript", "RemoveFormat"],
        ["NumberedList", "BulletedList", "Outdent", "Indent", "Blockquote"],
        ["JustifyLeft", "JustifyCenter", "JustifyRight"],
        ["Link", "Unlink", "Anchor"],
        ["Picture", "Table", "HorizontalRule", "SpecialChar"],
        ["Footnote", "ReadMore"],
        ["Undo", "Redo", "Find"],
        ["ShowBlocks", "Maximize", "Source"],
    ],
    "small": [
        ["Bold", "Italic", "RemoveFormat"],
        ["NumberedList", "BulletedList"],
        ["Link", "Unlink"],
        ["Undo", "Redo", "Source"],
    ],
}
HEIGHTS = {"full": 420, "small": 130}  # pixels


def _allowed_content() -> dict[str, dict[str, str]]:
    """The cleaner's allow-list as the editor wants it, so that both agree on what a paste is."""
    classes = ",".join(sorted(CLASSES))
    return {
        name: {"attributes": ",".join(sorted((own | EVERYWHERE) - {"class"})), "classes": classes}
        for name, own in ELEMENTS.items()
    }


def _config(toolbar: str) -> dict[str, Any]:
    return {
        "toolbar": TOOLBARS[toolbar],
        "width": "100%",
        "skin": "moono-lisa",
        "allowedContent": _allowed_content(),
        # Marks of the editor's own, while an upload is on its way.
        "extraAllowedContent": "*[data-widget,data-cke-upload-id]",
        "removePlugins": ",".join(REMOVED_PLUGINS),
        "extraPlugins": "image2,autolink,competencyworks,pagetitles",
        "format_tags": "p;h2;h3;h4;pre",
        "justifyClasses": [f"align-{side}" for side in ("left", "center", "right", "justify")],
        "image2_alignClasses": [f"align-{side}" for side in ("left", "center", "right")],
        "image2_captionedClass": "image",
        "image2_altRequired": True,
        "linkDefaultProtocol": "https://",
        "linkShowTargetTab": False,
        "linkShowAdvancedTab": False,
        "clipboard_handleImages": False,  # uploads take their place
        "disableNativeSpellChecker": False,
        "entities": False,
        "bodyClass": "prose",
        "dialog_backgroundCoverOpacity": 0.4,
        "versionCheck": False,
    }


class EditorWidget(CKEditorWidget):
    """The editor, with the toolbar 'full' or 'small'; without script a plain text area."""

    def __init__(self, toolbar: str = "full", attrs: dict[str, Any] | None = None) -> None:
        # The parent would read settings.CKEDITOR_CONFIGS, a second place for all this.
        forms.Textarea.__init__(self, attrs)
        self.template_name = "ckeditor/widget.html"
        self.toolbar = toolbar
        # Name of the address of the admin that completes `[[`; without it the sign means nothing.
        self.titles_at = ""
        # The item whose text it is, as 'blog.post:12': what it cites itself is not pointed out.
        self.item = ""
        self.config = _config(toolbar) | {"height": HEIGHTS[toolbar]}
        self.external_plugin_resources = []

    @property
    def media(self) -> forms.Media:
        return super().media + forms.Media(
            css={"all": ["competencyworks/editor/editor.css"]},
            # The field for an address in the editor's dialog asks as those of the form do.
            js=["competencyworks/admin/known_address.js"],
        )

    def value_from_datadict(self, data, files, name):
        """Clean at once: a form that is shown again would bring to the editor what it was sent."""
        value = super().value_from_datadict(data, files, name)
        return clean_html(value) if isinstance(value, str) else value

    def get_context(self, name, value, attrs):
        # Addresses are asked for here, not when the module loads: static files have digests
        # in their names, and the admin's addresses are not known yet.
        self.external_plugin_resources = [
            ("competencyworks", static("competencyworks/editor/plugin.js"), ""),
            ("pagetitles", static("competencyworks/editor/pagetitles.js"), ""),
        ]
        self.config = self.config | {
            "contentsCss": [static("competencyworks/editor/contents.css")],
            "pictureLibraryUrl": reverse("admin:core_image_pick"),
            "imageUploadUrl": reverse("admin:core_image_upload"),
            "knownAddressUrl": reverse("admin:known_address"),
            "knownNot": self.item,
        }
        if self.titles_at:
            self.config["pageTitlesUrl"] = reverse(self.titles_at)
        return super().get_context(name, value, attrs)


class RichTextField(models.TextField):
    """
    Clean HTML, written in an editor whose toolbar is 'full' (articles) or 'small'
    (biographies, notes). The toolbar stays out of migrations: no table depends on it.

    Every write is cleaned: `save()` and `bulk_create()` through `pre_save`, which leaves
    the clean text in the attribute, `QuerySet.update()` through `get_db_prep_save`.
    """

    def __init__(self, *args, toolbar: str = "full", **kwargs) -> None:
        self.toolbar = toolbar
        super().__init__(*args, **kwargs)

    def clean_on(self, instance: models.Model) -> None:
        """Clean the text that `instance` holds in this field, in place."""
        setattr(instance, self.attname, clean_html(getattr(instance, self.attname)))

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:
        if isinstance(getattr(model_instance, self.attname), str):
            self.clean_on(model_instance)
        return super().pre_save(model_instance, add)

    def get_db_prep_save(self, value, connection):
        if isinstance(value, str):
            value = str(clean_html(value))
        return super().get_db_prep_save(value, connection)

    def formfield(self, **kwargs):
        # The admin asks for its own text area by default; the editor stands in its place.
        kwargs["widget"] = EditorWidget(self.toolbar)
        return super().formfield(**kwargs)


class EditorAdmin:
    """Mixin of the admins whose forms hold the editor: relaxes the policy there alone."""

    @method_decorator(csp_update(EDITOR_CSP))
    def changeform_view(self, *args, **kwargs):
        return super().changeform_view(*args, **kwargs)

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        pk = request.resolver_match and request.resolver_match.kwargs.get("object_id")
        if pk and field is not None and isinstance(field.widget, EditorWidget):
            field.widget.item = f"{self.opts.concrete_model._meta.label_lower}:{pk}"
        return field
