"""The survey after an event, on the registrant's own page."""

from django import forms
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods

from competencyworks.core.cross_site import same_site_posts

from .. import survey
from ..models import Question, Registration
from ..registration import NoSuchPlace
from .answers import CONFLICT, UNPROCESSABLE, page, see_other
from .changed_since import ChangedSinceOpened
from .forms import Shown
from .own_page import by_token, locked
from .questions import AsksQuestions, questions_to_ask


class SurveyForm(ChangedSinceOpened, AsksQuestions, forms.Form):
    """The questions of a survey, with what was answered before."""

    def __init__(self, questions: list[Question], data=None, answers: dict | None = None) -> None:
        super().__init__(data, auto_id="register-%s")
        self.ask(questions, answers or {})
        self.compare()

    @property
    def shown_fields(self) -> list[Shown]:
        return [Shown(self[name]) for name in self.fields]


@same_site_posts
@by_token
@require_http_methods(["GET", "HEAD", "POST"])
@transaction.atomic
def answer(request: HttpRequest, found: Registration) -> HttpResponse:
    """The questions, to answer them or to change what was answered."""
    own = f"/events/registration/{found.token}/"
    data = request.POST if request.method == "POST" else None
    if data is not None and (found := locked(found)) is None:
        return see_other(own)
    questions = questions_to_ask(found.event, Question.Asked.SURVEY, data)
    if not questions or not survey.may_answer(found):
        return see_other(own) if data is None else see_other(own, "no-answers")
    form = SurveyForm(questions, data, found.survey_answers)
    status, problem = (UNPROCESSABLE if form.errors else 200), ""
    if form.changed_since:
        status = status if form.errors else CONFLICT
    elif form.is_valid():
        try:
            survey.answer(found, form.answers, form.keys_asked)
        except NoSuchPlace as error:
            status, problem = CONFLICT, str(error)
        else:
            return see_other(own, "answers")
    context = {"event": found.event, "form": form, "path": own, "problem": problem}
    return page(request, "survey.html", "How was it?", context, status, below=found.event)
