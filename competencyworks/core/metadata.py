"""
What a page says of itself to search engines, social sites and feed readers.

Sources: https://ogp.me, https://schema.org, https://developers.google.com/search/docs
"""

import json
import re
from dataclasses import dataclass, field
from datetime import datetime
from html import unescape
from typing import Any

from django.conf import settings
from django.templatetags.static import static
from django.utils.safestring import SafeString, mark_safe

from .prose.html_tokens import TOKEN
from .prose.leads import INLINE

FAILED = frozenset({409, 413, 422, 429})  # answers to a form that was sent, and not taken
DESCRIPTION_LENGTH = 200  # characters
# For pages without a picture; made by scripts/make_social_card.py.
DEFAULT_CARD = "competencyworks/social-card.png"
DEFAULT_CARD_SIZE = (1200, 630)
DEFAULT_CARD_ALT = "CompetencyWorks: learning is constant, time varies"
# Sites crop a large card to about twice its height in width; a portrait or a cover would lose its
# head, and a small picture its sharpness.
LARGE_CARD_WIDTH = 600
LARGE_CARD_RATIO = 1.3
# As django.utils.html.json_script has it: nothing in the data may close the element.
_JSON_ESCAPES = {ord(">"): "\\u003E", ord("<"): "\\u003C", ord("&"): "\\u0026"}


def absolute(address: str) -> str:
    """`address` with scheme and host of the site, unless it has its own."""
    return address if "://" in address else settings.SITE_URL + address


def plain_text(html: str) -> str:
    """The words of `html` on one line. Where a block ends and another begins, a blank stands."""

    def between(token: re.Match[str]) -> str:
        return "" if token["name"] in INLINE else " "

    return " ".join(unescape(TOKEN.sub(between, html)).replace("\xa0", " ").split())


def shorten(text: str, length: int) -> str:
    """`text` in at most `length` characters; what is left out ends at a word, with '…'."""
    if len(text) <= length:
        return text
    whole_words = text[:length].rpartition(" ")[0] if text[length - 1] != " " else text[:length]
    # One endless word is cut inside.
    return (whole_words or text[: length - 1]).rstrip(" ,;:–—-(“‘") + "…"


def describe(html: str) -> str:
    """Plain text of `html`, short enough for a description."""
    return shorten(plain_text(html), DESCRIPTION_LENGTH)


def shortened(text: str) -> str:
    """Plain `text` on one line, short enough for a description."""
    return shorten(" ".join(text.replace("\xa0", " ").split()), DESCRIPTION_LENGTH)


def publisher() -> dict[str, Any]:
    """The site as schema.org/Organization, for the items that it publishes."""
    return {"@type": "Organization", "name": "CompetencyWorks", "url": settings.SITE_URL + "/"}


@dataclass
class PageMeta:
    """Head matter of one page. `path` is its own address; `crumbs` lead to it, home first."""

    title: str
    path: str
    description: str = ""
    crumbs: list[tuple[str, str]] = field(default_factory=list)
    feeds: list[tuple[str, str]] = field(default_factory=list)
    kind: str = "website"
    image: Any = None
    image_alt: str = ""
    published: datetime | None = None
    modified: datetime | None = None
    authors: list[dict[str, str]] = field(default_factory=list)
    canonical_url: str = ""
    hidden: bool = False
    failed: bool = False  # a form was sent, and not taken: the title says so first
    data: list[dict[str, Any]] = field(default_factory=list)
    scholar: list[tuple[str, str]] = field(default_factory=list)  # citations.scholar_tags

    @property
    def canonical(self) -> str:
        return self.canonical_url or absolute(self.path)

    @property
    def properties(self) -> list[tuple[str, str]]:
        """Open Graph properties, in order (https://ogp.me)."""
        found = [
            ("og:type", self.kind),
            ("og:title", self.title),
            ("og:description", self.description),
            ("og:url", self.canonical),
            ("og:site_name", "CompetencyWorks"),
        ]
        address, width, height, alt = self._picture
        found += [
            ("og:image", absolute(address)),
            ("og:image:width", str(width)),
            ("og:image:height", str(height)),
            ("og:image:alt", alt),
        ]
        if self.published:
            found.append(("article:published_time", self.published.isoformat()))
        if self.modified:
            found.append(("article:modified_time", self.modified.isoformat()))
        return [(name, value) for name, value in found if value]

    @property
    def card(self) -> str:
        """Kind of card for sites that read twitter:card: large only for a picture that is wide."""
        _, width, height, _ = self._picture
        is_wide = width >= LARGE_CARD_WIDTH and width >= height * LARGE_CARD_RATIO
        return "summary_large_image" if is_wide and self.kind != "profile" else "summary"

    @property
    def _picture(self) -> tuple[str, int, int, str]:
        """Address, width, height and description of the page's picture, or of the site's card."""
        if self.image:
            return self.image.file.url, self.image.width, self.image.height, self.image.alt
        return static(DEFAULT_CARD), *DEFAULT_CARD_SIZE, DEFAULT_CARD_ALT

    @property
    def json_ld(self) -> SafeString:
        """The page's data blocks and its breadcrumb as one JSON-LD graph, safe in a script."""
        graph = list(self.data)
        if len(self.crumbs) > 1:
            graph.append(
                {
                    "@type": "BreadcrumbList",
                    "itemListElement": [
                        {
                            "@type": "ListItem",
                            "position": number,
                            "name": name,
                            "item": absolute(path),
                        }
                        for number, (name, path) in enumerate(self.crumbs, start=1)
                    ],
                }
            )
        if not graph:
            return mark_safe("")
        text = json.dumps({"@context": "https://schema.org", "@graph": graph}, ensure_ascii=False)
        # Safe: the three characters that could end the element are escaped.
        return mark_safe(text.translate(_JSON_ESCAPES))  # noqa: S308


def meta_for(item, crumbs: list[tuple[str, str]], **more) -> PageMeta:
    """Head matter of a publishable `item`, from what staff entered or else from its text."""
    return PageMeta(
        title=item.seo_title or item.title,
        path=item.path,
        description=item.seo_description or describe(item.lead),
        crumbs=crumbs,
        image=item.picture,
        published=item.publish_at,
        modified=item.modified_at,
        canonical_url=item.canonical_url,
        hidden=item.hide_from_search_engines,
        **more,
    )
