"""Pages that are reached by a token: the writer's own, the click in a mail, the end of mails."""

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from ..cross_site import same_site_posts
from ..models import Comment
from . import answering, confirming, defence, own_comment, proofs, unmarking
from .forms import BodyForm
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
        return _mine(request, comment)
    data, is_utf8 = posted(request)
    if data is not None and data.get("step") == "withdraw":
        own_comment.withdraw(comment)
        return HttpResponseRedirect(request.path, status=303)
    form = BodyForm(data or {}, is_utf8=is_utf8)
    text = (data or {}).get("body", "")
    if not form.is_valid():
        return _mine(request, comment, text, form.errors["body"][0])
    try:
        own_comment.edit(comment, form.cleaned_data["html"], sender_of(request))
    except (own_comment.TooLate, defence.Refused) as error:
        return _mine(request, comment, text, str(error))
    return HttpResponseRedirect(request.path, status=303)


def _mine(request: HttpRequest, comment: Comment, text: str = "", error: str = "") -> HttpResponse:
    may_edit = own_comment.may_edit(comment)
    return page(
        request,
        "mine",
        "Your comment",
        comment.item if getattr(comment.item, "is_public", False) else None,
        status=UNPROCESSABLE if error else 200,
        comment=comment,
        waits_for_click=confirming.waits_for_click(comment),
        may_edit=may_edit,
        may_withdraw=own_comment.may_withdraw(comment),
        minutes=own_comment.MINUTES,
        text=text or (unmarking.to_text(comment.body) if may_edit else ""),
        error=error,
    )


@same_site_posts
@unkept
def confirm(request: HttpRequest, token: str) -> HttpResponse:
    """One button that says: this address is mine. Looking at the page changes nothing."""
    comment = _comment(proofs.CONFIRM, token)
    if request.method != "POST":
        publishes = confirming.waits_for_click(comment)
        return page(
            request, "confirm", "Publish your comment" if publishes else "Confirm your address",
            None, comment=comment, publishes=publishes,
        )  # fmt: skip
    is_public = confirming.confirm(comment)
    return page(
        request, "confirmed", "Your address is confirmed", None, comment=comment,
        is_public=is_public, device=proofs.device_token(comment.email),
        private_path=proofs.private_path(comment),
    )  # fmt: skip


@csrf_exempt
@unkept
def stop(request: HttpRequest, token: str) -> HttpResponse:
    """
    Ends mails about answers to one comment. A POST does it, from wherever it comes: mail programs
    send it by themselves (https://www.rfc-editor.org/rfc/rfc8058). GET shows a button.
    """
    comment = _comment(proofs.STOP, token)
    if request.method != "POST":
        return page(request, "stop", "Stop mail about answers", None, comment=comment)
    answering.stop(comment)
    return page(request, "stopped", "No more mail about answers", None, comment=comment)
