"""The demo's papers: each with a file that the worker will read, and with readers."""

from datetime import timedelta

from django.contrib.auth.models import User
from django.core.files.base import ContentFile
from django.utils import timezone

from blog.models import Paper, PaperDownloads
from blog.papers.replacing import replace_file
from competencyworks.website.demo.canvas import seeded
from competencyworks.website.demo.content import Article, moment
from competencyworks.website.demo.sheets import paper_file


def load_paper(loading, article: Article, editor: User) -> None:
    """The paper that `article` tells of, published by `editor`; `loading` is the run."""
    head = article.head
    writers = [loading.people[slug] for slug in head["authors"]]
    at = moment(head["days_ago"], article.slug)
    head["year"] = at.year
    words = {key: head[key] for key in ("title", "excerpt", "year", "publisher", "number")}
    paper = Paper(slug=article.slug, body=head["abstract"], **words)
    paper = loading.keep(paper, head, at, editor, writers)
    loading.items[paper.slug] = paper
    content = paper_file(article, [person.name for person in writers])
    file = replace_file(paper, ContentFile(content, f"{article.slug}-final.pdf"), editor)
    loading.files.append(file.file)
    file.uploaded_at = paper.publish_at
    file.save(update_fields=["uploaded_at"])
    _download(paper)
    loading.made["papers"] += 1


def _download(paper: Paper) -> None:
    """As often as a paper that was much read at first and is still found would be."""
    rng = seeded(f"downloads of {paper.slug}")
    first = timezone.localtime(paper.publish_at).date()
    days = (timezone.localdate() - first).days + 1
    PaperDownloads.objects.bulk_create(
        PaperDownloads(
            paper=paper,
            day=first + timedelta(days=day),
            count=rng.randint(1, 4) + 60 // (day + 1),
        )
        for day in range(days)
    )
