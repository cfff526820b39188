"""A link in a reader's comment becomes a suggestion, with the commenter's name."""

from dataclasses import dataclass

from django.db import transaction
from django.db.models import QuerySet

from competencyworks.core.links.addresses import outside_key
from competencyworks.core.models import Comment
from competencyworks.core.prose.html_trees import parse, words_of

from ..models import Resource, Suggestion
from . import duplicates

MOST_TITLE = 300
EXCERPT = 600


class CannotSuggest(ValueError):
    """Why a link of a comment becomes no suggestion; the message is for moderators."""


@dataclass(frozen=True)
class CommentLink:
    """A link of a comment: where to, its words, and what was made of it before."""

    url: str
    words: str
    suggestion: Suggestion | None
    known: Resource | None


def links_of(comment: Comment) -> list[CommentLink]:
    """The different outside links of `comment`. A query, and one for each link."""
    found = _addresses(comment)
    if not found:
        return []
    made = {outside_key(row.url): row for row in of_comment(comment)}
    return [
        CommentLink(url, words, made.get(key), duplicates.curated(url))
        for key, (url, words) in found.items()
    ]


def of_comment(comment: Comment) -> QuerySet[Suggestion]:
    return Suggestion.objects.filter(comment=comment).order_by("pk")


@transaction.atomic
def suggest(comment: Comment, url: str, by) -> Suggestion:
    """
    Put the link `url` of `comment` before the curators, as suggested by who wrote the comment. The
    address of the commenter, who asked for no mail about it, is not taken along. Raises
    CannotSuggest for a link that the comment does not have, and for one that was suggested before.
    """
    stored = Comment.objects.select_for_update(of=("self",)).get(pk=comment.pk)
    if not stored.is_public:
        raise CannotSuggest("Approve the comment first, because the wiki will link to it.")
    key = outside_key(url)
    found = _addresses(stored).get(key)
    if not key or found is None:
        raise CannotSuggest("This link is not in the comment.")
    if any(outside_key(row.url) == key for row in of_comment(stored)):
        raise CannotSuggest("This link has already been suggested.")
    address, words = found
    said = words_of(parse(stored.body))
    return Suggestion.objects.create(
        title=(words or key)[:MOST_TITLE],
        url=address,
        name=(stored.name or "a commenter")[:200],
        note=f"From a comment, suggested by {by}: “{said[:EXCERPT]}”",
        comment=stored,
    )


def taken_up(keys: list[int]) -> dict[int, list[Resource]]:
    """Of comments with these keys: the public resources that came of their links. One query."""
    rows = Suggestion.objects.filter(
        comment__in=keys, status=Suggestion.Status.ACCEPTED, revision=None
    ).values_list("comment", "object_id")
    made = list(rows)
    public = Resource.objects.published().only("title", "path")
    resources = public.in_bulk([pk for _, pk in made]) if made else {}
    found: dict[int, list[Resource]] = {}
    for comment, pk in made:
        if pk in resources:
            found.setdefault(comment, []).append(resources[pk])
    return found


def origin_of(resource: Resource) -> Comment | None:
    """
    The public comment, under a public item, that `resource` was found in. No query for what
    nobody suggested.
    """
    if not resource.credit:
        return None
    rows = Suggestion.objects.filter(
        content_type__app_label="wiki",
        content_type__model="resource",
        object_id=resource.pk,
        revision=None,
        comment__isnull=False,
    )
    row = rows.select_related("comment").first()
    if row is None or not row.comment.is_public:
        return None
    item = row.comment.item
    return row.comment if item is not None and getattr(item, "is_public", False) else None


def _addresses(comment: Comment) -> dict[str, tuple[str, str]]:
    """Normal form of each outside address in a comment → the address, and the words of its link."""
    found: dict[str, tuple[str, str]] = {}
    for link in parse(comment.body).iter("a"):
        url = link.get("href", "")
        if key := outside_key(url):
            words = words_of(link)
            found.setdefault(key, (url, "" if "://" in words else words))
    return found
