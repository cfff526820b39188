"""
Answers of registrants as they are stored: by the key of their question, each a text, a list of
texts, or true. Nothing here forgets an answer that its registrant did not take back.
"""

from collections import Counter
from collections.abc import Iterable

from django.db import transaction
from django.db.models import Count, Exists, IntegerField, OuterRef, Q, QuerySet, Subquery, TextField
from django.db.models.functions import Cast, Coalesce

from . import seats
from .models import Event, Question, Registration

Kind = Question.Kind
CHOSEN = (Kind.CHOICE, Kind.CHOICES)
BATCH = 500
Renames = dict[str, str]  # words as they are stored → new words


def words(answer) -> list[str]:
    """An answer as texts; none if there is no answer."""
    if isinstance(answer, list):
        return answer
    if answer is True:
        return ["Yes"]
    return [answer] if answer else []


def as_asked(question: Question, answer):
    """What the field of `question` holds for a stored answer, also of another type."""
    if question.kind == Kind.CHOICES:
        return words(answer)
    if question.kind == Kind.CONSENT:
        return bool(answer)
    return "; ".join(words(answer))


def no_longer_offered(question: Question, answer) -> list[str]:
    """The words of a stored answer that are none of the options any more."""
    if question.kind not in CHOSEN:
        return []
    value = as_asked(question, answer)
    chosen = value if isinstance(value, list) else [value] if value else []
    return [each for each in chosen if each not in question.options]


def merged(stored: dict, said: dict, asked: Iterable[str] | None) -> dict:
    """
    The stored answers with what was said now. `asked` are the keys of the questions that the form
    asked (None: those that were answered); other answers stay.
    """
    replaced = said.keys() if asked is None else set(asked)
    kept = {key: answer for key, answer in stored.items() if key not in replaced}
    return kept | {key: answer for key, answer in said.items() if key in replaced}


# --- who answered -----------------------------------------------------------------------------


def _answering() -> QuerySet[Registration]:
    """Registrations with an answer to the question of an outer query."""
    key = Cast(OuterRef("pk"), TextField())
    return Registration.objects.filter(
        Q(answers__has_key=key) | Q(survey_answers__has_key=key), event=OuterRef("event")
    ).order_by()


def reported(questions: QuerySet[Question]) -> QuerySet[Question]:
    """Those that are asked, and of those no longer asked the ones that somebody answered."""
    return questions.filter(Q(is_retired=False) | Exists(_answering()))


def counted(questions: QuerySet[Question]) -> QuerySet[Question]:
    """With the number of registrations that answered each, as `answered`."""
    counts = _answering().values("event").annotate(count=Count("pk")).values("count")
    return questions.annotate(answered=Coalesce(Subquery(counts, IntegerField()), 0))


def words_no_longer_offered(event: Event) -> dict[Question, Counter]:
    """Of each question with options: which other words are stored as answers, and how often."""
    found = {each: Counter() for each in event.questions.filter(kind__in=CHOSEN, is_retired=False)}
    if not found:
        return {}
    rows = event.registrations.exclude(answers={}, survey_answers={})
    for row in rows.only("answers", "survey_answers").iterator():
        for question in found:
            answer = _column(row, question).get(str(question.pk))
            found[question].update(no_longer_offered(question, answer))
    return {question: counts for question, counts in found.items() if counts}


# --- new words for an option ------------------------------------------------------------------


@transaction.atomic
def rename(question: Question, new_words: Renames) -> int:
    """
    Let stored answers to `question` have new words: staff mended an option. Returns how many
    registrations changed.
    """
    event = seats.locked(question.event_id)
    name = "survey_answers" if question.asked == Question.Asked.SURVEY else "answers"
    key, changed = str(question.pk), []
    rows = event.registrations.filter(**{f"{name}__has_key": key})
    for row in rows.select_for_update(no_key=True).order_by("pk"):
        answers = getattr(row, name)
        before = words(answers[key])
        after = list(dict.fromkeys(new_words.get(each, each) for each in before))
        if after != before:
            answers[key] = after if isinstance(answers[key], list) else after[0]
            changed.append(row)
    Registration.objects.bulk_update(changed, [name], batch_size=BATCH)
    return len(changed)


def _column(row: Registration, question: Question) -> dict:
    is_survey = question.asked == Question.Asked.SURVEY
    return row.survey_answers if is_survey else row.answers


def people(count: int) -> str:
    """'1 person', '57 people': how many answered."""
    return "1 person" if count == 1 else f"{count:,} people"
