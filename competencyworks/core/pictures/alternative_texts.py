"""Which pictures in a text have no alternative text, and what their writer is told."""

from collections.abc import Iterable
from urllib.parse import unquote

from ..models import Image
from ..prose.html_tokens import TOKEN, attributes_of
from .image_addresses import marked

SHOWN = 5  # names of files in a message


def without_words(html: str, stored: str = "") -> list[str]:
    """
    The file names of the pictures in clean `html` that say nothing to those who cannot see them,
    each once. Left out are pictures of the library that have an alternative text there or are
    decorative, and those that `stored`, the text before the change, showed in the same way.
    """
    if 'alt=""' not in html and html.count("<img") == html.count(' alt="'):
        return []
    silent = list(_silent(marked(html)))
    keys = {int(picture["data-image"]) for picture in silent if picture.get("data-image")}
    rows = Image.objects.filter(pk__in=keys)
    speaking = {str(image.pk) for image in rows if image.decorative or image.alt.strip()}
    before = {picture.get("src") for picture in _silent(stored)}
    addresses = [
        picture.get("src", "")
        for picture in silent
        if picture.get("data-image") not in speaking and picture.get("src") not in before
    ]
    return list(
        dict.fromkeys(unquote(address.rstrip("/").rsplit("/", 1)[-1]) for address in addresses)
    )


def _silent(html: str) -> Iterable[dict[str, str]]:
    """The attributes of the pictures in `html` without an alternative text."""
    for token in TOKEN.finditer(html):
        if token["name"] == "img":
            attributes = attributes_of(token["attributes"])
            if not attributes.get("alt", "").strip():
                yield attributes


def message(names: list[str]) -> str:
    listed = ", ".join(f"“{name}”" for name in names[:SHOWN])
    more = f" and {len(names) - SHOWN} more" if len(names) > SHOWN else ""
    if len(names) == 1:
        said = f"The picture {listed} has no alternative text. Double-click it in the text and"
    else:
        said = (
            f"{len(names)} pictures have no alternative text: {listed}{more}. "
            "Double-click each of them in the text and"
        )
    return f"{said} say in one sentence what it shows, or mark it as decorative in the library."
