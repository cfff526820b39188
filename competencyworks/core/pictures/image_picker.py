"""
The picture library as the editor shows it: find a picture or add one, and take it.

`ImageAdmin.get_urls` puts `picker_urls` before its own. The page stands in a frame of the
editor's form and tells its choice to that form; its policy allows this site to frame it, and
is the strict one in all else.
"""

from collections.abc import Callable
from typing import Any

from csp.decorators import csp_replace
from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, reverse
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_POST

from ..models import Image
from ..numbers import whole_number
from .replacing import change_words

PER_PAGE = 24


class PictureWordsForm(forms.ModelForm):
    """What a picture of the library shows, or that it is decorative: one of both is needed."""

    class Meta:
        model = Image
        fields = ["alt", "decorative"]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if not cleaned.get("alt", "").strip() and not cleaned.get("decorative"):
            self.add_error(
                "alt", "Say in one sentence what the picture shows, or mark it as decorative."
            )
        return cleaned


class PictureForm(PictureWordsForm):
    """A picture on its way into the library, with the words that it needs."""

    # The model's field looks into the file; a form field of images would go by its name first.
    file = forms.FileField(
        label="Picture file",
        help_text="JPEG, PNG, GIF, WebP, or AVIF.",
        widget=forms.FileInput(
            attrs={"accept": "image/jpeg,image/png,image/gif,image/webp,image/avif"}
        ),
    )

    class Meta:
        model = Image
        fields = ["file", "alt", "decorative", "caption", "credit"]


def picker_urls(model_admin: admin.ModelAdmin) -> list[URLPattern]:
    """
    The addresses `admin:core_image_pick`, `admin:core_image_upload` and `admin:core_image_words`.
    """
    picker = _Picker(model_admin)
    page = model_admin.page
    return [
        page("pick/", _framed(picker.pick), act="view", name="core_image_pick"),
        page(
            "upload/",
            require_POST(picker.upload),
            act="add",
            name="core_image_upload",
            refuse=lambda words: _refused(
                "You do not have permission to add pictures. Ask an editor.", status=403
            ),
        ),
        page(
            "<int:pk>/words/",
            require_POST(picker.words),
            act="change",
            name="core_image_words",
            refuse=lambda words: _refused(words, status=403),
        ),
    ]


def _framed(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """`view`, which pages of this site may show in a frame."""
    return xframe_options_sameorigin(csp_replace({"frame-ancestors": ["'self'"]})(view))


def find(words: str) -> QuerySet[Image]:
    """The pictures whose texts or file name hold all `words`, newest first."""
    rows = Image.objects.order_by("-created_at", "-pk")
    for word in words.replace("\0", "").split():
        rows = rows.filter(
            Q(title__icontains=word)
            | Q(alt__icontains=word)
            | Q(caption__icontains=word)
            | Q(credit__icontains=word)
            | Q(file__icontains=word)
        )
    return rows


def described(image: Image) -> dict[str, Any]:
    """What the editor needs to know of `image`."""
    return {
        "id": image.pk,
        "src": image.file.url,
        "alt": "" if image.decorative else image.alt,
        "caption": image.caption,
        "credit": image.credit,
    }


class _Picker:
    def __init__(self, model_admin: admin.ModelAdmin) -> None:
        self.model_admin = model_admin

    def pick(self, request: HttpRequest) -> HttpResponse:
        """The library with a search, and a form that adds a picture."""
        may_add = self.model_admin.has_add_permission(request)
        form = PictureForm(request.POST or None, request.FILES or None) if may_add else None
        if form is not None and form.is_valid():
            image = self._add(request, form.instance)
            return HttpResponseRedirect(f"{reverse('admin:core_image_pick')}?chosen={image.pk}")
        words = request.GET.get("q", "")
        page = Paginator(find(words), PER_PAGE).get_page(request.GET.get("page"))
        chosen = whole_number(request.GET.get("chosen", ""))
        context = {
            **self.model_admin.admin_site.each_context(request),
            "title": "Picture library",
            "is_popup": True,
            "words": words,
            "page": page,
            "pictures": [(image, described(image)) for image in page],
            "form": form,
            "chosen": Image.objects.filter(pk=chosen).first() if chosen else None,
        }
        if context["chosen"]:
            context["chosen"] = described(context["chosen"])
        return TemplateResponse(request, "admin/core/image_pick.html", context)

    def upload(self, request: HttpRequest) -> JsonResponse:
        """
        Take a picture that was dropped on the editor or pasted into it.

        Answers as https://ckeditor.com/docs/ckeditor4/latest/guide/dev_file_upload.html says,
        with `picture` (see `described`) beside it. A refusal has status 200, as the editor
        shows the message of no other.
        """
        file = request.FILES.get("upload")
        if file is None:
            return _refused("No file was uploaded. Choose a file and try again.")
        try:
            image = self._add(request, _checked(file))
        except ValidationError as error:
            return _refused(" ".join(error.messages))
        return JsonResponse(
            {
                "uploaded": 1,
                "fileName": image.file.name.rsplit("/", 1)[-1],
                "url": image.file.url,
                "picture": described(image),
                # Where the editor sends what its writer says of the picture.
                "words": reverse("admin:core_image_words", args=[image.pk]),
            }
        )

    def words(self, request: HttpRequest, pk: int) -> JsonResponse:
        """
        Store what a picture shows that was dropped or pasted, or that it is decorative. Words that
        it has already stay as they are: texts may hold copies of them.
        """
        image = Image.objects.get(pk=pk)
        if not image.alt.strip() and not image.decorative:
            form = PictureWordsForm(request.POST)
            if not form.is_valid():
                return _refused(
                    " ".join(form.errors.get("alt") or [("This text is too long. Shorten it.")])
                )
            change_words(image, by=request.user, **form.cleaned_data)
            image.refresh_from_db()
        return JsonResponse({"picture": described(image)})

    def _add(self, request: HttpRequest, image: Image) -> Image:
        image.created_by = request.user
        image.save()
        self.model_admin.log_addition(request, image, [{"added": {}}])
        return image


def _checked(file: UploadedFile) -> Image:
    image = Image(file=file)
    image.full_clean()
    return image


def _refused(message: str, status: int = 200) -> JsonResponse:
    return JsonResponse({"uploaded": 0, "error": {"message": message}}, status=status)
