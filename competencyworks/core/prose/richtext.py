"""
Rich text: the one place that knows the editor.

`RichTextField` owns widget, toolbar and cleaning, `EditorAdmin` what its forms need. Nothing
else names the editor, so that another can take its place by a change of this file and of
static/competencyworks/editor/.
"""

import re
from collections.abc import Callable
from typing import Any

from ckeditor.widgets import CKEditorWidget
from csp.decorators import csp_update
from django import forms
from django.apps import apps
from django.contrib import admin
from django.contrib.staticfiles.finders import AppDirectoriesFinder
from django.core.exceptions import ValidationError
from django.db import models
from django.templatetags.static import static
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.html import format_html
from django.utils.safestring import mark_safe

from ..pictures.image_addresses import marked
from .cleaning import CLASSES, ELEMENTS, EVERYWHERE, CleanHTML, clean_html

# The editor writes styles and handlers of its own into the page that holds it; it needs no
# eval. While a dropped picture is on its way, the editor shows it from memory (blob:).
EDITOR_CSP = {
    "script-src": ["'unsafe-inline'"],
    "style-src": ["'unsafe-inline'"],
    "img-src": ["blob:"],
}

# What is left out: what calls outside (exportpdf, scayt, wsc), what the cleaner would drop
# again (fonts, colors, forms, frames, page breaks), and what image2, the admin and our reading of
# pastes (paste.js) do better.
REMOVED_PLUGINS = [
    "about", "bidi", "colorbutton", "colordialog", "copyformatting", "dialogadvtab", "div",
    "exportpdf", "flash", "font", "forms", "iframe", "image", "language", "newpage", "pagebreak",
    "pastefromgdocs", "pastefromlibreoffice", "pastefromword", "pastetools", "preview", "print",
    "save", "scayt", "smiley", "stylescombo", "templates", "wsc",
]  # fmt: skip

# Files of the editor's package that no page asks for: the pages and tests of what is left out, and
# its documents. They are neither collected nor served, in development either.
UNUSED_FILES = re.compile(
    rf"ckeditor/ckeditor/(?:plugins/(?:{'|'.join(REMOVED_PLUGINS)})/.*|.*/(?:tests|samples|dev)/.*"
    r"|.*\.html?|(?:.*/)?(?:README|CHANGES|CHANGELOG|SECURITY)[^/]*\.md|.*\.config\.json)",
    re.IGNORECASE,
)

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
        "extraPlugins": "image2,autolink,competencyworks,pagetitles,pasteprograms,picturewords",
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


class AppFilesFinder(AppDirectoriesFinder):
    """Finds the static files of apps, without those of the editor that are not used."""

    def list(self, ignore_patterns):
        for path, storage in super().list(ignore_patterns):
            if not UNUSED_FILES.fullmatch(path.replace("\\", "/")):
                yield path, storage

    def find_in_app(self, app, path):
        if UNUSED_FILES.fullmatch(path.replace("\\", "/")):
            return None
        return super().find_in_app(app, path)


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
            ("picturewords", static("competencyworks/editor/picture_words.js"), ""),
            ("pasteprograms", static("competencyworks/editor/paste.js"), ""),
            *(
                (f"pasted{part}", static(f"competencyworks/editor/pasted_{part}.js"), "")
                for part in ("html", "lists", "notes", "pictures", "tables", "writer")
            ),
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


class RichTextFormField(forms.CharField):
    """Asks for the alternative text of each picture that the text did not show before."""

    stored = ""

    def get_bound_field(self, form, field_name):
        self.stored = form.get_initial_for_field(self, field_name) or ""
        return super().get_bound_field(form, field_name)

    def validate(self, value):
        super().validate(value)
        # Pictures are rows: models are loaded by the time that a form is checked.
        from ..pictures import alternative_texts

        if names := alternative_texts.without_words(value, self.stored):
            raise ValidationError(alternative_texts.message(names), code="no_alternative_text")


class MarkedHTML(CleanHTML):
    """Clean text whose pictures are marked; they are not looked up again while it stays."""

    __slots__ = ()


class RichTextField(models.TextField):
    """
    Clean HTML, written in an editor whose toolbar is 'full' (articles) or 'small'
    (biographies, notes). The toolbar stays out of migrations: no table depends on it.

    Every write is cleaned: `save()` and `bulk_create()` through `pre_save`, which leaves
    the clean text in the attribute, `QuerySet.update()` through `get_db_prep_save`.

    `save()` and `bulk_create()` also mark each picture of the library with its key, by its
    address, so that the site knows where a picture is used (see pictures.image_addresses).
    """

    def __init__(self, *args, toolbar: str = "full", **kwargs) -> None:
        self.toolbar = toolbar
        super().__init__(*args, **kwargs)

    def clean_on(self, instance: models.Model) -> None:
        """Clean the text that `instance` holds in this field, and mark its pictures, in place."""
        html = getattr(instance, self.attname)
        if isinstance(html, MarkedHTML):
            return
        html = clean_html(html)
        # In migrations the tables of pictures may not be as the code knows them.
        if instance._meta.apps is apps:
            html = MarkedHTML(clean_html(marked(html)))
        setattr(instance, self.attname, html)

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
        return super().formfield(**{"form_class": RichTextFormField, **kwargs})


class EditorAdmin:
    """Mixin of the admins whose forms hold the editor: relaxes the policy there alone."""

    @method_decorator(csp_update(EDITOR_CSP))
    def changeform_view(self, *args, **kwargs):
        return super().changeform_view(*args, **kwargs)

    def get_fieldsets(self, request, obj=None):
        """Whoever may not change an object reads its texts as readers do."""
        fieldsets = super().get_fieldsets(request, obj)
        if obj is None or self.has_change_permission(request, obj):
            return fieldsets
        rich = {
            field.name: as_read(field)
            for field in self.opts.get_fields()
            if isinstance(field, RichTextField)
        }
        return [
            (title, {**options, "fields": [_replaced(name, rich) for name in options["fields"]]})
            for title, options in fieldsets
        ]

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        pk = request.resolver_match and request.resolver_match.kwargs.get("object_id")
        if pk and field is not None and isinstance(field.widget, EditorWidget):
            field.widget.item = f"{self.opts.concrete_model._meta.label_lower}:{pk}"
        return field


def as_read(field: RichTextField) -> Callable[[models.Model], str]:
    """
    A column of a read-only form: the text of `field`, which is clean, as readers see it. Of the
    text of a page that is what was worked out of it at the save, with footnotes in their places.
    """

    @admin.display(description=field.verbose_name)
    def text(item: models.Model) -> str:
        stored = getattr(item, "html", "") if field.name == "body" else ""
        words = stored or field.value_from_object(item)
        return format_html(
            '<div class="cw-as-read">{}</div>',
            mark_safe(words),  # noqa: S308 - cleaned at each write
        )

    return text


def _replaced(name, rich: dict[str, Callable]):
    """A name of a fieldset, or the names of one line of it, with rich texts as they are read."""
    if isinstance(name, (list, tuple)):
        return [_replaced(each, rich) for each in name]
    return rich.get(name, name)
