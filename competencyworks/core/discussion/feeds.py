"""Feeds of comments: of one item, of all."""

from django.contrib.contenttypes.models import ContentType
from django.db.models import CharField, Exists, Model, OuterRef, Q, Value
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.html import escape
from django.views.decorators.common import no_append_slash

from ..feeds import ITEMS, ItemFeed
from ..metadata import absolute, describe
from ..models import Comment, CommentDecision
from ..prose.texts import for_feed
from .marks import with_rel
from .threads import discussed_kinds


class CommentFeed(ItemFeed):
    """Base: public comments, newest first."""

    def feed_extra_kwargs(self, obj):
        # Any comment's: of the decisions on all comments few take a public one away. By key, as
        # that is the order in which they were made, and has an index.
        lost = CommentDecision.objects.filter(was=Comment.Status.APPROVED).order_by("-pk")
        return {"lost_at": lost.values_list("at", flat=True).first()}

    def item_title(self, comment):
        # Some programs take titles for HTML, others do not, so a name holds no tags there.
        name = comment.name.replace("<", "").replace(">", "").strip() or "Anonymous"
        return f"{name} on “{comment.item}”"

    def item_description(self, comment):
        # A description is HTML (https://www.rssboard.org/rss-profile#element-channel-item-description).
        return escape(describe(comment.body))

    def item_link(self, comment):
        return absolute(comment.get_absolute_url())

    item_guid = item_link

    def item_pubdate(self, comment):
        return comment.created_at

    def item_updateddate(self, comment):
        # A comment that waited appears when it is approved.
        moments = (comment.created_at, comment.edited_at, comment.decided_at)
        return max(filter(None, moments))

    def item_content(self, comment):
        return for_feed(with_rel(comment.body), absolute(comment.item.path))

    def item_extra_kwargs(self, comment):
        return {"creators": [comment.name or "Anonymous"], "content": self.item_content(comment)}


class AllComments(CommentFeed):
    """What is said anywhere on the site."""

    title = "CompetencyWorks: comments"
    description = "What readers say about articles and pages."

    def list_path(self, obj):
        return "/comments/"

    def link(self, obj):
        return absolute("/")

    def rows(self, obj):
        public = Q()
        for model in discussed_kinds().values():
            items = model.objects.published().filter(pk=OuterRef("object_id")).order_by()
            kind = ContentType.objects.get_for_model(model)
            public |= Q(Exists(items), content_type=kind)
        comments = Comment.objects.public().filter(public).order_by("-created_at", "-pk")
        return comments.prefetch_related("item")


class ItemComments(CommentFeed):
    """What is said under one item."""

    def get_object(self, request, item):
        return item

    def title(self, item):
        return f"Comments on “{item}”"

    def description(self, item):
        return f"What readers say about “{item}”."

    def list_path(self, item):
        return item.path

    def items(self, item):
        newest = Comment.objects.on(item).public().order_by("-created_at", "-pk")[:ITEMS]
        comments = list(newest)
        for comment in comments:
            comment.item = item
        return comments


@no_append_slash
def item_feed(request: HttpRequest, path: str) -> HttpResponse:
    """The feed of comments of the item at `path`."""
    item = None if "\0" in path else _discussed_at(f"/{path}/")
    if item is None:
        raise Http404("nothing to follow")
    return ItemComments()(request, item=item)


def _discussed_at(path: str) -> Model | None:
    """The public item at `path`, whatever its kind, with its title. One query."""
    kinds = discussed_kinds()
    first, *others = (
        model.objects.published()
        .filter(path=path)
        .order_by()
        .annotate(label=Value(label, CharField()))
        .values_list("label", "pk", "title")
        for label, model in kinds.items()
    )
    for label, pk, title in first.union(*others, all=True):
        return kinds[label](pk=pk, title=title, path=path)
    return None
