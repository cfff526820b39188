"""What an item lacks that readers would miss: shown to staff before it is published."""

from lxml import html

from .models import Image
from .publishing import Publishable


def what_is_missing(item: Publishable) -> list[str]:
    """In words, as 'no text', 'no author'; empty where nothing is missing."""
    missing = []
    if not item.title.strip():
        missing.append("no title")
    if not (item.body.strip() or item.attached_text.strip()):
        missing.append("no text")
    if "authors" in _bylines(item) and not item.authors.exists():
        missing.append("no author")
    picture = item.picture
    if picture and not picture.alt and not picture.decorative:
        missing.append("its picture has no alternative text")
    count = _pictures_without_words(item.body)
    if count:
        pictures = "a picture" if count == 1 else f"{count} pictures"
        missing.append(f"{pictures} in the text without alternative text")
    return missing


def _bylines(item: Publishable) -> set[str]:
    """The relations of its kind. Who wrote a resource elsewhere is a column, and may be empty."""
    return {field.name for field in item._meta.many_to_many}


def _pictures_without_words(body: str) -> int:
    """How many pictures of a text say nothing, and are not marked as decorative."""
    if "<img" not in body:
        return 0
    silent = [
        picture.get("data-image")
        for picture in html.fragment_fromstring(body, create_parent=True).iter("img")
        if not (picture.get("alt") or "").strip()
    ]
    keys = {int(key) for key in silent if key and key.isdecimal()}
    rows = Image.objects.filter(pk__in=keys, decorative=True)
    decorative = set(rows.values_list("pk", flat=True))
    return sum(not (key and key.isdecimal() and int(key) in decorative) for key in silent)
