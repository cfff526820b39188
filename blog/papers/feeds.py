from django.utils.html import format_html

from competencyworks.core.feeds import ItemFeed
from competencyworks.core.metadata import absolute

from .models import Paper, PaperFile


class PaperFeed(ItemFeed):
    """All papers: abstracts, with a link to the file."""

    title = "CompetencyWorks: papers"
    description = "Reports on emerging issues in competency education."

    def list_path(self, obj):
        return "/papers/"

    def rows(self, obj):
        return Paper.objects.published().newest().with_text()

    def items(self, obj):
        papers = super().items(obj)
        with_file = set(
            PaperFile.objects.filter(paper__in=papers).values_list("paper", flat=True).distinct()
        )
        for paper in papers:
            paper.has_file = paper.pk in with_file
        return papers

    def item_categories(self, item):
        return [term["name"] for term in (*item.topic_list, *item.tag_list)]

    def item_content(self, item):
        content = super().item_content(item)
        if not item.has_file:
            return content
        return content + format_html(
            '<p><a href="{}">Read the paper (PDF)</a></p>', absolute(item.file_path)
        )
