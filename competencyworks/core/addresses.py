"""
Addresses are kept: what once led to an item leads to it for ever.

An old address points at the item, not at a text that must be kept up: however often the
item moves, the answer is one hop to where it is now, and none while it is not public.
"""

from unicodedata import normalize as normalize_letters
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.db import models
from django.http import Http404, HttpRequest
from django.http.request import split_domain_port, validate_host

MAX_LENGTH = 2000  # characters; btree rows end at about 2,700 bytes
MOST_HOPS = 10  # of addresses that lead to addresses


def normalize(address: str) -> str:
    """
    The form in which an address (path, perhaps with a query) is stored and looked up:
    percent-decoded, letters composed (NFC, as slugs are), with slashes single, starting with one
    and ending in none.
    """
    path, mark, query = address.strip().partition("?")
    segments = [
        part
        for part in normalize_letters("NFC", unquote(path)).replace("\0", "").split("/")
        if part
    ]
    return ("/" + "/".join(segments) + mark + query)[:MAX_LENGTH]


def local_part(address: str) -> str | None:
    """Path and query of an address of this site, given in full or as a path; None for another."""
    address = address.strip()
    own = [settings.SITE_HOST, f"www.{settings.SITE_HOST}", *settings.ALLOWED_HOSTS]
    if validate_host(split_domain_port(address.partition("/")[0].lower())[0], own):
        address = f"//{address}"  # pasted without its scheme
    try:
        parts = urlsplit(address)
    except ValueError:
        return None
    if parts.netloc:
        host, _port = split_domain_port(parts.netloc.rpartition("@")[2].lower())
        if parts.scheme not in ("", "http", "https") or not validate_host(host, own):
            return None
    elif parts.scheme:
        return None
    return (parts.path or "/") + (f"?{parts.query}" if parts.query else "")


def stored_at(address: str) -> "OldAddress | None":
    """The old address that answers at `address`: with its query, or else without it."""
    path = normalize(address)
    forms = list(dict.fromkeys([path, path.partition("?")[0]]))
    forms += [form.lower() for form in forms if form != form.lower()]
    rows = {row.path: row for row in OldAddress.objects.filter(path__in=forms)}
    return next((rows[form] for form in forms if form in rows), None)


def goes_round(path: str, to: str) -> bool:
    """Whether `to`, followed through the old addresses that are stored, comes back to `path`."""
    seen = {normalize(path).partition("?")[0].lower()}
    for _hop in range(MOST_HOPS):
        local = local_part(to)
        if local is None:
            return False
        at = normalize(local).partition("?")[0].lower()
        if at in seen:
            return True
        seen.add(at)
        row = stored_at(local)
        to = row and row.target()
        if not to:
            return False
    return True


class OldAddress(models.Model):
    """An address of the past, and the item or address that it leads to."""

    path = models.CharField(
        max_length=MAX_LENGTH,
        unique=True,
        help_text="The old address without the domain, such as /2012/05/some-article/.",
    )
    content_type = models.ForeignKey(ContentType, models.CASCADE, null=True, editable=False)
    object_id = models.PositiveBigIntegerField(null=True, editable=False)
    item = GenericForeignKey()
    to = models.CharField(
        "redirects to",
        max_length=MAX_LENGTH,
        blank=True,
        help_text="The web address to redirect to. Leave empty if the old address redirects to "
        "an item on this site.",
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
        self._clean_path()
        if self.to and not self.to.startswith(("/", "http://", "https://")):
            raise ValidationError({"to": "Start with / or https://."})
        if not self.to and not self.object_id:
            raise ValidationError({"to": "Enter where this address should redirect."})
        if self.to and normalize(self.to) == self.path:
            raise ValidationError({"to": "An address cannot redirect to itself."})
        if self.to and goes_round(self.path, self.to):
            raise ValidationError(
                {"to": "This address redirects back to the old one. Enter the address of a page."}
            )

    def _clean_path(self) -> None:
        """Of a full address of this site, the path. Raises ValidationError for another site's."""
        path = local_part(self.path)
        if path is None:
            raise ValidationError(
                {
                    "path": "This is not an address on this site. Enter an address without the "
                    "host, such as /2012/05/some-article/."
                }
            )
        self.path = normalize(path)

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
        if item is None:
            return None
        if getattr(item, "retired_at", None):  # a topic: its own address leads elsewhere
            onward = OldAddress.objects.filter(path=normalize(item.get_absolute_url())).first()
            return onward.target() if onward and onward.object_id != self.object_id else None
        return item.get_absolute_url()


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


def lead(address: str, to: str) -> None:
    """Let `address` lead to the address `to` from now on."""
    OldAddress.objects.update_or_create(
        path=normalize(address), defaults={"content_type": None, "object_id": None, "to": to}
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
