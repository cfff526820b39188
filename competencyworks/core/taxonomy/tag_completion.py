"""Completion of tags in the forms of items: staff are shown the names that there are."""

from django.db.models import Case, Count, IntegerField, Q, Value, When
from django.db.models.functions import Lower
from django.http import HttpRequest, JsonResponse
from taggit.models import Tag

from .tag_names import slug_of

SHOWN = 10


def names(request: HttpRequest) -> JsonResponse:
    """
    Tags that hold the words `q`, those that begin with them first, then the most used: {"tags":
    [{"name": …, "uses": 3}]}.
    """
    words = request.GET.get("q", "")[:100].strip()
    rows = Tag.objects.none()
    if words:
        begins = When(Q(name__istartswith=words), then=Value(0))
        first = Case(begins, default=Value(1), output_field=IntegerField())
        # By the slug as well, in which spaces, hyphens and dashes are the same.
        slug = slug_of(words) if any(map(str.isalnum, words)) else words
        rows = Tag.objects.filter(Q(name__icontains=words) | Q(slug__startswith=slug))
        rows = rows.annotate(uses=Count("taggit_taggeditem_items")).order_by(
            first, "-uses", Lower("name")
        )
    found = [{"name": tag.name, "uses": tag.uses} for tag in rows[:SHOWN]]
    response = JsonResponse({"tags": found})
    response["Cache-Control"] = "no-store"
    return response
