"""Writing a comment, and finding one."""

from django.db import models
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from ..client_address import client_address
from ..cross_site import same_site_posts
from ..models import Comment
from ..numbers import whole_number
from . import defence, form_tokens
from .forms import CommentForm
from .pages import item_or_404, page, posted, unkept
from .proofs import private_path
from .submission import Closed, NoSuchParent, NotTaken, Sending, Words, check, submit
from .threads import Conversation, address_in

FIELDS = ("name", "email", "website", "body", "parent", "wants_replies", "device")
HONEYPOT = "subject"
UNPROCESSABLE = 422
TOO_LARGE = (
    "This is too long for a comment, so it was not saved. Go back in your browser to find your "
    "text, and shorten it."
)
TOO_OLD = (
    "This page was open for a long time, so we refreshed the form. Your text is still here. Post "
    "it again."
)
TOO_FAST = "That was faster than most people can type. Check your comment, and then post it again."
UNKNOWN = (
    "We did not recognize this form, so we refreshed it. Your text is still here. Post it again."
)


@same_site_posts
@unkept
def write(request: HttpRequest, kind: str, pk: int) -> HttpResponse:
    """The form under an item; what is posted to it becomes a preview, or a comment."""
    item = item_or_404(kind, pk)
    draft = Draft(request, item)
    if request.method != "POST":
        parent = request.GET.get("parent", "")
        return draft.show({"parent": parent}, fatal=draft.trouble_with(parent))
    return draft.take()


@require_safe
@unkept
def token(request: HttpRequest, kind: str, pk: int) -> HttpResponse:
    """What the script asks for when somebody begins to write."""
    return JsonResponse({"token": form_tokens.mint(item_or_404(kind, pk))})


@require_safe
def show(request: HttpRequest, pk: int) -> HttpResponse:
    """Leads to the comment, on the page of its thread."""
    comment = Comment.objects.public().filter(pk=pk).first() if pk < 2**62 else None
    if comment is None or not getattr(comment.item, "is_public", False):
        raise Http404("no such comment")
    to = Conversation(comment.item).address_of(comment.pk)
    response = HttpResponseRedirect(to)
    response["Cache-Control"] = "no-cache"
    return response


def sender_of(request: HttpRequest) -> defence.Sender:
    return defence.Sender(
        address=client_address(request),
        user_agent=request.headers.get("User-Agent", ""),
        referrer=request.headers.get("Referer", ""),
    )


class Draft:
    """One request with a comment in the making."""

    def __init__(self, request: HttpRequest, item: models.Model) -> None:
        self.request, self.item = request, item
        self.talk = Conversation(item)

    def take(self) -> HttpResponse:
        data, is_utf8 = posted(self.request)
        if data is None:
            return self.show({}, fatal=TOO_LARGE, status=413)
        values = {name: data.get(name, "") for name in FIELDS}
        form = CommentForm(data, is_utf8=is_utf8)
        form.full_clean()
        if fatal := self.trouble_with(values["parent"]):
            return self.show(values, form, fatal=fatal, status=UNPROCESSABLE)
        if form.errors:
            return self.show(values, form, token=data.get("token", ""), status=UNPROCESSABLE)
        if not data.get("token") or data.get("step") == "preview":
            return self.show(values, form, preview=form.cleaned_data["html"])
        return self.post(values, form, data["token"], data.get(HONEYPOT, ""))

    def post(self, values: dict, form: CommentForm, signed: str, honeypot: str) -> HttpResponse:
        try:
            token = form_tokens.read(self.item, signed)
        except form_tokens.BadFormToken:
            return self.show(values, form, fatal=UNKNOWN, status=UNPROCESSABLE)
        if token.is_too_old:
            return self.show(values, form, fatal=TOO_OLD, status=UNPROCESSABLE)
        if token.is_too_fast and not honeypot:
            return self.show(values, form, fatal=TOO_FAST, token=signed, status=UNPROCESSABLE)
        clean = form.cleaned_data
        words = Words(
            name=clean["name"],
            email=clean["email"],
            website=clean["website"],
            body=clean["html"],
            wants_replies=clean["wants_replies"],
            parent=_number(values["parent"]),
        )
        sending = Sending(token, honeypot, values["device"], sender_of(self.request))
        try:
            comment = submit(self.item, self.talk, words, sending)
        except (NotTaken, defence.Refused) as refusal:
            return self.show(values, form, fatal=str(refusal), status=UNPROCESSABLE)
        return HttpResponseRedirect(self.place_of(comment), status=303)

    def place_of(self, comment: Comment) -> str:
        """Where the writer goes on: to the comment among the others, or to its private page."""
        if not comment.is_public:
            return private_path(comment)
        number = self.talk.page_for_new(comment.pk, comment.parent_id)
        return address_in(self.item, number, comment.pk)

    def trouble_with(self, parent: str) -> str:
        """Why there can be no comment here, or none that answers `parent`; '' if there can."""
        try:
            check(self.talk, _number(parent))
        except (Closed, NoSuchParent) as error:
            return str(error)
        return ""

    def show(
        self, values: dict, form: CommentForm | None = None, *, fatal: str = "", preview: str = "",
        token: str = "", status: int = 200,
    ) -> HttpResponse:  # fmt: skip
        """The form with what was written, what is wrong with it, and how it will look."""
        is_answer_gone = bool(values.get("parent")) and not self.has_parent(values["parent"])
        if is_answer_gone:
            values = {**values, "parent": ""}
        above = values.get("parent") and Comment.objects.filter(pk=values["parent"]).first()
        title = f"Reply to {above.name or 'a comment'}" if above else f"Comment on “{self.item}”"
        if preview:
            title = "Preview your comment"
        return page(
            self.request,
            "write",
            title,
            self.item,
            status=UNPROCESSABLE if is_answer_gone and status == 200 else status,
            heading=title,
            talk=self.talk,
            above=above,
            back=self.talk.address_of(above.pk) if above else f"{self.item.path}#comments",
            values=values,
            errors={name: errors[0] for name, errors in form.errors.items()} if form else {},
            fatal=fatal,
            preview=preview,
            shown=form.cleaned_data if preview else None,
            now=timezone.now(),
            token=token or form_tokens.mint(self.item, previewed=bool(preview)),
        )

    def has_parent(self, parent: str) -> bool:
        return self.talk.has(_number(parent) or 0)


def _number(parent: str) -> int | None:
    """The key that a form names; 0, which no comment has, for what is no number."""
    if not parent:
        return None
    return whole_number(parent) or 0
