"""
Addresses are kept: what once led to an item leads to it for ever.

An old address points at the item, not at a text that must be kept up: however often the
item moves, the answer is one hop to where it is now, and none while it is not public.
"""

from urllib.parse import unquote

from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.db import models
from django.http import Http404, HttpRequest

MAX_LENGTH = 2000  # characters; btree rows end at about 2,700 bytes


def normalize(address: str) -> str:
    """
    The form in which an address (path, perhaps with a query) is stored and looked up:
    percent-decoded, with slashes single, starting with one and ending in none.
    """
    path, mark, query = address.strip().partition("?")
    segments = [part for part in unquote(path).replace("\0", "").split("/") if part]
    return ("/" + "/".join(segments) + mark + query)[:MAX_LENGTH]


class OldAddress(models.Model):
    """An address of the past, and the item or address that it leads to."""

    path = models.CharField(
        max_length=MAX_LENGTH,
        unique=True,
        help_text="The old address without the host, as /2012/05/some-article/.",
    )
    content_type = models.ForeignKey(ContentType, models.CASCADE, null=True, editable=False)
    object_id = models.PositiveBigIntegerField(null=True, editable=False)
    item = GenericForeignKey()
    to = models.CharField(
        "leads to",
        max_length=MAX_LENGTH,
        blank=True,
        help_text="The address to lead to. Empty where an item of this site is led to.",
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = "old address"
        verbose_name_plural = "old addresses"
        ordering = ["path"]
        indexes = [models.Index(fields=["content_type", "object_id"])]

    def __str__(self) -> str:
        return self.path

    def clean(self) -> None:
        self.path = normalize(self.path)
        if self.to and not self.to.startswith(("/", "http://", "https://")):
            raise ValidationError({"to": "Start with / or https://."})
        if not self.to and not self.object_id:
            raise ValidationError({"to": "Say where this address leads."})
        if self.to and normalize(self.to) == self.path:
            raise ValidationError({"to": "An address cannot lead to itself."})

    def target(self) -> str | None:
        """Where the address leads now; None while its item is not public or has gone."""
        if self.to:
            return self.to
        model = self.content_type.model_class() if self.content_type_id else None
        if model is None:
            return None
        rows = model._default_manager.filter(pk=self.object_id)
        if hasattr(rows, "published"):
            rows = rows.published()
        item = rows.first()
        return item.get_absolute_url() if item else None


def remember(address: str, item: models.Model) -> None:
    """Let `address` lead to `item` from now on. An address that leads elsewhere is moved."""
    OldAddress.objects.update_or_create(
        path=normalize(address),
        defaults={
            "content_type": ContentType.objects.get_for_model(item),
            "object_id": item.pk,
            "to": "",
        },
    )


def asked_for(request: HttpRequest, rows: models.QuerySet, slug: str) -> models.Model:
    """
    The one of `rows` with `slug`. Raises Http404.

    A form may have been opened before its item moved: what is posted to the old address finds
    the item all the same, for a redirect would lose what a visitor typed.
    """
    if found := rows.filter(slug=slug).first():
        return found
    if request.method == "POST":
        kind = ContentType.objects.get_for_model(rows.model)
        path = normalize(rows.model(slug=slug).build_path())
        was = OldAddress.objects.filter(path=path, content_type=kind)
        if found := rows.filter(pk__in=was.values("object_id")).first():
            return found
    raise Http404("nothing public is there")


def stored(item: models.Model) -> models.Model | None:
    """
    The row of `item` as it is before a save, locked until the transaction ends; None for a new
    one. Rows that only point at it (comments, say) can be written meanwhile.
    """
    if item.pk is None:
        return None
    rows = type(item)._base_manager.select_for_update(no_key=True)
    return rows.filter(pk=item.pk).first()


def remember_change(item: models.Model, before: models.Model | None) -> None:
    """
    Keep the address of `before`, the stored row of `item`, if saving changes it.

    An item that was never public has no address worth keeping.
    """
    if before is None or before.get_absolute_url() == item.get_absolute_url():
        return
    if getattr(before, "status", "published") in ("published", "withdrawn"):
        remember(before.get_absolute_url(), item)
