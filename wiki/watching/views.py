"""The form of a watch, and the pages that mails about it lead to."""

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from competencyworks.core.addresses import asked_for
from competencyworks.core.client_address import client_address
from competencyworks.core.cross_site import same_site_posts
from competencyworks.core.discussion.pages import posted, unkept
from competencyworks.core.metadata import FAILED, PageMeta

from ..models import Resource, Watch, WikiPage
from . import acts, proofs
from .forms import WatchForm

TRAP = "subject"  # seen by no person, filled in by robots
TRAPPED = "A hidden field was filled in. It is empty again. Submit the form again."
GONE, UNPROCESSABLE, TOO_MANY = 410, 422, 429
KINDS = {"page": WikiPage, "resource": Resource}
form_methods = require_http_methods(["GET", "HEAD", "POST"])


@same_site_posts
@unkept
@form_methods
def watch(request: HttpRequest, kind: str, slug: str) -> HttpResponse:
    """Asks for an address, and mails it the link that begins the watch."""
    item = _public(request, kind, slug)
    if request.method != "POST":
        return _form(request, item, WatchForm())
    data, _ = posted(request)
    form = WatchForm(data or {})
    if not form.is_valid():
        return _form(request, item, form, status=UNPROCESSABLE)
    if data.get(TRAP):
        return _form(request, item, form, TRAPPED, UNPROCESSABLE)
    try:
        acts.ask(item, form.cleaned_data["email"], client_address(request))
    except acts.TooMany as error:
        return _form(request, item, form, str(error), TOO_MANY)
    return HttpResponseRedirect(f"{item.path}watch/sent/", status=303)


@require_safe
def sent(request: HttpRequest, kind: str, slug: str) -> HttpResponse:
    """What happens next: the same for everybody, whether the address watches it or not."""
    return _page(request, "watch_sent", "Check your email", _public(request, kind, slug))


@same_site_posts
@unkept
@form_methods
def confirm(request: HttpRequest, token: str) -> HttpResponse:
    """
    One button that begins the watch. Looking at the page changes nothing; where the button has been
    pressed, or the watch has ended, it says so.
    """
    key = proofs.key_in(proofs.CONFIRM, token)
    if key is None:
        raise Http404("no such link")
    row = acts.confirm(key) if request.method == "POST" else Watch.objects.filter(pk=key).first()
    if row is None or row.item is None:
        return _page(request, "watch_ended", "This link no longer works", None, GONE)
    if row.confirmed_at is None:
        return _page(request, "watch_confirm", "Watch this page", row.item)
    return _page(
        request,
        "watch_confirmed",
        "You are now watching this page",
        row.item,
        stop_path=proofs.stop_path(row),
    )


@csrf_exempt
@unkept
@form_methods
def stop(request: HttpRequest, token: str) -> HttpResponse:
    """
    Ends a watch. A POST does it, from wherever it comes: mail programs send it by themselves
    (https://www.rfc-editor.org/rfc/rfc8058). GET shows a button.
    """
    key = proofs.key_in(proofs.STOP, token)
    if key is None:
        raise Http404("no such link")
    row = Watch.objects.filter(pk=key).first()
    if request.method == "POST" or row is None:
        acts.stop(key)
        return _page(request, "watch_stopped", "No more emails about changes", None)
    return _page(request, "watch_stop", "Stop emails about changes", None, name=str(row.item))


def _public(request: HttpRequest, kind: str, slug: str) -> WikiPage | Resource:
    return asked_for(request, KINDS[kind].objects.published().light(), slug)


def _form(
    request: HttpRequest, item, form: WatchForm, problem: str = "", status: int = 200
) -> HttpResponse:
    title = f"Watch “{item.title}”"
    return _page(request, "watch", title, item, status, form=form, problem=problem)


def _page(
    request: HttpRequest, template: str, title: str, item, status: int = 200, **context
) -> HttpResponse:
    """A page that no search engine lists; of an item that is not public its title alone."""
    crumbs = [("Home", "/"), ("Wiki", "/wiki/")]
    if item is not None:
        crumbs.append((item.title, item.path))
    crumbs.append((title, request.path))
    meta = PageMeta(
        title=title,
        path=request.path,
        description=title,
        crumbs=crumbs,
        hidden=True,
        failed=status in FAILED,
    )
    context = {"meta": meta, "item": item, **context}
    return render(request, f"wiki/{template}.html", context, status=status)
