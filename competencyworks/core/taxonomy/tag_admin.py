"""Tags in the admin, in place of taggit's own pages."""

from django import forms
from django.contrib import messages
from django.db.models import Count, IntegerField, OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpResponseRedirect
from django.urls import reverse
from django.utils.html import format_html
from taggit.models import Tag, TaggedItem

from ..models import FormerTag
from .acts import CannotChange
from .admin import TaxonomyAdmin
from .merging import merge_tags
from .retiring import rename_tag, retire_tag
from .tag_completion import names
from .tag_names import clean_name, has_words, same_name, slug_of


class TagForm(forms.ModelForm):
    """Name and slug. A name that another tag has is refused, and a merge offered."""

    class Meta:
        model = Tag
        fields = ["name", "slug"]
        help_texts = {
            "name": "As readers see it: one or more words on one line.",
            "slug": "The last part of its web address. If left empty, it is made from the name. "
            "If you change it, the old address redirects to the new one.",
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if "slug" in self.fields:  # there is none where one may only look
            self.fields["slug"].required = False

    def clean_name(self) -> str:
        name = clean_name(self.cleaned_data["name"])
        if not name:
            raise forms.ValidationError("Type a name.")
        if ";" in name:
            raise forms.ValidationError(
                "A tag cannot contain a semicolon, because semicolons separate tags."
            )
        if "," in name and "name" in self.changed_data:
            raise forms.ValidationError(
                "A tag cannot contain a comma, because commas separate tags."
            )
        if "name" in self.changed_data and not has_words(name):
            raise forms.ValidationError(
                "A tag needs a letter or a digit, because its web address is made from them. "
                "Enter the tag in words."
            )
        other = same_name(name).exclude(pk=self.instance.pk).first()
        if other is None:
            self._refuse_former_name(name)
            return name
        if self.instance.pk is None:
            raise forms.ValidationError(f"There is already a tag “{other}.”")
        merge = f"{reverse('admin:taggit_tag_merge')}?ids={self.instance.pk}&keep={other.pk}"
        raise forms.ValidationError(
            format_html(
                'There is already a tag “{}.” <a href="{}">Merge this one into it</a>.',
                other,
                merge,
            )
        )

    def _refuse_former_name(self, name: str) -> None:
        """What another tag was called stands for it in histories and wherever it is typed."""
        was = FormerTag.objects.filter(name__iexact=name).exclude(tag=None)
        was = was.exclude(tag=self.instance.pk).select_related("tag").first()
        if was and "name" in self.changed_data:
            raise forms.ValidationError(
                f"“{was.name}” is a former name of the tag “{was.tag}” and still leads to it. "
                "Choose another name."
            )

    def clean_slug(self) -> str:
        name = self.cleaned_data.get("name")
        return self.cleaned_data["slug"] or (slug_of(name) if name else "")


class TagAdmin(TaxonomyAdmin):
    form = TagForm
    list_display = ["name", "uses", "slug"]
    search_fields = ["name", "slug"]
    fields = ["name", "slug", "where_used"]
    ordering = ["name"]
    picked_by = TaggedItem._meta.get_field("tag")
    merge = staticmethod(merge_tags)
    retire = staticmethod(retire_tag)

    def get_urls(self):
        page = self.page("names/", names, act="view", name="taggit_tag_names")
        return [page, *super().get_urls()]

    def get_queryset(self, request):
        bearing = TaggedItem.objects.filter(tag=OuterRef("pk")).order_by().values("tag")
        uses = Subquery(bearing.annotate(n=Count("pk")).values("n"), IntegerField())
        return super().get_queryset(request).annotate(uses=Coalesce(uses, 0))

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        try:
            return super().changeform_view(request, object_id, form_url, extra_context)
        except CannotChange as error:  # in the moment between the form's check and the act
            messages.error(request, str(error))
            return HttpResponseRedirect(request.get_full_path())

    def save_model(self, request, obj, form, change):
        if not change:
            super().save_model(request, obj, form, change)
            return
        count = rename_tag(obj.pk, obj.name, obj.slug, request.user)
        if count:
            messages.info(request, f"The new name is noted in the history of {count:,} items.")
