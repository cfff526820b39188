"""Telling of a comment that is abusive."""

from django.http import Http404, HttpRequest, HttpResponse

from ..client_address import client_address
from ..cross_site import same_site_posts
from ..models import Comment
from . import reporting
from .pages import page, posted, unkept
from .threads import Conversation


@same_site_posts
@unkept
def report(request: HttpRequest, pk: int) -> HttpResponse:
    """A page with an optional reason and one button."""
    comment = Comment.objects.public().filter(pk=pk).first() if pk < 2**62 else None
    if comment is None or not getattr(comment.item, "is_public", False):
        raise Http404("no such comment")
    shown = {"comment": comment, "back": Conversation(comment.item).address_of(pk)}
    if request.method != "POST":
        return page(request, "report", "Report a comment", comment.item, **shown)
    data, _ = posted(request)
    reason = (data or {}).get("reason", "").replace("\0", "")
    try:
        reporting.report(comment, client_address(request), " ".join(reason.split()))
    except reporting.TooMany as error:
        return page(
            request, "report", "Report a comment", comment.item, status=429,
            error=str(error), reason=reason, **shown,
        )  # fmt: skip
    return page(request, "reported", "Thank you for telling us", comment.item)
