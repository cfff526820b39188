"""Questions after an event: who may answer, what they said, and what all said together."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from django.db import transaction

from competencyworks.core.csv_tables import csv_lines

from .models import Event, Question, Registration
from .organizing.exports import in_words
from .registration import NoSuchPlace
from .stored_answers import merged, reported, without_taken_back, words


@dataclass
class Result:
    """What was answered to one question: how often each option, or texts."""

    question: Question
    answered: int = 0
    options: list[tuple[str, int, int]] = field(default_factory=list)  # words, times, percent
    texts: list[str] = field(default_factory=list)


def has_survey(event: Event) -> bool:
    return event.questions.filter(asked=Question.Asked.SURVEY, is_retired=False).exists()


def questions_of(event: Event) -> list[Question]:
    """What is asked, and what was asked before and answered."""
    return list(reported(event.questions.filter(asked=Question.Asked.SURVEY)))


def may_answer(registration: Registration) -> bool:
    """Whether they had a seat, and the event is over and not in the trash."""
    event = registration.event
    had_seat = registration.status == Registration.Status.CONFIRMED and not event.is_cancelled
    return had_seat and event.is_over and event.trashed_at is None


def is_open(registration: Registration) -> bool:
    """Whether they are asked: they may answer, and there is a question."""
    return may_answer(registration) and has_survey(registration.event)


@transaction.atomic
def answer(registration: Registration, answers: dict, asked: frozenset[str]) -> None:
    """
    Keep what they say now in place of what they said to the questions `asked`; their other answers
    stay. Raises NoSuchPlace.
    """
    # Not if the person was taken out of it, or the place given back, a moment ago.
    rows = Registration.objects.select_for_update(no_key=True).filter(
        pk=registration.pk, anonymous_at=None, status=Registration.Status.CONFIRMED
    )
    stored = rows.only("survey_answers", "former_answers").first()
    if stored is None:
        raise NoSuchPlace("This survey can no longer be answered with this registration.")
    said = merged(stored.survey_answers, answers, asked)
    former = without_taken_back(stored.former_answers, stored.survey_answers, said)
    rows.update(survey_answers=said, former_answers=former)


def results(event: Event) -> tuple[int, list[Result]]:
    """How many answered, and for each question what. Two queries, however many did."""
    found = [Result(question) for question in questions_of(event)]
    counts: dict[int, Counter] = {each.question.pk: Counter() for each in found}
    people = 0
    for answers in _answers(event):
        people += 1
        for each in found:
            said = answers.get(str(each.question.pk))
            if not said:
                continue
            each.answered += 1
            if each.question.kind == Question.Kind.TEXT:
                each.texts.append("; ".join(words(said)))
            else:
                counts[each.question.pk].update(words(said))
    for each in found:
        each.options = _shares(each, counts[each.question.pk])
    return people, found


def as_csv(event: Event) -> Iterator[str]:
    """The answers as CSV, a line for each who answered, without names."""
    questions = questions_of(event)
    rows = (
        [in_words(answers.get(str(question.pk))) for question in questions]
        for answers in _answers(event)
    )
    return csv_lines([question.heading for question in questions], rows)


def _answers(event: Event) -> Iterator[dict]:
    # Not in the order of registration, by which one could tell who said what.
    rows = event.registrations.exclude(survey_answers={}).order_by("nonce", "email")
    return rows.values_list("survey_answers", flat=True).iterator(chunk_size=1000)


def _shares(result: Result, counts: Counter) -> list[tuple[str, int, int]]:
    """Each option with its count and percent of those who answered; gone ones last."""
    question = result.question
    if question.kind == Question.Kind.TEXT:
        return []
    first = ["Yes"] if question.kind == Question.Kind.CONSENT else list(question.options)
    shown = [*first, *(word for word, _ in counts.most_common() if word not in first)]
    whole = result.answered or 1
    return [(word, counts[word], round(100 * counts[word] / whole)) for word in shown]
