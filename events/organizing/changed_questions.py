"""A page of what was answered and has changed since: retired questions, and renamed options."""

from collections import Counter
from hashlib import sha256

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from competencyworks.core import policy

from .. import seats
from ..models import Event, Question, Registration
from ..stored_answers import counted, people, rename, words_no_longer_offered


class ChangedQuestionsForm(forms.Form):
    """Which retired questions to ask again, and which answers get the words of an option."""

    def __init__(self, retired: list[Question], words: dict[Question, Counter], data=None) -> None:
        super().__init__(data)
        self.retired, self.words = retired, words
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

    def _changeable(self) -> list[tuple[Question, str, str]]:
        """Question, stored words, and name of the field."""
        return [
            (question, word, f"words-{question.pk}-{sha256(word.encode()).hexdigest()[:12]}")
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
            form = ChangedQuestionsForm(list(retired), words, request.POST or None)
            if form.is_valid():
                self._apply(request, event, form)
                return HttpResponseRedirect(self._url("change", event))
        return self._page(
            request, "admin/event_changed_questions.html", event, "Changed questions", form=form
        )

    def _apply(self, request: HttpRequest, event: Event, form: ChangedQuestionsForm) -> None:
        for question in form.asked_again():
            event.questions.filter(pk=question.pk).update(is_retired=False)
            self._note_and_say(request, event, f"“{question}” is asked again.")
        for question, word, option in form.renames():
            count = rename(question, {word: option})
            self._note_and_say(
                request,
                event,
                f"Answers of {people(count)} to “{question}” changed from “{word}” to “{option}”.",
            )

    def _note_and_say(self, request: HttpRequest, event: Event, said: str) -> None:
        self.log_change(request, event, said)
        messages.success(request, said)


def _where(question: Question) -> str:
    is_survey = question.asked == Question.Asked.SURVEY
    return "Follow-up survey." if is_survey else "Registration form."
