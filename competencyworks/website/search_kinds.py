"""The kinds of content that a search joins, and what readers call them."""

from django.db.models import Case, Value, When

from blog.models import Paper, Post, Series
from events.models import Event
from wiki.models import Resource, WikiPage

from .models import Page

# The name is what readers see. In queries the kind is called `sort`, because an event has a kind of
# its own.
KINDS = {
    "post": (Post, "Post"),
    "series": (Series, "Series"),
    "paper": (Paper, "Paper"),
    "event": (Event, "Event"),
    "wikipage": (WikiPage, "Wiki page"),
    "resource": (Resource, "Resource"),
    "page": (Page, "Page"),
}
# Kinds of resources that are called shorter here than in the catalogue.
SHORT_NAMES = {Resource.Kind.PROVIDER: "Provider", Resource.Kind.EXAMPLE: "Example"}
# Where one kind has more than one name.
NAMES = {
    "post": Case(When(form=Post.Form.DIGEST, then=Value("Digest")), default=Value("Post")),
    "event": Case(
        *(When(kind=kind, then=Value(kind.label)) for kind in Event.Kind), default=Value("Event")
    ),
    "resource": Case(
        *(When(kind=kind, then=Value(SHORT_NAMES.get(kind, kind.label))) for kind in Resource.Kind)
    ),
}
