"""The event's own questions on a form: of the registration, and of the survey after it."""

import re

from django import forms

from ..models import Event, Question
from ..stored_answers import CHOSEN, as_asked, no_longer_offered, words
from .fields import One, OneLine, Several, Tick

QUESTION = re.compile(r"question-(.*)", re.DOTALL)
KEYS = "asked"  # the field in which a page carries the keys of the questions that it asks
LONGEST_ANSWER = 2000  # characters


def field_name(question: Question) -> str:
    return f"question-{question.pk}"


def keys_of(data) -> frozenset[str]:
    """The keys of the questions that the page asked whose form sent `data`."""
    if not data:
        return frozenset()
    named = (found[1] for name in data if (found := QUESTION.fullmatch(name)))
    return frozenset([*data.get(KEYS, "").split(), *named])


def questions_to_ask(event: Event, asked: str, data=None) -> list[Question]:
    """
    What is asked at the time `asked` (Question.Asked). Whoever had the page open when a question
    was retired is still heard: `data` is what their form sent.
    """
    sent = keys_of(data)
    questions = event.questions.filter(asked=asked)
    return [each for each in questions if not each.is_retired or str(each.pk) in sent]


def field_of(question: Question, stored=None) -> forms.Field:
    """The field of a question; `stored` is what was answered before."""
    required = question.required and not question.is_retired
    more = {
        "label": question.text,
        "help_text": question.hint,
        "initial": as_asked(question, stored),
    }
    choices = [(option, option) for option in question.options]
    if question.kind in CHOSEN:
        gone = no_longer_offered(question, stored)
        choices += [(each, f"{each} (no longer offered)") for each in gone]
    if question.kind == Question.Kind.CHOICE:
        more["required_words"] = "Choose one of the options." if required else ""
        return One(choices, widget=forms.RadioSelect(choices=choices), **more)
    if question.kind == Question.Kind.CHOICES:
        more["required_words"] = "Choose at least one option." if required else ""
        return Several(choices, widget=forms.CheckboxSelectMultiple(choices=choices), **more)
    if question.kind == Question.Kind.CONSENT:
        more["required_words"] = "Check this box to register." if required else ""
        return Tick(**more)
    more["required_words"] = "Answer this question." if required else ""
    return OneLine(most=LONGEST_ANSWER, **more)


class AsksQuestions:
    """Mixin of forms with questions of an event. Answers that it does not ask for stay."""

    def ask(self, questions: list[Question], stored: dict) -> None:
        """Add the fields of `questions`, filled in with what is `stored`."""
        self.questions, self.stored = questions, stored
        for question in questions:
            answer = stored.get(str(question.pk))
            self.fields[field_name(question)] = field_of(question, answer)

    @property
    def keys_shown(self) -> str:
        """What the page carries as KEYS."""
        return " ".join(str(question.pk) for question in self.questions)

    @property
    def keys_asked(self) -> frozenset[str]:
        """The keys of the questions that the page asked; the others may have come since."""
        return keys_of(self.data) & {str(question.pk) for question in self.questions}

    def clean(self):
        known = {str(question.pk) for question in self.questions}
        sent = {found[1] for name in self.data if (found := QUESTION.fullmatch(name))}
        if sent - known:
            raise forms.ValidationError(
                "The questions on this form have changed. Review it and send it again."
            )
        return super().clean()

    @property
    def answers(self) -> dict:
        """What the valid form says, as a registration keeps it."""
        found = {}
        for question in self.questions:
            key, answer = str(question.pk), self.cleaned_data[field_name(question)]
            stored = self.stored.get(key)
            if answer:
                found[key] = stored if _same(question, stored, answer) else answer
        return found


def _same(question: Question, stored, answer) -> bool:
    """Whether a form left the stored answer as it was, also if its type or the order differs."""
    return bool(stored) and sorted(words(as_asked(question, stored))) == sorted(words(answer))
