"""Posts as schema.org data (https://schema.org/BlogPosting, https://schema.org/ItemList)."""

from typing import Any

from competencyworks.core.metadata import absolute, describe, publisher

from .models import DigestRow, Post


def article(post: Post) -> dict[str, Any]:
    """`post` (from `PostQuerySet.whole()`) as a schema.org/BlogPosting, a digest as an Article."""
    data: dict[str, Any] = {
        "@type": "BlogPosting",
        "headline": post.title[:110],
        "description": post.seo_description or describe(post.lead),
        "url": absolute(post.path),
        "mainEntityOfPage": absolute(post.path),
        "datePublished": post.publish_at.isoformat() if post.publish_at else None,
        "dateModified": post.modified_at.isoformat(),
        "author": [
            {
                "@type": "Person",
                "name": person["name"],
                "url": absolute(f"/people/{person['slug']}/"),
            }
            for person in post.byline
        ]
        or [publisher()],
        "publisher": publisher(),
        "articleSection": post.channel.name,
        "keywords": [tag["name"] for tag in post.tag_list],
    }
    if post.is_digest:
        data |= {"@type": "Article", "mainEntity": _links(post)}
    if post.picture:
        data["image"] = absolute(post.picture.file.url)
    if post.series_id and post.series.is_public:
        data["isPartOf"] = {"@type": "CreativeWorkSeries", "name": post.series.title}
    return {key: value for key, value in data.items() if value}


def _links(post: Post) -> dict[str, Any]:
    """The links of a digest as a schema.org/ItemList. One query."""
    links = post.digest_rows.filter(kind=DigestRow.Kind.LINK).values_list("title", "url")
    items = [
        {"@type": "ListItem", "position": number, "name": title, "url": url}
        for number, (title, url) in enumerate(links, start=1)
    ]
    return {"@type": "ItemList", "numberOfItems": len(items), "itemListElement": items}
