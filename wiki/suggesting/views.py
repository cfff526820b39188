"""The forms by which readers suggest: without account, cookie or script."""

from collections.abc import Callable

from django.forms import Form
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_safe

from competencyworks.core import revisions
from competencyworks.core.addresses import asked_for
from competencyworks.core.client_address import client_address
from competencyworks.core.cross_site import same_site_posts
from competencyworks.core.discussion.pages import posted, unkept
from competencyworks.core.metadata import PageMeta

from ..models import Resource, Suggestion, WikiPage
from . import defence, duplicates, form_token
from .forms import EditForm, ResourceForm
from .submission import NotTaken, Sending, present_content, submit_edit, submit_resource

CRUMBS = [("Home", "/"), ("Wiki", "/wiki/")]
NEW_PATH = "/wiki/suggest/"
TRAP = "subject"  # seen by no person, filled in by robots
UNPROCESSABLE = 422
TOO_LARGE = (
    "This is too long for a page, so it was not saved. Go back in your browser to find your "
    "text, and shorten it."
)
TOO_FAST = "That was faster than most people can type. Check it, and then submit it again."
TOO_OLD = (
    "This page was open for a long time, so we refreshed the form. Your text is still "
    "here. Submit it again."
)
UNKNOWN = (
    "We did not recognize this form, so we refreshed it. Your text is still here. Check it, and "
    "then submit it."
)
TRAPPED = (
    "A hidden field was filled in, perhaps by your browser. It is empty again. Submit the form "
    "again."
)

public_form = require_http_methods(["GET", "HEAD", "POST"])


@same_site_posts
@unkept
@public_form
def suggest_resource(request: HttpRequest) -> HttpResponse:
    """The form of a new resource. `?url=` and `?title=` fill it in."""
    return Visit(request, NewResource()).answer()


@same_site_posts
@unkept
@public_form
def suggest_page_edit(request: HttpRequest, slug: str) -> HttpResponse:
    """The form of an edit to a page."""
    return Visit(request, Edit(_public(request, WikiPage, slug))).answer()


@same_site_posts
@unkept
@public_form
def suggest_resource_edit(request: HttpRequest, slug: str) -> HttpResponse:
    """The form of an edit to a resource."""
    return Visit(request, Edit(_public(request, Resource, slug))).answer()


@require_safe
def thanks(request: HttpRequest, slug: str = "", kind: str = "") -> HttpResponse:
    """That it waits now; the same for everybody."""
    model = {"page": WikiPage, "resource": Resource}.get(kind)
    item = _public(request, model, slug) if model else None
    title = "Thank you. Your suggestion is awaiting review"
    return render(
        request, "wiki/suggest_thanks.html", {"meta": _meta(request, title, item), "item": item}
    )


@require_safe
def known(request: HttpRequest) -> JsonResponse:
    """What the script of the form asks while somebody types: is `?url=` curated already?"""
    found = duplicates.curated(request.GET.get("url", ""))
    return JsonResponse({"title": found.title, "path": found.path} if found else {})


def _public(
    request: HttpRequest, model: type[WikiPage] | type[Resource], slug: str
) -> WikiPage | Resource:
    return asked_for(request, model.objects.published().defer("vector", "html", "contents"), slug)


def _meta(
    request: HttpRequest, title: str, item: WikiPage | Resource | None, *, failed: bool = False
) -> PageMeta:
    crumbs = [*CRUMBS, *([(item.title, item.path)] if item else []), (title, request.path)]
    return PageMeta(
        title=title,
        path=request.path,
        description=title,
        crumbs=crumbs,
        hidden=True,
        failed=failed,
    )


class NewResource:
    """A suggestion of something that the catalogue does not have."""

    item, base, path = None, 0, NEW_PATH
    title = "Suggest a resource"
    template = "wiki/suggest_resource.html"

    def first_form(self, request: HttpRequest) -> Form:
        wanted = {name: request.GET.get(name, "")[:2000] for name in ("title", "url")}
        return ResourceForm(initial=wanted)

    def form(self, data, is_utf8: bool, base: int) -> Form:
        return ResourceForm(data, is_utf8=is_utf8)

    def beside(self, form: Form) -> dict:
        """What the page shows beside the form: the resource at this address, if there is one."""
        url = form.cleaned_data.get("url") if form.is_bound else form.initial["url"]
        return {"known": duplicates.curated(url or "")}

    def preview(self, form: Form) -> dict:
        kind = form.cleaned_data["kind"]
        return {"kind": Resource.Kind(kind).label if kind else ""}

    def needs_look(self, form: Form) -> bool:
        """Whether the reader should see something before it is sent."""
        return duplicates.curated(form.cleaned_data["url"]) is not None

    def submit(self, form: Form, base: int, sending: Sending) -> Suggestion:
        names = ("title", "url", "kind", "summary")
        return submit_resource({name: form.cleaned_data[name] for name in names}, sending)


