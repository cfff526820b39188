"""Queries over the catalogue."""

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import F, OuterRef, Subquery
from django.db.models.functions import JSONObject, Lower

from competencyworks.core import belongings
from competencyworks.core.discussion.threads import outline
from competencyworks.core.publishing import PublishableQuerySet

LINE = JSONObject(title="title", path="path")


class ResourceQuerySet(PublishableQuerySet):
    def by_title(self) -> "ResourceQuerySet":
        """By title, whatever the case of its letters."""
        return self.order_by(Lower("title"), "pk")

    def by_year(self) -> "ResourceQuerySet":
        """The latest year first; those without one at the end."""
        return self.order_by(F("year").desc(nulls_last=True), "-publish_at", "-pk")

    def listed(self) -> "ResourceQuerySet":
        """With all that one row of a list shows, in one query."""
        return (
            self.select_related("outside")
            .only(
                "title", "path", "lead", "publish_at", "kind", "publisher", "authors", "year",
                "why", "policy_stage", "outside__health",
            )
            .annotate(
                topic_list=belongings.topics("wiki_resource"),
                state_list=belongings.states("wiki_resource"),
            )
        )  # fmt: skip

    def brief(self) -> "ResourceQuerySet":
        """With what a line in a rail or block shows."""
        return self.only("title", "path", "kind", "publisher", "year", "publish_at")

    def whole(self, at) -> "ResourceQuerySet":
        """With all that a resource's own page shows, in one query; of what is public at `at`."""
        return (
            self.select_related("picture", "outside")
            .with_links()
            .defer("attached_text", "vector", "body")
            .annotate(
                topic_list=belongings.topics("wiki_resource"),
                state_list=belongings.states("wiki_resource"),
                tag_list=belongings.tags("wiki_resource"),
                successor=successor(at),
                on_pages=_pages(at),
                talk=outline(self.model),
            )
            .with_links()
        )


def successor(at) -> Subquery:
    """Title and path of the public resource that takes a resource's place."""
    from .resources import Resource  # which needs the queryset above

    rows = Resource.objects.published(at).filter(pk=OuterRef("superseded_by")).order_by()
    return Subquery(rows.values(json=LINE))


def _pages(at) -> ArraySubquery:
    """Title and path of the public pages on which curators set a resource, by title."""
    from .pages import PageResource, WikiPage

    placed = PageResource.objects.filter(resource=OuterRef(OuterRef("pk"))).order_by()
    shown = (WikiPage.Listed.CHOSEN, WikiPage.Listed.BOTH)
    rows = WikiPage.objects.published(at).filter(pk__in=placed.values("page"), listed__in=shown)
    return ArraySubquery(rows.order_by("title").values(json=LINE))
