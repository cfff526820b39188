"""
Answers of registrants as they are stored: by the key of their question, each a text, a list of
texts, or true. Nothing here forgets an answer that its registrant did not take back.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Count, Exists, IntegerField, OuterRef, Q, QuerySet, Subquery, TextField
from django.db.models.functions import Cast, Coalesce
from django.utils import timezone

from . import seats
from .models import Event, Question, Registration

Kind = Question.Kind
CHOSEN = (Kind.CHOICE, Kind.CHOICES)
BATCH = 500


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


@dataclass(frozen=True)
class Rename:
    """What rename() did to answers at one moment, and how many still are what it made of them."""

    question: Question
    word: str
    option: str
    changed_at: datetime
    count: int


@transaction.atomic
def rename(question: Question, word: str, option: str) -> int:
    """
    Let stored answers to `question` have the words `option` in place of `word`: staff mended an
    option. The answers before it are kept in `former_answers`. Returns how many registrations
    changed.
    """
    seats.locked(question.event_id)
    name, key, changed = _name(question), str(question.pk), []
    at = timezone.now().isoformat()
    for row in _answered(question):
        answers = getattr(row, name)
        before = answers[key]
        after = list(dict.fromkeys(option if each == word else each for each in words(before)))
        if after == words(before):
            continue
        answers[key] = after if isinstance(before, list) else after[0]
        row.former_answers.append(
            {
                "question": key,
                "word": word,
                "option": option,
                "answer": before,
                "now": answers[key],
                "changed_at": at,
            }
        )
        changed.append(row)
    Registration.objects.bulk_update(changed, [name, "former_answers"], batch_size=BATCH)
    return len(changed)


def renames_of(event: Event) -> list[Rename]:
    """What was renamed in answers that are still as rename() left them, the latest first."""
    questions = {str(each.pk): each for each in event.questions.all()}
    counts: Counter = Counter()
    rows = event.registrations.exclude(former_answers=[]).order_by()
    for row in rows.only("answers", "survey_answers", "former_answers"):
        for each in row.former_answers:
            question = questions.get(each["question"])
            if question and _column(row, question).get(each["question"]) == each["now"]:
                counts[question, each["word"], each["option"], each["changed_at"]] += 1
    found = [
        Rename(question, word, option, datetime.fromisoformat(at), count)
        for (question, word, option, at), count in counts.items()
    ]
    return sorted(found, key=lambda each: each.changed_at, reverse=True)


@transaction.atomic
def change_back(done: Rename) -> int:
    """Undo a rename in the answers that are as it left them. Returns how many changed."""
    seats.locked(done.question.event_id)
    name, key, changed = _name(done.question), str(done.question.pk), []
    wanted = (key, done.word, done.option, done.changed_at.isoformat())
    for row in _answered(done.question):
        answers = getattr(row, name)
        for each in row.former_answers:
            made = (each["question"], each["word"], each["option"], each["changed_at"])
            if made == wanted and answers[key] == each["now"]:
                answers[key] = each["answer"]
                row.former_answers.remove(each)
                changed.append(row)
                break
    Registration.objects.bulk_update(changed, [name, "former_answers"], batch_size=BATCH)
    return len(changed)


def without_taken_back(former: list[dict], before: dict, after: dict) -> list[dict]:
    """The former answers to those questions whose answer its registrant did not change now."""
    return [each for each in former if before.get(each["question"]) == after.get(each["question"])]


def _answered(question: Question) -> QuerySet[Registration]:
    """The registrations that answered `question`, to be changed."""
    rows = question.event.registrations.filter(**{f"{_name(question)}__has_key": str(question.pk)})
    return rows.select_for_update(no_key=True).order_by("pk")


def _name(question: Question) -> str:
    """The column of the answers to `question`."""
    return "survey_answers" if question.asked == Question.Asked.SURVEY else "answers"


def _column(row: Registration, question: Question) -> dict:
    return getattr(row, _name(question))


def people(count: int) -> str:
    """'1 person', '57 people': how many answered."""
    return "1 person" if count == 1 else f"{count:,} people"
