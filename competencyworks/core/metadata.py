"""
What a page says of itself to search engines, social sites and feed readers.

Sources: https://ogp.me, https://schema.org, https://developers.google.com/search/docs
"""

import json
from dataclasses import dataclass, field
from datetime import datetime
from html import unescape
from typing import Any

from django.conf import settings
from django.utils.html import strip_tags
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import Truncator

DESCRIPTION_LENGTH = 200  # characters
# As django.utils.html.json_script has it: nothing in the data may close the element.
_JSON_ESCAPES = {ord(">"): "\\u003E", ord("<"): "\\u003C", ord("&"): "\\u0026"}


def absolute(address: str) -> str:
    """`address` with scheme and host of the site, unless it has its own."""
    return address if "://" in address else settings.SITE_URL + address


def describe(html: str) -> str:
    """Plain text of `html`, short enough for a description."""
    words = " ".join(unescape(strip_tags(html)).replace("\xa0", " ").split())
    return Truncator(words).chars(DESCRIPTION_LENGTH)


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
        if self.image:
            found += [
                ("og:image", absolute(self.image.file.url)),
                ("og:image:width", str(self.image.width)),
                ("og:image:height", str(self.image.height)),
                ("og:image:alt", self.image.alt),
            ]
        if self.published:
            found.append(("article:published_time", self.published.isoformat()))
        if self.modified:
            found.append(("article:modified_time", self.modified.isoformat()))
        return [(name, value) for name, value in found if value]

    @property
    def card(self) -> str:
        """Kind of card for sites that read twitter:card."""
        return "summary_large_image" if self.image else "summary"

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
        modified=item.updated_at,
        canonical_url=item.canonical_url,
        hidden=item.hide_from_search_engines,
        **more,
    )
