"""Tags as staff type them: names between commas, cleaned, each once however it is spelled."""

import hashlib
import re
import unicodedata
from collections.abc import Iterable

from django import forms
from django.db.models import CharField, Func, Q, QuerySet, Value
from django.db.models.functions import Lower
from django.urls import reverse_lazy
from django.utils.text import slugify
from taggit.forms import TagField, TagWidget
from taggit.models import Tag

from ..addresses import remember
from ..links.titles import title_key
from ..models import FormerTag
from ..one_line import clean_line
from ..slugs import words_of
from ..visible_text import shows

PIECE = re.compile(r'\s*"([^"]*)"\s*(?=[,;]|$)|([^,;]*)')
LONGEST = 100  # characters, as the column of taggit's table has


def clean_name(text: str) -> str:
    """`text` on one line, its letters composed."""
    return clean_line(unicodedata.normalize("NFC", text))


def parse(text: str) -> list[str]:
    """
    The names in `text`, sorted. Commas or semicolons stand between them; quotes around a name may
    hold a comma.

    taggit's own reading takes two words without a comma for two tags.
    """
    names, position = [], 0
    while position <= len(text):
        piece = PIECE.match(text, position)
        names.append(piece[2] if piece[1] is None else piece[1])
        position = piece.end() + 1
    found: dict[str, str] = {}
    for name in filter(None, map(clean_name, names)):
        found.setdefault(title_key(name), name)
    return sorted(found.values())


def typed(tags: Iterable[Tag]) -> str:
    """`tags` as parse() reads them."""
    return ", ".join(sorted(f'"{tag.name}"' if "," in tag.name else tag.name for tag in tags))


def slug_of(name: str) -> str:
    """The slug that `name` gives; of signs alone, a short digest stands for them."""
    slug = slugify(words_of(name), allow_unicode=True)[:LONGEST].strip("-_")
    return slug or f"tag-{hashlib.sha256(name.encode()).hexdigest()[:8]}"


def give_slug(sender, instance: Tag, **kwargs) -> None:
    """
    Before a tag is saved: its name is one clean line. No tag is without an address, and none too
    long for its column. taggit makes 'k12' of 'K–12'.
    """
    instance.name = clean_name(instance.name)
    is_plain = instance._state.adding and instance.slug == instance.slugify(instance.name)
    wanted = slug_of(instance.name)
    if not instance.slug or (
        is_plain and wanted != instance.slug and not Tag.objects.filter(slug=wanted).exists()
    ):
        instance.slug = wanted
    instance.slug = instance.slug[:LONGEST]


def keep_address(sender, instance: Tag, raw: bool = False, **kwargs) -> None:
    """
    Before a tag is saved: its old address leads to the new one and its old name stands for it,
    whoever changes them. The acts do more: they keep the histories.
    """
    before = Tag.objects.filter(pk=instance.pk).first() if instance.pk and not raw else None
    if before is None:
        return
    if before.slug != instance.slug:
        remember(before.get_absolute_url(), instance)
    if before.name.lower() != instance.name.lower():
        FormerTag.objects.filter(name__iexact=before.name).delete()
        FormerTag.objects.create(name=before.name, tag=instance)


def same_name(name: str) -> QuerySet:
    """Tags that are called `name`, however it is spelled: see titles.title_key."""
    key = title_key(name)
    alike = [tag.pk for tag in _perhaps_alike([name]) if title_key(tag.name) == key]
    return Tag.objects.filter(Q(name__iexact=name) | Q(pk__in=alike))


def _perhaps_alike(names: list[str]) -> QuerySet:
    """The tags among which those are that are spelled as one of `names`, or alike."""
    letters = Func(
        Lower("name"), Value(r"[\W_]+"), Value(""), Value("g"),
        function="regexp_replace", output_field=CharField(),
    )  # fmt: skip
    wanted = [re.sub(r"[\W_]+", "", name.lower()) for name in names]
    rows = Tag.objects.alias(letters=letters)
    # By the slug as well: the database knows no other way to compose letters.
    return rows.filter(Q(letters__in=wanted) | Q(slug__in=[slug_of(name) for name in names]))


def as_stored(names: Iterable[str]) -> list[str]:
    """`names` as the tags are spelled that there are: 'growth mindset' for 'Growth-Mindset'."""
    names = list(names)
    if not names:
        return []
    stored = list(_perhaps_alike(names).order_by("pk").values_list("name", flat=True))
    # A tag with the very name comes before one that is only spelled alike.
    alike = {title_key(name): name for name in reversed(stored)}
    same = {name.lower(): name for name in stored}
    return [same.get(name.lower()) or alike.get(title_key(name)) or name for name in names]


def has_words(name: str) -> bool:
    """Whether there is a letter or a digit in `name`, which its address can be made of."""
    return any(character.isalnum() and shows(character) for character in name)


def names_now(names: Iterable[str]) -> tuple[list[str], list[str]]:
    """
    The tags that stand now for `names`, old ones too, and those of `names` that were retired.

    A tag that has the name now comes before what once had it.
    """
    names = list(names)
    former = FormerTag.objects.now(names)
    if former:
        used = Tag.objects.alias(folded=Lower("name")).filter(folded__in=list(former))
        live = {name.lower() for name in used.values_list("name", flat=True)}
        former = {name: kept for name, kept in former.items() if name not in live}
    found: dict[str, str] = {}
    retired = []
    for name in names:
        kept = former.get(name.lower(), name)
        if kept is None:
            retired.append(name)
        else:
            found.setdefault(kept.lower(), kept)
    return list(dict.fromkeys(as_stored(found.values()))), retired


class TagsInput(TagWidget):
    """
    A line of tags. A script shows each as a chip and completes names; without it the line takes
    names between commas.
    """

    class Media:
        js = ("competencyworks/admin/tags.js",)

    def build_attrs(self, base_attrs, extra_attrs=None):
        more = {"class": "vTextField", "data-tags-at": reverse_lazy("admin:taggit_tag_names")}
        return super().build_attrs(base_attrs | more, extra_attrs)


class TagNamesField(TagField):
    """
    Tags in a form: says which name cannot be one; of a merged tag's name it takes the other, of a
    name that is spelled in another way the tag that there is.
    """

    widget = TagsInput

    def clean(self, value):
        names = super().clean(value)
        if long := [name for name in names if len(name) > LONGEST]:
            raise forms.ValidationError(
                f"A tag can have up to {LONGEST} characters. Shorten “{long[0][:40]}…”."
            )
        if split := [name for name in names if ";" in name]:
            raise forms.ValidationError(f"A tag cannot contain a semicolon. Change “{split[0]}.”")
        now, retired = names_now(names)
        signs = [name for name in {*now, *retired} if not has_words(name)]
        # What an import brought may stay.
        if signs and (
            new := set(signs)
            - set(Tag.objects.filter(name__in=signs).values_list("name", flat=True))
        ):
            raise forms.ValidationError(
                f"“{min(new)}” has no letter or digit. Enter the tag in words."
            )
        return sorted({*now, *retired})  # who types the name of a retired tag makes it anew
