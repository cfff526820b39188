"""
The form of an item asks before a save that its writer may not mean: something incomplete goes
public or to the editors, or what a kind adds in questions_about(). So does the schedule of a
working copy, by questions_about_content().

The item is saved, looked at as it is stored then, and the save is undone: so rows and acts of other
mixins count. The form comes again with all that was typed, and with buttons that answer.
"""

from dataclasses import dataclass

from django.contrib.messages.storage import default_storage
from django.db import transaction
from django.http import HttpRequest

from . import workflow
from .form_preview import is_preview
from .publishing import Publishable
from .stale_forms import fingerprint

ANYWAY = "_publish_anyway"  # its value is the name of the button that was pressed first
ASKED = "_asked"  # the keys of the questions that the form showed
BUTTONS = {
    "_publish": "Publish",
    "_submit": "Submit for review",
    "_release": "Publish working copy",
    "_working": "Save as working copy",
    "_continue": "Save and stay",
    "_save": "Save",
}
ASKED_ABOUT = (Publishable.Status.PUBLISHED, Publishable.Status.REVIEW)


@dataclass(frozen=True)
class Question:
    """
    What the writer should know before the save. `instead` is the address and name of a page that
    may be what they mean. `anyway` are the words of the button that saves, with '{}' for what the
    button says that was pressed first; `answer` is a further one, as the name of its field (one of
    further_answers) and its words. Of several questions, the last names the button that saves.
    """

    words: str
    instead: tuple[str, str] | None = None
    answer: tuple[str, str] | None = None
    anyway: str = "{} all the same"

    @property
    def key(self) -> str:
        """What the form sends back of this question."""
        return fingerprint(self.words)


class NotAnswered(Exception):
    """There are questions about the save, and nobody has answered them yet."""

    def __init__(self, questions: list[Question]) -> None:
        super().__init__(" ".join(question.words for question in questions))
        self.questions = questions


class AskingBeforeSaving:
    """Mixin of PublishableAdmin. Stands before the mixins that take part in saving."""

    # Fields of Question.answer; each does what ANYWAY does.
    further_answers: tuple[str, ...] = ()

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        view = super().changeform_view
        if request.method != "POST" or is_preview(request):
            return view(request, object_id, form_url, extra_context)
        for name in (ANYWAY, *self.further_answers):
            if request.POST.get(name) in BUTTONS:
                request.POST = request.POST.copy()
                request.POST[request.POST[name]] = "1"
        try:
            with transaction.atomic():
                return view(request, object_id, form_url, extra_context)
        except NotAnswered as error:
            request.questions = error.questions
            # What the save that was undone has said is not true.
            request._messages = default_storage(request)
            return view(request, object_id, form_url, extra_context)

    def get_form(self, request, obj=None, change=False, **kwargs):
        form = super().get_form(request, obj, change=change, **kwargs)
        if getattr(request, "questions", None):
            form.notice = "Nothing was saved yet. Answer the question above first."
        return form

    def is_answered(self, request: HttpRequest) -> bool:
        return any(name in request.POST for name in (ANYWAY, *self.further_answers))

    def ask_first(self, request: HttpRequest, item: Publishable, before: workflow.State) -> None:
        """To be called when all is saved, and `item` was in the state `before`."""
        if not is_preview(request):
            self.ask(request, self.questions_about(request, item, before))

    def ask(self, request: HttpRequest, questions: list[Question]) -> None:
        """Raise NotAnswered unless the form has answered these questions."""
        if self.is_answered(request):
            # An answer is to what was asked: whoever changed the form since is asked again.
            asked = request.POST.getlist(ASKED)
            if not asked or all(question.key in asked for question in questions):
                return
        if questions:
            raise NotAnswered(questions)

    def questions_about(
        self, request: HttpRequest, item: Publishable, before: workflow.State
    ) -> list[Question]:
        """What to ask about `item` as it is saved now; a kind adds its own."""
        if item.status == before.status or item.status not in ASKED_ABOUT:
            return []
        if missing := self.what_is_missing(item):
            return [Question(f"Look at what readers would see: {', '.join(missing)}.")]
        return []

    def render_change_form(self, request, context, *args, **kwargs):
        if questions := getattr(request, "questions", None):
            pressed = next((name for name in BUTTONS if name in request.POST), "_save")
            answers = {ANYWAY: questions[-1].anyway}
            answers |= dict(question.answer for question in questions if question.answer)
            context["asked"] = {
                "pressed": pressed,
                "words": [question.words for question in questions],
                "keys": [question.key for question in questions],
                "answers": [
                    (name, words.format(BUTTONS[pressed])) for name, words in answers.items()
                ],
                "instead": list(
                    dict.fromkeys(question.instead for question in questions if question.instead)
                ),
                "has_files": bool(request.FILES),
            }
            context["errors"] = []  # that nothing was saved stands in the question already
        return super().render_change_form(request, context, *args, **kwargs)
