"""Queries over topic pages."""

from collections.abc import Iterable

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import F, JSONField, OuterRef, Value
from django.db.models.functions import Coalesce, Concat, JSONObject, NullIf, Trim

from competencyworks.core import belongings
from competencyworks.core.discussion.threads import outline
from competencyworks.core.models import Revision
from competencyworks.core.publishing import PublishableQuerySet

from ..belongings import above
from ..wikilinks import Place

NEWEST = 8  # resources that a page lists by query


class WikiPageQuerySet(PublishableQuerySet):
    """Queries over the topic pages."""

    def in_tree(self) -> "WikiPageQuerySet":
        """In the order in which pages stand beside one another."""
        return self.order_by("position", "title", "pk")

    def whole(self, at) -> "WikiPageQuerySet":
        """With all that a page shows of its own, in one query; of what is public at `at`."""
        return (
            self.select_related("picture")
            .defer("attached_text", "vector", "body")
            .annotate(
                above=above(),
                chosen=chosen_resources(at),
                newest=newest_resources(at),
                writers=writers(at),
                topic_list=belongings.topics("wiki_wikipage"),
                state_list=belongings.states("wiki_wikipage"),
                tag_list=belongings.tags("wiki_wikipage"),
                talk=outline(self.model),
            )
            .with_links()
        )

    def places_of(self, keys: Iterable[str], *, with_contents: bool = False) -> dict[str, Place]:
        """
        Where links to titles with these keys lead: to the page of the title, else to the one
        that had it. Public pages only. One query; none for no keys.
        """
        keys = list(keys)
        if not keys:
            return {}
        public = self.model.objects.published().order_by()
        contents = F("contents") if with_contents else Value(None, JSONField())
        now = public.filter(title_key__in=keys).values_list("title_key", "path", Value(0), contents)
        former = public.filter(former_titles__key__in=keys)
        once = former.values_list("former_titles__key", "path", Value(1), contents)
        places: dict[str, Place] = {}
        for key, path, _, headings in sorted(now.union(once, all=True), key=lambda row: row[2]):
            places.setdefault(key, Place(path, headings or ()))
        return places


def chosen_resources(at) -> ArraySubquery:
    """Key and note of the public resources that curators set in place on a page, in their order."""
    from .pages import PageResource  # which needs the queryset above
    from .resources import Resource

    rows = PageResource.objects.filter(
        page=OuterRef("pk"), resource__in=Resource.objects.published(at).order_by()
    )
    return ArraySubquery(rows.values(json=JSONObject(pk="resource_id", note="note")))


def newest_resources(at) -> ArraySubquery:
    """Keys of the newest public resources on the topics of a page."""
    from .pages import WikiPage
    from .resources import Resource

    # The page's own query is three levels up.
    page = OuterRef(OuterRef(OuterRef("pk")))
    topics = WikiPage.topics.through.objects.filter(wikipage=page)
    fitting = Resource.topics.through.objects.filter(topic__in=topics.values("topic"))
    rows = Resource.objects.published(at).filter(pk__in=fitting.values("resource")).newest()
    return ArraySubquery(rows.values("pk")[: 2 * NEWEST])


def writers(at) -> ArraySubquery:
    """
    Who wrote what readers may see of a page, save by save: name, and the slug of those who have
    a page of their own. Of staff without a name nothing is told.
    """
    account = Trim(Concat("author__first_name", Value(" "), "author__last_name"))
    rows = (
        Revision.objects.public(at)
        .filter(
            content_type__app_label="wiki",
            content_type__model="wikipage",
            object_id=OuterRef("pk"),
        )
        .order_by("number")
        .annotate(
            reader=NullIf("credit", Value("")),
            staff=Coalesce("author__person__name", NullIf(account, Value(""))),
        )
    )
    return ArraySubquery(
        rows.values(json=JSONObject(reader="reader", name="staff", slug=F("author__person__slug")))
    )
