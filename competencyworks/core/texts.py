"""What the site reads out of a rich text: the page's HTML, its contents, its lead."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from django.utils.html import strip_tags
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import Truncator

from .cleaning import MORE, clean_html, from_plain


@dataclass(frozen=True)
class Text:
    html: str
    contents: list = field(default_factory=list)
    before_more: str = ""
    opening: str = ""


def read(body: str) -> Text:
    html = clean_html(body)
    before, mark, _ = html.partition(MORE)
    return Text(html.replace(MORE, ""), [], before if mark else "", html)


def lead_of(text: Text, excerpt: str) -> str:
    if excerpt.strip():
        return from_plain(excerpt)
    return clean_html(Truncator(text.before_more or text.opening).words(60, html=True))


def with_pictures(html: str, images: Mapping[int, object]) -> SafeString:
    return mark_safe(html)


def image_ids(html: str) -> list[int]:
    return [int(n) for n in re.findall(r'<img [^>]*?data-image="(\d+)"', html)]


def plain(html: str) -> str:
    return " ".join(strip_tags(html).split())
