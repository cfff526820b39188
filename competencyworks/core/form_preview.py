"""
The preview of a form of the admin as it stands in the browser, saved or not.

The form is saved as the button would save it, its page is rendered from what is stored then, and
all of it is undone: the page shows what readers would see, and nothing remains.
"""

import sys
from collections.abc import Iterable
from typing import NoReturn

from django.contrib.admin.helpers import InlineAdminFormSet
from django.contrib.messages.storage import default_storage
from django.core.exceptions import NON_FIELD_ERRORS
from django.db import models, transaction
from django.forms import BaseForm
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.text import capfirst

# What the button sends. It has no files, so that none can be stored: no transaction undoes that.
WITHOUT_FILES = "application/x-www-form-urlencoded"
Problems = list[tuple[str, list[str]]]  # messages by the label of what they are about


class PreviewReady(Exception):
    """The page of a preview is rendered; the exception undoes the save that it was made from."""

    def __init__(self, response: HttpResponse) -> None:
        super().__init__()
        self.response = response


def is_preview(request: HttpRequest) -> bool:
    """Whether the form is saved for its preview alone."""
    return getattr(request, "is_preview", False)


def as_preview(response: HttpResponse) -> HttpResponse:
    """Let no cache and no search engine keep `response`."""
    response["Cache-Control"] = "no-store"
    response["X-Robots-Tag"] = "noindex"
    return response


class FormPreviewAdmin:
    """
    Mixin of PolicyAdmins whose kind has `render_preview(request, item)`. Stands before the mixins
    that take part in saving.
    """

    def get_urls(self):
        name = f"{self.opts.app_label}_{self.opts.model_name}"
        return [
            self.page("add/preview/", self.preview_of_form, act="add", name=f"{name}_add_preview"),
            self.page(
                "<int:pk>/preview/",
                self.preview,
                act="view",
                post_act="change",
                name=f"{name}_preview",
            ),
            *super().get_urls(),
        ]

    def preview(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The page of an item with the words of the form, or else as it is saved."""
        if request.method == "POST":
            return self.preview_of_form(request, pk)
        item = self.get_queryset(request).get(pk=pk)
        return as_preview(self.render_preview(request, item))

    def render_preview(self, request: HttpRequest, item: models.Model) -> HttpResponse:
        raise NotImplementedError

    def preview_of_form(self, request: HttpRequest, pk: int | None = None) -> HttpResponse:
        """
        What the form that is posted would show, or what is wrong with it. As for a save, Django's
        view of the form asks whether the user may add or change.
        """
        if request.method != "POST":  # somebody signed in on the way here
            return HttpResponseRedirect(reverse(f"admin:{self._form_name()}_add"))
        if request.content_type != WITHOUT_FILES:
            return HttpResponse("A preview cannot include files.", "text/plain", status=415)
        request.is_preview = True
        try:
            with transaction.atomic():
                view = self.change_view if pk else self.add_view
                view(request, *([str(pk)] if pk else []))
                # A form that is right and one that is not both raise PreviewReady.
                raise Http404("the item is gone")
        except PreviewReady as ready:
            # What the save has said is not true.
            request._messages = default_storage(request)
            return as_preview(ready.response)

    def _form_name(self) -> str:
        return f"{self.opts.app_label}_{self.opts.model_name}"

    def response_add(self, request, obj, *args, **kwargs):
        if is_preview(request):
            self._end_preview(self.render_preview(request, obj))
        return super().response_add(request, obj, *args, **kwargs)

    def response_change(self, request, obj):
        if is_preview(request):
            self._end_preview(self.render_preview(request, obj))
        return super().response_change(request, obj)

    def render_change_form(self, request, context, *args, obj=None, **kwargs):
        if is_preview(request):
            page = {
                **self.admin_site.each_context(request),
                "title": "This cannot be previewed yet",
                "problems": problems_of(
                    context["adminform"].form, context["inline_admin_formsets"]
                ),
                "opts": self.opts,
            }
            response = TemplateResponse(request, "admin/form_preview_problems.html", page)
            response.status_code = 422
            self._end_preview(response)
        name = f"admin:{self._form_name()}"
        context["form_preview_url"] = (
            reverse(f"{name}_preview", args=[obj.pk]) if obj else reverse(f"{name}_add_preview")
        )
        return super().render_change_form(request, context, *args, obj=obj, **kwargs)

    def _end_preview(self, response: HttpResponse) -> NoReturn:
        """Render `response` while the database holds what it shows, then undo that."""
        if hasattr(response, "render"):
            response.render()
        raise PreviewReady(response)


def problems_of(form: BaseForm, inlines: Iterable[InlineAdminFormSet]) -> Problems:
    """What is wrong in a form and in the rows below it, in the words of their fields."""
    found = _problems_in(form)
    for inline in inlines:
        name = capfirst(inline.opts.verbose_name_plural)
        if messages := list(inline.formset.non_form_errors()):
            found.append((name, messages))
        rows = sorted((row for row in inline.formset.forms if row.has_changed()), key=_place)
        for number, row in enumerate(rows, start=1):
            found += [
                (f"{name}, row {number}{': ' if label else ''}{label}", messages)
                for label, messages in _problems_in(row)
            ]
    return found


def _place(row: BaseForm) -> int:
    """Where a row stands on the screen, if its form says so."""
    place = row.cleaned_data.get("position") if hasattr(row, "cleaned_data") else None
    return place if isinstance(place, int) else sys.maxsize


def _problems_in(form: BaseForm) -> Problems:
    return [
        ("" if name == NON_FIELD_ERRORS else str(form[name].label), list(messages))
        for name, messages in form.errors.items()
    ]
