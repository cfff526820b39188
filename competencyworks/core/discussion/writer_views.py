"""Pages that are reached by a token: the writer's own, the click in a mail, the end of mails."""

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from ..cross_site import same_site_posts
from ..models import Comment
from . import answering, confirming, defence, own_comment, proofs, unmarking
from .forms import BodyForm
from .moderation import WordsChanged
from .pages import page, posted, unkept
from .views import UNPROCESSABLE, sender_of


def _comment(purpose: str, token: str) -> Comment:
    comment = proofs.comment_by(purpose, token)
    if comment is None:
        raise Http404("no such link")
    return comment


@require_POST
@same_site_posts
@unkept
def link(request: HttpRequest, pk: int) -> HttpResponse:
    """The private page's address, for the script of a device that proves to be the writer's."""
    data, _ = posted(request)
    comment = Comment.objects.public().filter(pk=pk).first() if pk < 2**62 else None
    devices = (data or {}).get("device", "")
    if comment is None or not comment.email or not proofs.proves(devices, comment.email):
        raise Http404("not this writer's")
    return JsonResponse({"path": proofs.private_path(comment)})


@same_site_posts
@unkept
def mine(request: HttpRequest, token: str) -> HttpResponse:
    """The writer's page of one comment: what became of it, changing it, taking it back."""
    comment = _comment(proofs.WRITER, token)
    if request.method != "POST":
        if request.GET.get("step") == "withdraw" and own_comment.may_withdraw(comment):
            title = "Withdraw this comment?"
            return page(request, "withdraw", title, _public_item(comment), comment=comment)
        return _mine(request, comment)
    data, is_utf8 = posted(request)
    if data is not None and data.get("step") == "withdraw":
        own_comment.withdraw(comment)
        return HttpResponseRedirect(request.path, status=303)
    text = (data or {}).get("body", "")
    try:
        own_comment.check(comment)  # before the work that reading a long text is
        form = BodyForm(data or {}, is_utf8=is_utf8)
        if not form.is_valid():
            return _mine(request, comment, text, form.errors["body"][0])
        own_comment.edit(comment, form.cleaned_data["html"], sender_of(request))
    except (own_comment.CannotChange, defence.Refused) as error:
        return _mine(request, comment, text, str(error))
    return HttpResponseRedirect(request.path, status=303)


def _public_item(comment: Comment):
    """What the comment stands under, if readers see it."""
    return comment.item if getattr(comment.item, "is_public", False) else None


def _mine(request: HttpRequest, comment: Comment, text: str = "", error: str = "") -> HttpResponse:
    may_edit = own_comment.may_edit(comment)
    left = own_comment.MOST_CHANGES - own_comment.changes(comment) if may_edit else 0
    return page(
        request,
        "mine",
        "Your comment",
        _public_item(comment),
        status=UNPROCESSABLE if error else 200,
        comment=comment,
        may_edit=left > 0,
        is_used_up=may_edit and left <= 0,
        most_changes=own_comment.MOST_CHANGES,
        left=left,
        waits_after_change=left > 0 and own_comment.waits_after_change(comment),
        was_public_before=own_comment.was_public_before(comment),
        may_withdraw=own_comment.may_withdraw(comment),
        minutes=own_comment.MINUTES,
        text=text or (unmarking.to_text(comment.body) if left > 0 else ""),
        error=error,
    )


@same_site_posts
@unkept
def confirm(request: HttpRequest, token: str) -> HttpResponse:
    """
    One button that says: this address is mine. Looking at the page changes nothing; where the
    button has been pressed, or the comment is gone, it says so.
    """
    comment = _comment(proofs.CONFIRM, token)
    publishes = confirming.waits_for_click(comment)
    is_gone = comment.status == Comment.Status.TRASH
    if is_gone or (request.method != "POST" and comment.is_confirmed and not publishes):
        title = "This comment was removed" if is_gone else "Your email address is confirmed"
        return page(
            request, "confirmed", title, None, comment=comment, is_gone=is_gone,
            is_public=comment.is_public, private_path=proofs.private_path(comment),
        )  # fmt: skip
    if request.method != "POST":
        return _confirm(request, comment)
    try:
        is_public = confirming.confirm(comment, request.POST.get("seen", ""))
    except WordsChanged:
        return _confirm(request, _comment(proofs.CONFIRM, token), has_changed=True)
    return page(
        request, "confirmed", "Your email address is confirmed", None, comment=comment,
        is_public=is_public, device=proofs.device_token(comment.email),
        private_path=proofs.private_path(comment),
    )  # fmt: skip


def _confirm(request: HttpRequest, comment: Comment, *, has_changed: bool = False) -> HttpResponse:
    publishes = confirming.waits_for_click(comment)
    title = "Publish your comment" if publishes else "Confirm your email address"
    context = {"comment": comment, "publishes": publishes, "has_changed": has_changed}
    return page(request, "confirm", title, None, **context)


@csrf_exempt
@unkept
def stop(request: HttpRequest, token: str) -> HttpResponse:
    """
    Ends mails about answers to one comment. A POST does it, from wherever it comes: mail programs
    send it by themselves (https://www.rfc-editor.org/rfc/rfc8058). GET shows a button until it has
    been pressed.
    """
    comment = _comment(proofs.STOP, token)
    if request.method != "POST" and comment.wants_replies:
        return page(request, "stop", "Stop emails about replies", None, comment=comment)
    if request.method == "POST":
        answering.stop(comment)
    return page(request, "stopped", "No more emails about replies", None, comment=comment)
