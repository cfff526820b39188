"""The registration form of an event."""

from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from competencyworks.core.addresses import asked_for
from competencyworks.core.cross_site import same_site_posts

from .. import moments, registration
from ..models import Event, Question
from ..models.event_rows import taken
from ..offer import JOIN, seats_left
from . import form_token, limits
from .answers import CONFLICT, TOO_MANY, UNPROCESSABLE, page, private, see_other
from .forms import TRAP, RegistrationForm
from .questions import questions_to_ask

WHEN_REGISTERING = Question.Asked.REGISTRATION
TOO_FAST = "This form was sent very quickly. Review it and send it again."
TRAPPED = (
    "A hidden field was filled in, perhaps by your browser. We cleared it. Send the form again."
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
    event = event_of(request, slug)
    return page(request, "register_sent.html", "Check your email", {"event": event}, below=event)


def event_of(request: HttpRequest, slug: str) -> Event:
    """The public event of that slug. Raises Http404."""
    rows = Event.objects.published().defer("vector", "html", "body").annotate(seats_taken=taken())
    return asked_for(request, rows, slug)


def title_of(event: Event) -> str:
    """What the form is for, as its heading says; who finds no seat free joins the waiting list."""
    return JOIN if seats_left(event) == 0 and event.has_open_list else "Register"


def _form(request: HttpRequest, event: Event) -> HttpResponse:
    if event.sign_up == Event.SignUp.OUTSIDE:
        return HttpResponseRedirect(event.path)
    if event.sign_up != Event.SignUp.FORM:
        raise Http404("no registration here")
    context = {"event": event, "closed": registration.why_closed(event)}
    if event.opens_at and event.opens_at > timezone.now():
        context["opens"] = moments.moment(event, event.opens_at)
    if not context["closed"]:
        context["form"] = RegistrationForm(event, questions_to_ask(event, WHEN_REGISTERING))
        context["token"] = form_token.mint(event)
    return form_page(request, event, context)


def form_page(request: HttpRequest, event: Event, context: dict, status: int = 200) -> HttpResponse:
    """The page of the form; `context` says what stands in it."""
    name = title_of(event)
    context |= {"name": name, "is_full": seats_left(event) == 0, "joins_list": name == JOIN}
    context["until"] = moments.moment(event, event.seats_pass_until)
    return page(
        request, "register.html", f"{name}: {event.title}", context, status, below=event, crumb=name
    )


class Attempt:
    """One posted form. What stands in the way is told, with all that was typed."""

    def __init__(self, request: HttpRequest, event: Event) -> None:
        self.request, self.event = request, event
        questions = questions_to_ask(event, WHEN_REGISTERING, request.POST)
        self.form = RegistrationForm(event, questions, request.POST)

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
        return form_page(self.request, self.event, context, status)
