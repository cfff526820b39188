"""
A page of what was answered and has changed since: retired questions, and renamed options. It says
what an act would do before it is done, and takes back what was done here.
"""

from collections import Counter

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from competencyworks.core import policy
from competencyworks.core.stale_forms import fingerprint

from .. import seats
from ..models import Event, Question, Registration
from ..moments import moment
from ..stored_answers import (
    Rename,
    change_back,
    counted,
    people,
    rename,
    renames_of,
    words_no_longer_offered,
)

CONFIRMED = "_confirmed"


class ChangedQuestionsForm(forms.Form):
    """
    Which retired questions to ask again, which answers get the words of an option, and which such
    changes are taken back.
    """

    def __init__(
        self,
        retired: list[Question],
        words: dict[Question, Counter],
        renames: list[Rename],
        data=None,
    ) -> None:
        super().__init__(data)
        self.retired, self.words = retired, words
        self.done = {f"back-{each.question.pk}-{_hash(each)}": each for each in renames}
        for question in retired:
            self.fields[f"again-{question.pk}"] = forms.BooleanField(
                label=f"Ask “{question}” again",
                required=False,
                help_text=f"{_where(question)} {people(question.answered)} answered it.",
            )
        for question, word, name in self._changeable():
            self.fields[name] = forms.ChoiceField(
                label=f"“{word}”",
                required=False,
                choices=[("", f"Keep “{word}”")]
                + [(each, f"Change to “{each}”") for each in question.options],
                help_text=f"{_where(question)} “{question}”: {people(words[question][word])} "
                "chose this.",
                error_messages={
                    "invalid_choice": "The options have changed. Choose one of them again."
                },
            )
        for name, each in self.done.items():
            at = moment(each.question.event, each.changed_at)
            self.fields[name] = forms.BooleanField(
                label=f"Change “{each.option}” back to “{each.word}”",
                required=False,
                help_text=f"{_where(each.question)} “{each.question}”: the answers of "
                f"{people(each.count)} were changed here on {at}.",
            )

    def _changeable(self) -> list[tuple[Question, str, str]]:
        """Question, stored words, and name of the field."""
        return [
            (question, word, f"words-{question.pk}-{fingerprint(word)}")
            for question, counts in self.words.items()
            for word in counts
        ]

    def asked_again(self) -> list[Question]:
        """The questions that are ticked in the valid form."""
        return [each for each in self.retired if self.cleaned_data[f"again-{each.pk}"]]

    def renames(self) -> list[tuple[Question, str, str]]:
        """Question, stored words, and the option that takes their place."""
        return [
            (question, word, option)
            for question, word, name in self._changeable()
            if (option := self.cleaned_data[name])
        ]

    def taken_back(self) -> list[Rename]:
        return [each for name, each in self.done.items() if self.cleaned_data[name]]

    def effects(self) -> list[str]:
        """What the valid form would do, in words and numbers."""
        again = [
            f"“{each}” is asked again. {people(each.answered)} answered it, and their answers "
            "stay as they are."
            for each in self.asked_again()
        ]
        renamed = [
            f"The answers of {people(self.words[question][word])} to “{question}” change from "
            f"“{word}” to “{option}”."
            for question, word, option in self.renames()
        ]
        back = [
            f"The answers of {people(each.count)} to “{each.question}” change back from "
            f"“{each.option}” to “{each.word}”."
            for each in self.taken_back()
        ]
        return [*again, *renamed, *back]


class ChangedQuestionsView:
    """Mixin of the admin of events."""

    def changed_questions_urls(self) -> list:
        return [
            self.page(
                "<int:pk>/changed-questions/",
                self.changed_questions,
                act="change",
                name="events_event_changed_questions",
            )
        ]

    def changed_questions(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Shows what is answered and no longer asked, and takes what is to be done with it."""
        event = self._event(request, pk)
        with transaction.atomic():
            if request.method == "POST":
                seats.locked(pk)
            # What was chosen is part of registrations: not for all who may change events.
            may_change = policy.may(request.user, "change", Registration)
            retired = counted(event.questions.filter(is_retired=True)).filter(answered__gt=0)
            words = words_no_longer_offered(event) if may_change else {}
            done = renames_of(event) if may_change else []
            form = ChangedQuestionsForm(list(retired), words, done, request.POST or None)
            effects = form.effects() if form.is_valid() else []
            key = _key(effects)
            if effects and request.POST.get(CONFIRMED) == key:
                self._apply(request, event, form)
                return HttpResponseRedirect(self._url("change", event))
        if form.is_bound and form.is_valid() and not effects:
            messages.info(request, "You chose nothing to change.")
        return self._page(
            request, "admin/event_changed_questions.html", event, "Changed questions", form=form,
            effects=effects, key=key, chosen=_chosen(form) if effects else [],
        )  # fmt: skip

    def _apply(self, request: HttpRequest, event: Event, form: ChangedQuestionsForm) -> None:
        for question in form.asked_again():
            event.questions.filter(pk=question.pk).update(is_retired=False)
            self._note_and_say(request, event, f"“{question}” is asked again.")
        for question, word, option in form.renames():
            count = rename(question, word, option)
            self._note_and_say(
                request,
                event,
                f"Answers of {people(count)} to “{question}” changed from “{word}” to “{option}”.",
            )
        for done in form.taken_back():
            count = change_back(done)
            self._note_and_say(
                request,
                event,
                f"Answers of {people(count)} to “{done.question}” changed back from "
                f"“{done.option}” to “{done.word}”.",
            )

    def _note_and_say(self, request: HttpRequest, event: Event, said: str) -> None:
        self.log_change(request, event, said)
        messages.success(request, said)


def _chosen(form: forms.Form) -> list[tuple[str, str]]:
    """What the form sends, for the page that asks."""
    return [(name, form.data[name]) for name in form.fields if form.data.get(name)]


def _hash(done: Rename) -> str:
    words = f"{done.word}\n{done.option}\n{done.changed_at.isoformat()}"
    return fingerprint(words)


def _key(effects: list[str]) -> str:
    """What the page that asks sends back: the answer is to what it said alone."""
    return fingerprint("\n".join(effects))


def _where(question: Question) -> str:
    is_survey = question.asked == Question.Asked.SURVEY
    return "Follow-up survey." if is_survey else "Registration form."
