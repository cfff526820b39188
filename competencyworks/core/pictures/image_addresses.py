"""
Which picture of the library an address shows.

A picture has many addresses: its file, the sizes for the web, files that it had earlier, each of
them with or without the host. Texts may hold any of these, as when a picture is copied from a
public page, so a text is read by its addresses and not only by the mark `data-image`.
"""

import posixpath
import re
from collections.abc import Collection, Iterable
from re import Match
from urllib.parse import unquote, urlsplit

from django.apps import apps
from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.core.files.storage import default_storage

from ..addresses import OldAddress, normalize
from ..prose.html_tokens import TOKEN, attributes_of, open_tag
from .responsive import renditions_folder

# The name of a rendition, as `responsive` makes it: folder of the file, crop, width.
RENDITION = re.compile(
    r"(?P<stem>.+)-(?P<suffix>jpg|png|gif|webp|avif)/(?:\d+_\d+-\d+x\d+/)?\d+w\.[a-z]+"
)
# A text holds a few pictures; one that holds more is marked in part, and found by its addresses.
MOST = 1000


def file_name(address: str) -> str | None:
    """
    The name of the file, in the storage, that `address` shows; for a rendition that of the file
    that it was made from. None for an address that is none of our media.
    """
    try:
        parts, base = urlsplit(address.strip()), urlsplit(default_storage.url("x"))
        host, own = parts.hostname, {urlsplit(settings.SITE_URL).hostname, base.hostname}
    except ValueError:  # as http://[
        return None
    if parts.scheme not in ("", "http", "https") or (host and host not in own):
        return None
    path = posixpath.normpath(unquote(parts.path).replace("\0", "").lstrip("/"))
    folder = base.path.removesuffix("x").lstrip("/")
    if not path.startswith(folder):
        return None
    name = path.removeprefix(folder)
    rendition = RENDITION.fullmatch(name)
    return f"{rendition['stem']}.{rendition['suffix']}" if rendition else name


def file_names(image) -> set[str]:
    """The names of the file of `image` and of those that it had earlier. One query."""
    kind = ContentType.objects.get_for_model(image)
    rows = OldAddress.objects.filter(content_type=kind, object_id=image.pk)
    names = {file_name(path) for path in rows.values_list("path", flat=True)}
    return {name for name in (image.file.name, *names) if name}


def in_addresses(names: Iterable[str]) -> list[str]:
    """What every address of the files `names`, and of their renditions, has in it."""
    return [part for name in names for part in (f"/{name}", f"/{renditions_folder(name)}/")]


def shown_in(html: str) -> dict[str, int]:
    """Addresses of pictures of the library that `html` shows, and the pictures' keys."""
    if "<img" not in html:
        return {}
    names: dict[str, str] = {}
    for token in TOKEN.finditer(html):
        if token["name"] == "img" and len(names) < MOST:
            address = attributes_of(token["attributes"]).get("src", "")
            if name := file_name(address):
                names[address] = name
    if not names:
        return {}
    keys = _keys(set(names.values()))
    return {address: keys[name] for address, name in names.items() if name in keys}


def _keys(names: Collection[str]) -> dict[str, int]:
    """Key of the picture that has, or had, each file. Two queries at most."""
    images = apps.get_model("core", "Image")
    keys = dict(images.objects.filter(file__in=names).values_list("file", "pk"))
    if len(keys) == len(names):
        return keys
    paths = {normalize(default_storage.url(name)): name for name in names if name not in keys}
    kind = ContentType.objects.get_for_model(images)
    rows = OldAddress.objects.filter(path__in=paths, content_type=kind)
    former = {paths[path]: pk for path, pk in rows.values_list("path", "object_id")}
    return keys | former


def marked(html: str) -> str:
    """Clean `html`, each picture of the library marked with its key, whatever its mark was."""
    keys = shown_in(html)
    if not keys:
        return html

    def with_mark(token: Match[str]) -> str:
        if token["name"] != "img" or token["slash"]:
            return token[0]
        attributes = attributes_of(token["attributes"])
        key = keys.get(attributes.get("src", ""))
        if key is None or attributes.get("data-image") == str(key):
            return token[0]
        return open_tag("img", attributes | {"data-image": str(key)})

    return TOKEN.sub(with_mark, html)
