"""Deciding on a comment by a link in a mail: a page that asks, and the answer to its one button."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods

from .. import tokens
from ..cross_site import same_site_posts
from ..models import Comment, CommentDecision
from . import decision_links
from .announcing import Recipient, recipient_of
from .moderation import WordsChanged, decide
from .pages import page, unkept

Status = Comment.Status
DONE = {
    Status.APPROVED: "approved, and readers can see it",
    Status.SPAM: "marked as spam",
    Status.TRASH: "in the trash",
}
ASKED = {
    Status.APPROVED: "Approve this comment?",
    Status.SPAM: "Mark this comment as spam?",
    Status.TRASH: "Move this comment to the trash?",
}


@same_site_posts
@unkept
@require_http_methods(["GET", "HEAD", "POST"])
def decide_by_mail(request: HttpRequest, token: str) -> HttpResponse:
    """
    GET shows the comment and one button and changes nothing, for mail scanners follow links. POST
    decides, unless somebody else did, or the words were changed, since the page was shown.
    """
    try:
        link = decision_links.read(token)
    except tokens.BadToken:
        return _gone(request, 404)
    recipient = link and recipient_of(link.comment, link.key)
    if recipient is None:
        return _gone(request, 410)
    comment = link.comment
    context = {"comment": comment, "act": link.act, "outcome": ""}
    if request.method == "POST":
        seen = request.POST.get("seen", "")
        try:
            is_done = decide(
                comment,
                link.act,
                source=CommentDecision.Source.MAIL,
                reason=_reason(link.act, recipient),
                by=recipient.user,
                seen=seen,
            )
        except WordsChanged:
            context["outcome"] = "changed"
        else:
            is_late = comment.status != seen.partition(".")[0]
            context["outcome"] = "done" if is_done else "late" if is_late else ""
    return _page(request, context)


def _reason(act: str, recipient: Recipient) -> str:
    role = "a moderator" if recipient.user else "the author of the page it is on"
    return f"By a link in an email to {recipient.name}, {role}: {Status(act).label.lower()}."


def _page(request: HttpRequest, context: dict) -> HttpResponse:
    comment, act = context["comment"], context["act"]
    if context["outcome"] == "done":
        title = f"The comment is {DONE[act]}."
    elif comment.status == act:
        title = f"The comment is already {DONE[act]}."
    else:
        title = ASKED[act]
    context |= {"words": decision_links.LABELS[act], "may_decide": comment.status != act}
    return page(request, "decide", title, comment.item, **context)


def _gone(request: HttpRequest, status: int) -> HttpResponse:
    return page(request, "decide_gone", "This link no longer works", None, status=status)