class Edit:
    """A suggestion of other words for a page or resource."""

    template = "wiki/suggest_edit.html"

    def __init__(self, item: WikiPage | Resource) -> None:
        self.item = item
        self.path = f"{item.path}suggest/"
        self.title = f"Suggest an edit to “{item.title}”"
        self.base = 0

    def first_form(self, request: HttpRequest) -> Form:
        return self._form(None)

    def form(self, data, is_utf8: bool, base: int) -> Form:
        return self._form(data, base, is_utf8=is_utf8)

    def _form(self, data, base: int = 0, **more) -> Form:
        """The form as it was shown: of the revision `base`, or of the latest one."""
        rows = revisions.history(self.item)
        revision = (rows.filter(number=base).first() if base else None) or rows.first()
        self.base = revision.number if revision else 0
        content = revision.content if revision else present_content(self.item)
        return EditForm(self.item, content, data, **more)

    def beside(self, form: Form) -> dict:
        return {"parts": list(form.draft.parts.html), "is_page": isinstance(self.item, WikiPage)}

    def preview(self, form: Form) -> dict:
        new = form.cleaned_data["content"]
        return {"changes": revisions.changes(form.content, new, type(self.item), public=True)}

    def needs_look(self, form: Form) -> bool:
        return False

    def submit(self, form: Form, base: int, sending: Sending) -> Suggestion:
        said = form.cleaned_data
        written = "\n\n".join([form.new_blocks, said.get("why", "")])
        return submit_edit(self.item, base, said["content"], written, sending)


class Visit:
    """One request for a form, or with one."""

    def __init__(self, request: HttpRequest, subject: NewResource | Edit) -> None:
        self.request, self.subject = request, subject

    def answer(self) -> HttpResponse:
        if self.request.method != "POST":
            return self.show(self.subject.first_form(self.request))
        data, is_utf8 = posted(self.request)
        if data is None:
            return self.show(self.subject.first_form(self.request), problem=TOO_LARGE, status=413)
        signed = data.get("token", "")
        token = self.token_of(signed)
        form = self.subject.form(data, is_utf8, token.base if token else 0)
        if not form.is_valid():
            return self.show(form, token=signed if token else "", status=UNPROCESSABLE)
        if not signed or data.get("step") == "preview":
            return self.show(form, is_preview=True)
        if problem := trouble_with(token, data.get(TRAP, "")):
            kept = signed if token and not token.is_too_old else ""
            return self.show(form, problem=problem, token=kept, status=UNPROCESSABLE)
        if not token.previewed and self.subject.needs_look(form):
            return self.show(form, is_preview=True)
        return self.send(form, token)

    def token_of(self, signed: str) -> form_token.FormToken | None:
        try:
            return form_token.read(self.subject.item, signed)
        except form_token.BadFormToken:
            return None

    def send(self, form: Form, token: form_token.FormToken) -> HttpResponse:
        said = form.cleaned_data
        sending = Sending(
            nonce=token.nonce,
            name=said["name"],
            email=said["email"],
            note=said["note"],
            address=client_address(self.request),
        )
        try:
            self.subject.submit(form, self.subject.base, sending)
        except (defence.Refused, NotTaken) as refusal:
            return self.show(form, problem=str(refusal), status=UNPROCESSABLE)
        return HttpResponseRedirect(f"{self.subject.path}thanks/", status=303)

    def show(
        self, form: Form, *, problem: str = "", token: str = "", is_preview: bool = False,
        status: int = 200,
    ) -> HttpResponse:  # fmt: skip
        """The form with what was written, what is wrong with it, and what would be sent."""
        subject = self.subject
        mint: Callable = form_token.mint
        title = "Preview your suggestion" if is_preview else subject.title
        failed = bool(problem or form.errors)
        context = {
            "meta": _meta(self.request, title, subject.item, failed=failed),
            "heading": title,
            "item": subject.item,
            "form": form,
            "action": subject.path,
            "problem": problem,
            "is_preview": is_preview,
            "token": token or mint(subject.item, subject.base, previewed=is_preview),
            **subject.beside(form),
            **(subject.preview(form) if is_preview else {}),
        }
        return render(self.request, subject.template, context, status=status)


def trouble_with(token: form_token.FormToken | None, trap: str) -> str:
    """Why a form is not taken as it came; '' if it is."""
    if token is None:
        return UNKNOWN
    if token.is_too_old:
        return TOO_OLD
    if trap:
        return TRAPPED
    return TOO_FAST if token.is_too_fast else ""
