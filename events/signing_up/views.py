"""The registration form of an event."""

from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from competencyworks.core.addresses import asked_for
from competencyworks.core.cross_site import same_site_posts

from .. import moments, registration
from ..models import Event, Question
from . import form_token, limits
from .answers import CONFLICT, TOO_MANY, UNPROCESSABLE, page, private, see_other
from .forms import TRAP, RegistrationForm

TOO_FAST = "This came faster than anybody fills in a form. Look through it and send it once more."
TRAPPED = (
    "A field that is not for people was filled in, perhaps by your browser. It is empty again: "
    "send the form once more."
)


@private
@same_site_posts
@require_http_methods(["GET", "HEAD", "POST"])
def register(request: HttpRequest, slug: str) -> HttpResponse:
    """The form, and what comes of it."""
    event = event_of(request, slug)
    return Attempt(request, event).take() if request.method == "POST" else _form(request, event)


@require_safe
def sent(request: HttpRequest, slug: str) -> HttpResponse:
    """
    What happens next: the same for everybody, whether the address was new, waits or was registered
    before. So nobody learns about another's registration, and their own page is reached by mail.
    """
    context = {"event": event_of(request, slug)}
    return page(request, "register_sent.html", "Look into your mail", context)


def event_of(request: HttpRequest, slug: str) -> Event:
    """The public event of that slug. Raises Http404."""
    return asked_for(request, Event.objects.published().defer("vector", "html", "body"), slug)


def questions_of(event: Event) -> list[Question]:
    """What the event's form asks."""
    return list(event.questions.filter(asked=Question.Asked.REGISTRATION))


def _form(request: HttpRequest, event: Event) -> HttpResponse:
    if event.sign_up == Event.SignUp.OUTSIDE:
        return HttpResponseRedirect(event.path)
    if event.sign_up != Event.SignUp.FORM:
        raise Http404("no registration here")
    context = {"event": event, "closed": registration.why_closed(event)}
    if event.opens_at and event.opens_at > timezone.now():
        context["opens"] = moments.moment(event, event.opens_at)
    if not context["closed"]:
        context["form"] = RegistrationForm(event, questions_of(event))
        context["token"] = form_token.mint(event)
    return page(request, "register.html", f"Register: {event.title}", context)


class Attempt:
    """One posted form. What stands in the way is told, with all that was typed."""

    def __init__(self, request: HttpRequest, event: Event) -> None:
        self.request, self.event = request, event
        self.form = RegistrationForm(event, questions_of(event), request.POST)

    def take(self) -> HttpResponse:
        if closed := registration.why_closed(self.event):
            return self.show(CONFLICT, closed, closed=closed)
        signed = self.request.POST.get("token", "")
        if not self.form.is_valid():
            return self.show(UNPROCESSABLE, token=signed)
        try:
            token = form_token.read(self.event, signed)
        except form_token.BadFormToken as error:
            return self.show(UNPROCESSABLE, str(error))
        if self.request.POST.get(TRAP):
            return self.show(UNPROCESSABLE, TRAPPED, token=signed)
        if token.is_too_fast:
            return self.show(UNPROCESSABLE, TOO_FAST, token=signed)
        party = self.form.party()
        try:
            limits.check(self.request, party.email)
            if self.event.by_invitation:
                limits.check_guesses(self.request, limits.WRONG_CODE, limits.WRONG_CODES)
        except limits.TooMany as error:
            return self.show(TOO_MANY, str(error), token=signed)
        return self.register(party, token)

    def register(self, party: registration.Party, token: form_token.FormToken) -> HttpResponse:
        refusal = None
        with transaction.atomic():
            limits.note(self.request, party.email)
            try:
                registration.register(self.event.pk, party, nonce=token.nonce)
            except registration.CannotRegister as error:
                refusal = error
                if isinstance(error, registration.BadInvitation):
                    limits.note_guess(self.request, limits.WRONG_CODE)
        if refusal is None:
            return see_other(f"{self.event.path}register/sent/")
        if refusal.field in self.form.fields:
            self.form.add_error(refusal.field, str(refusal))
            return self.show(UNPROCESSABLE)
        return self.show(CONFLICT, str(refusal))

    def show(
        self, status: int, problem: str = "", *, token: str = "", closed: str | None = None
    ) -> HttpResponse:
        """The form with what was typed. Without `token` it gets a new one."""
        context = {
            "event": self.event,
            "form": self.form,
            "problem": problem,
            "closed": closed,
            "token": token or form_token.mint(self.event),
        }
        return page(self.request, "register.html", f"Register: {self.event.title}", context, status)
