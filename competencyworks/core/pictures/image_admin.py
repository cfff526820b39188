"""The picture library in the admin: the list, one picture, and its earlier files."""

import mimetypes
from collections import defaultdict

from django import forms
from django.apps import apps
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.loader import render_to_string
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.html import format_html

from .. import policy
from ..models import ImageVersion
from ..policy_admin import PolicyAdmin
from ..where_used import SHOWN, Use, uses_of
from . import replacing
from .image_form import ImageForm
from .image_picker import picker_urls


class RestoreForm(forms.ModelForm):
    """The words that an earlier file comes back with."""

    class Meta:
        model = ImageVersion
        fields = ["alt", "decorative"]
        widgets = {"alt": forms.TextInput(attrs={"class": "vTextField"})}

    def clean(self):
        cleaned = super().clean()
        if not cleaned.get("alt", "").strip() and not cleaned.get("decorative"):
            self.add_error("alt", "Say what the picture shows, or mark it as decorative.")
        return cleaned


class ImageAdmin(PolicyAdmin):
    """The picture library."""

    form = ImageForm
    checks_stale_forms = False  # ImageForm knows what its writer changed
    list_display = ["thumbnail", "__str__", "alternative", "size", "renditions", "created_at"]
    list_display_links = ["thumbnail", "__str__"]
    list_filter = [
        ("alt", admin.EmptyFieldListFilter),
        ("renditions_ready_at", admin.EmptyFieldListFilter),
        "decorative",
    ]
    search_fields = ["title", "alt", "caption", "credit", "file"]
    list_per_page = 40
    show_full_result_count = False
    readonly_fields = ["preview", "size", "renditions", "where_used", "earlier_files"]
    words = ["title", ("alt", "decorative"), "caption", "credit"]
    crops = ("Cropping", {"fields": [("focal_x", "focal_y")]})
    about = ("About the file", {"fields": ["size", "renditions"]})

    def get_fieldsets(self, request, obj=None):
        if obj is None:
            return [(None, {"fields": ["file", *self.words]}), self.crops]
        title, alt, *others = self.words
        may_change = self.has_change_permission(request, obj)
        holds = ["text_holds"] if may_change else []
        earlier = [("Earlier files", {"fields": ["earlier_files"]})] if may_change else []
        return [
            (None, {"fields": ["preview", "where_used"]}),
            ("The picture", {"fields": ["file", title, alt, *holds, *others]}),
            self.crops,
            self.about,
            *earlier,
        ]

    # --- what is shown ------------------------------------------------------------------------

    @admin.display(description="")
    def thumbnail(self, image):
        return format_html('<img class="cw-thumb" src="{}" alt="" loading="lazy">', image.small_url)

    @admin.display(description="picture")
    def preview(self, image):
        # A form that comes back with errors holds a file that is not stored.
        stored = self.model.objects.get(pk=image.pk)
        return format_html(
            '<img class="cw-preview" src="{}" alt="{}">', stored.file.url, stored.alt
        )

    @admin.display(description="alternative text", ordering="alt")
    def alternative(self, image):
        if image.decorative:
            return "(decorative)"
        return image.alt or format_html('<strong class="cw-missing">{}</strong>', "missing")

    @admin.display(description="size in pixels", ordering="width")
    def size(self, image):
        return f"{image.width} × {image.height}" if image.width else "–"

    @admin.display(description="sizes for the web", ordering="renditions_ready_at")
    def renditions(self, image):
        return image.renditions_state

    def get_object(self, request, object_id, from_field=None):
        image = super().get_object(request, object_id, from_field)
        if image is not None:
            image.asked_by = request.user  # titles of drafts are for those who may see them
        return image

    def _uses(self, image):
        """Where it is used. One form asks several times; the texts are looked through once."""
        if not hasattr(image, "uses"):
            image.uses = uses_of(image)
        return image.uses

    @admin.display(description="where used")
    def where_used(self, image):
        found = self._uses(image)
        hidden = _hidden_from(image.asked_by, found) if hasattr(image, "asked_by") else set()
        shown = [use for use in found if (use.view, use.pk) not in hidden]
        uses = [(use, reverse(use.view, args=[use.pk])) for use in shown]
        public = [use for use in found if use.is_public]
        return render_to_string(
            "admin/core/image_uses.html",
            {
                "uses": uses,
                "public": len(public),
                "public_texts": sum(use.in_text for use in public),
                "or_more": len(found) >= SHOWN,
                "hidden": len(found) - len(shown),
            },
        )

    @admin.display(description="earlier files")
    def earlier_files(self, image):
        versions = image.versions.select_related("replaced_by")
        return render_to_string(
            "admin/core/image_versions.html",
            {"image": image, "versions": versions},
        )

    # --- what is done -------------------------------------------------------------------------

    def save_model(self, request, obj, form, change):
        if not (obj.alt.strip() or obj.decorative):
            messages.warning(
                request,
                "This picture has no alternative text, so it says nothing to readers who do not "
                "see it. Add one, or mark the picture as decorative.",
            )
        if not change:
            obj.created_by = request.user
            super().save_model(request, obj, form, change)
            return
        words = {
            name: form.cleaned_data[name] for name in form.changed_data if name in replacing.WORDS
        }
        if "file" in form.changed_data:
            done = replacing.replace_file(obj, form.cleaned_data["file"], by=request.user, **words)
        else:
            done = replacing.change_words(obj, by=request.user, **words)
        for line in done.said():
            messages.info(request, line)

    def log_change(self, request, obj, message):
        """The act has written what it did."""

    def get_urls(self):
        base, name = "<int:pk>/earlier/<int:version>/", "core_image"
        return [
            *picker_urls(self),
            self.page(base, self.earlier_file_view, act="change", name=f"{name}_earlier"),
            self.page(f"{base}restore/", self.restore_view, act="change", name=f"{name}_restore"),
            self.page(
                f"{base}delete/",
                self.delete_earlier_view,
                act="delete_earlier",
                name=f"{name}_earlier_delete",
            ),
            *super().get_urls(),
        ]

    def get_actions(self, request):
        actions = super().get_actions(request)
        actions.pop("delete_selected", None)
        return actions

    # --- earlier files ------------------------------------------------------------------------

    def earlier_file_view(self, request: HttpRequest, pk: int, version: int) -> HttpResponse:
        """The file itself. It may have been replaced because it had to go, so few may see it."""
        stored = self._version(request, pk, version)
        try:
            file = stored.file.storage.open(stored.file.name)
        except FileNotFoundError as error:
            raise Http404("the file is missing") from error
        kind = mimetypes.guess_type(stored.file.name)[0] or "application/octet-stream"
        return FileResponse(
            file, content_type=kind, headers={"Content-Security-Policy": "default-src 'none'"}
        )

    def restore_view(self, request: HttpRequest, pk: int, version: int) -> HttpResponse:
        """Gives the picture an earlier file back, when confirmed."""
        image, stored = self._to_change(request, pk, version)
        change_url = reverse("admin:core_image_change", args=[pk])
        if stored is None:
            messages.warning(
                request,
                ("This file has already been restored, or does not belong to this picture."),
            )
            return HttpResponseRedirect(change_url)
        form = RestoreForm(request.POST or None, instance=stored)
        if request.method == "POST" and form.is_valid():
            try:
                done = replacing.restore_version(stored, by=request.user, **form.cleaned_data)
            except (replacing.CannotRestore, ValidationError) as error:
                messages.warning(request, " ".join(getattr(error, "messages", [str(error)])))
            else:
                messages.success(request, f"The earlier file of “{image}” was restored.")
                for line in done.said():
                    messages.info(request, line)
            return HttpResponseRedirect(change_url)
        return self._earlier_page(
            request,
            "admin/core/image_restore.html",
            f"Restore an earlier file of “{image}”",
            stored,
            form=form,
            where_used=self.where_used(image),
        )

    def delete_earlier_view(self, request: HttpRequest, pk: int, version: int) -> HttpResponse:
        """Deletes an earlier file for good, when confirmed by somebody who may delete pictures."""
        image, stored = self._to_change(request, pk, version)
        if request.method == "POST" or stored is None:
            if stored is not None:
                replacing.remove_version(stored, by=request.user)
            messages.success(request, f"The earlier file of “{image}” was deleted.")
            return HttpResponseRedirect(reverse("admin:core_image_change", args=[pk]))
        title = f"Delete an earlier file of “{image}”"
        return self._earlier_page(request, "admin/core/image_earlier_delete.html", title, stored)

    def _to_change(self, request: HttpRequest, pk: int, version: int):
        """The picture, and one of its earlier files or None."""
        image = self.get_queryset(request).get(pk=pk)
        return image, image.versions.filter(pk=version).first()

    def _earlier_page(self, request, template: str, title: str, stored, **more) -> HttpResponse:
        context = {
            **self.admin_site.each_context(request),
            "title": title,
            "opts": self.opts,
            "image": stored.image,
            "version": stored,
            "change_url": reverse("admin:core_image_change", args=[stored.image_id]),
            **more,
        }
        return TemplateResponse(request, template, context)

    def _version(self, request: HttpRequest, pk: int, version: int) -> ImageVersion:
        stored = ImageVersion.objects.filter(pk=version, image=pk).select_related("image").first()
        if stored is None:
            raise Http404("no such file")
        return stored


def _hidden_from(user, uses: list[Use]) -> set[tuple[str, int]]:
    """View and key of those that are not public and that `user` may not see in the admin."""
    by_view = defaultdict(set)
    for use in uses:
        if not use.is_public:
            by_view[use.view].add(use.pk)
    hidden = set()
    for view, keys in by_view.items():
        app, model = view.removeprefix("admin:").removesuffix("_change").split("_", 1)
        rows = apps.get_model(app, model)._base_manager.filter(pk__in=keys)
        seen = set(policy.rows(user, "view", rows).values_list("pk", flat=True))
        hidden |= {(view, key) for key in keys - seen}
    return hidden
