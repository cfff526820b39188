"""Papers as schema.org data (https://schema.org/Report)."""

from typing import Any

from competencyworks.core.metadata import absolute, describe, publisher

from .models import Paper, PaperFile


def report(paper: Paper, file: PaperFile | None) -> dict[str, Any]:
    """`paper` (from `PaperQuerySet.whole()`) as a schema.org/Report."""
    brought_out = (
        {"@type": "Organization", "name": paper.publisher} if paper.publisher else publisher()
    )
    data: dict[str, Any] = {
        "@type": "Report",
        "headline": paper.title[:110],
        "name": paper.title,
        "description": paper.seo_description or describe(paper.lead),
        "url": absolute(paper.path),
        "mainEntityOfPage": absolute(paper.path),
        "datePublished": str(paper.year),
        "dateModified": paper.updated_at.isoformat(),
        "author": [
            {
                "@type": "Person",
                "name": person["name"],
                "url": absolute(f"/people/{person['slug']}/"),
            }
            for person in paper.byline
        ]
        or [brought_out],
        "publisher": brought_out,
        "reportNumber": paper.number,
        "about": [topic["name"] for topic in paper.topic_list],
        "keywords": [tag["name"] for tag in paper.tag_list],
    }
    if paper.doi:
        data["sameAs"] = f"https://doi.org/{paper.doi}"
    if paper.picture:
        data["image"] = absolute(paper.picture.file.url)
    if file:
        data["encoding"] = {
            "@type": "MediaObject",
            "contentUrl": absolute(paper.file_path),
            "encodingFormat": "application/pdf",
            "contentSize": str(file.size),
        }
        data["pagination"] = f"1-{file.pages}"
    return {key: value for key, value in data.items() if value}
