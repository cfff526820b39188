"""Questions after an event: who may answer, what they said, and what all said together."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from competencyworks.core.csv_tables import csv_lines

from .models import Event, Question, Registration
from .organizing.exports import in_words
from .registration import NoSuchPlace


@dataclass
class Result:
    """What was answered to one question: how often each option, or texts."""

    question: Question
    answered: int = 0
    options: list[tuple[str, int, int]] = field(default_factory=list)  # words, times, percent
    texts: list[str] = field(default_factory=list)


def questions_of(event: Event) -> list[Question]:
    return list(event.questions.filter(asked=Question.Asked.SURVEY))


def is_open(registration: Registration) -> bool:
    """Whether they are asked: they had a seat, the event is over, and there is a question."""
    event = registration.event
    had_seat = registration.status == Registration.Status.CONFIRMED and not event.is_cancelled
    return had_seat and event.is_over and bool(questions_of(event))


def answer(registration: Registration, answers: dict) -> None:
    """Keep what they say now in place of what they said. Raises NoSuchPlace."""
    # Not if the person was taken out of it, or the place given back, a moment ago.
    rows = Registration.objects.filter(pk=registration.pk, anonymous_at=None)
    if not rows.filter(status=Registration.Status.CONFIRMED).update(survey_answers=answers):
        raise NoSuchPlace("This registration cannot answer any more.")


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
                each.texts.append(said)
            else:
                chosen = said if isinstance(said, list) else ["Yes" if said is True else said]
                counts[each.question.pk].update(chosen)
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
    return csv_lines([question.text for question in questions], rows)


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
    words = [*first, *(word for word, _ in counts.most_common() if word not in first)]
    whole = result.answered or 1
    return [(word, counts[word], round(100 * counts[word] / whole)) for word in words]
