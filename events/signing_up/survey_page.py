"""The survey after an event, on the registrant's own page."""

from django import forms
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods

from competencyworks.core.cross_site import same_site_posts

from .. import survey
from ..models import Question, Registration
from ..registration import NoSuchPlace
from .answers import CONFLICT, UNPROCESSABLE, page, see_other
from .forms import Shown, field_name, field_of
from .own_page import by_token


class SurveyForm(forms.Form):
    """The questions of a survey, with what was answered before."""

    def __init__(self, questions: list[Question], data=None, answers: dict | None = None) -> None:
        initial = {f"question-{key}": said for key, said in (answers or {}).items()}
        super().__init__(data, initial=initial, auto_id="register-%s")
        self.questions = questions
        for question in questions:
            self.fields[field_name(question)] = field_of(question)

    @property
    def shown_fields(self) -> list[Shown]:
        return [Shown(self[name]) for name in self.fields]

    @property
    def answers(self) -> dict:
        """What the valid form says, as a registration keeps it."""
        said = self.cleaned_data
        pairs = ((question.pk, said[field_name(question)]) for question in self.questions)
        return {str(key): answer for key, answer in pairs if answer}


@same_site_posts
@by_token
@require_http_methods(["GET", "HEAD", "POST"])
def answer(request: HttpRequest, found: Registration) -> HttpResponse:
    """The questions, to answer them or to change what was answered."""
    own = f"/events/registration/{found.token}/"
    if not survey.is_open(found):
        return see_other(own)
    data = request.POST if request.method == "POST" else None
    form = SurveyForm(survey.questions_of(found.event), data, found.survey_answers)
    status, problem = (UNPROCESSABLE if form.errors else 200), ""
    if form.is_valid():
        try:
            survey.answer(found, form.answers)
        except NoSuchPlace as error:
            status, problem = CONFLICT, str(error)
        else:
            return see_other(own)
    context = {"event": found.event, "form": form, "path": own, "problem": problem}
    return page(request, "survey.html", "How was it?", context, status)
