"""Any acts of staff on questions, and of registrants: nobody's answers are lost."""

import csv
import io
from dataclasses import dataclass, field

import pytest
from django.test import Client
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from events.models import Event, Question, Registration
from tests.core.history.forms import opened
from tests.events import factories, pages
from tests.events.questions import own_fields, row_of
from tests.events.questions import table as exported

pytestmark = pytest.mark.django_db

KINDS = ["text", "choice", "choices", "consent"]
WORDS = ["Room A", "Room B", "Room C", "Room D"]
number = st.integers(0, 9)
OF_STAFF = ["rename", "rename", "remove", "add", "reorder", "require", "retire", "ask"]
OF_REGISTRANTS = ["register", "answer", "name", "cancel", "register again"]
# What one member of staff changes before they press Save, and what one registrant does.
SAVE = st.lists(st.tuples(st.sampled_from(OF_STAFF), number), min_size=1, max_size=4)
VISIT = st.tuples(st.sampled_from(OF_REGISTRANTS), number)


@dataclass
class House:
    """An event, staff at its form, registrants at theirs, and what each of them has said."""

    staff: Client
    visitor: Client
    event: Event
    count: int = 0
    said: dict[int, dict] = field(default_factory=dict)  # by registration, then by question
    stale: dict[int, dict] = field(default_factory=dict)  # pages that were opened and not sent

    def questions(self) -> list[Question]:
        return list(self.event.questions.filter(is_retired=False))

    # --- staff ------------------------------------------------------------------------------

    def staff_saves(self, acts: list[tuple[str, int]]) -> None:
        form, questions = opened(self.staff, self.event), self.questions()
        for act, which in acts:
            if act == "ask" or not questions:
                self.count += 1
                form.add_row(
                    "questions",
                    text=f"Question {self.count}",
                    kind=KINDS[which % 4],
                    position=str(which),
                    options="\n".join(WORDS[: 2 + which % 3]),
                )
            else:
                self.change_question(form, questions[which % len(questions)], act, which)
        answer = self.staff.post(form.address, form.data | {"_save": "Save"})
        assert answer.status_code == 302, answer.context["errors"]

    def change_question(self, form, question: Question, act: str, which: int) -> None:
        row = row_of(form, question)
        options = form.data[f"{row}options"][0].split("\n") if question.options else []
        place = which % len(options) if options else 0
        if act == "retire":
            form.put(**{f"{row}DELETE": "on"})
        elif act == "require":
            form.data.pop(f"{row}required", None)
            if not question.required:
                form.put(**{f"{row}required": "on"})
        elif act == "reorder":
            reversed_options = "\n".join(reversed(options))
            form.put(**{f"{row}position": str(which), f"{row}options": reversed_options})
        elif options:
            self.count += 1
            if act == "rename":
                options[place] = f"Room {self.count}"
            elif act == "add":
                options.append(f"Room {self.count}")
            elif len(options) > 2:
                del options[place]
            form.put(**{f"{row}options": "\n".join(options)})

    # --- registrants ------------------------------------------------------------------------

    def registrant_visits(self, act: str, which: int) -> None:
        rows = list(self.event.registrations.exclude(status="cancelled").order_by("pk"))
        if act == "register" or not rows:
            self.register(f"person{which}.{self.event.pk}@example.org", which)
            return
        row = rows[which % len(rows)]
        if act == "cancel":
            self.visitor.post(f"{pages.own_path(row)}cancel/")
        elif act == "register again":
            self.visitor.post(f"{pages.own_path(row)}cancel/")
            self.register(row.email, which)
        else:
            self.change(row, which, answers=act == "answer")

    def register(self, email: str, which: int) -> None:
        if self.event.registrations.exclude(status="cancelled").filter(email=email).exists():
            return  # another registration of the address is not made
        fields = pages.form(self.visitor, self.event)
        said = {str(each.pk): self.answer(each, each.options, which) for each in self.questions()}
        fields |= self.fields(said) | {"name": "Ann Lee", "email": email}
        answer = pages.send(self.visitor, self.event, fields)
        assert answer.status == 303, answer.words
        self.said[Registration.objects.latest("pk").pk] = said

    def change(self, row: Registration, which: int, *, answers: bool) -> None:
        """Change answers; or the name alone, answering what has become required."""
        opened_before = which % 2 and self.stale.get(row.pk)
        fields = {"asked": ""} | (opened_before or own_fields(self.visitor, row))
        self.stale.setdefault(row.pk, dict(fields))
        known = self.said[row.pk]
        if not opened_before:
            self.check_page(fields, known)
        values = {"name": f"Ann Lee {'abcdefghij'[which]}"}
        for question in self.questions():
            key = str(question.pk)
            if key not in fields["asked"].split():
                continue
            if (answers and which % 3) or (question.required and key not in known):
                offered = [*question.options, *(_words(known.get(key)))]
                values |= self.fields({key: self.answer(question, offered, which)})
        if opened_before:
            del self.stale[row.pk]
        before = dict(known)
        sent = fields | values
        path = f"{pages.own_path(row)}change/"
        answer = pages.Answered(self.visitor.post(path, sent))
        if answer.status == 409:  # changed since the page was opened: they are told, and send again
            assert opened_before
            row.refresh_from_db()
            assert row.answers.keys() == known.keys()
            sent = {"asked": ""} | pages.fields_of(answer.tree)
            answer = pages.Answered(self.visitor.post(path, sent))
        if answer.status == 303:
            for key in sent["asked"].split():
                known.pop(key, None)
                if said := _said(Question.objects.get(pk=key), sent):
                    known[key] = said
        else:  # a question or an option has changed since: they are told, and nothing changes
            assert answer.status == 422
            assert opened_before
            assert known == before

    def answer(self, question: Question, offered: list[str], which: int):
        if question.kind == "text":
            return f"Words {which}"
        if question.kind == "consent":
            return True
        chosen = offered[which % len(offered)]
        return chosen if question.kind == "choice" else [chosen]

    def fields(self, said: dict) -> dict:
        return {f"question-{key}": "on" if value is True else value for key, value in said.items()}

    # --- what must hold ---------------------------------------------------------------------

    def check_page(self, fields: dict, known: dict) -> None:
        """The page holds what was said, so that sending it untouched takes nothing back."""
        for question in self.event.questions.filter(pk__in=fields["asked"].split()):
            said = known.get(str(question.pk))
            assert _words(_said(question, fields) or None) == _words(said)

    def check(self) -> None:
        for row in self.event.registrations.all():
            stored = {key: _words(answer) for key, answer in row.answers.items()}
            assert stored == {key: _words(answer) for key, answer in self.said[row.pk].items()}
        table = csv.DictReader(io.StringIO(exported(self.staff, self.event)))
        for row, line in zip(self.event.registrations.order_by("pk"), table, strict=True):
            for key, answer in self.said[row.pk].items():
                cell = line[Question.objects.get(pk=key).heading]
                assert sorted(cell.split("; ")) == (["yes"] if answer is True else _words(answer))


def _words(answer) -> list[str]:
    if answer is None:
        return []
    return sorted(answer) if isinstance(answer, list) else [answer]


def _said(question: Question, sent: dict):
    value = sent.get(f"question-{question.pk}")
    if question.kind == "consent":
        return bool(value)
    if question.kind == "choice" and isinstance(value, list):
        return value[0]
    return value


@settings(
    max_examples=8,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],  # each act is slow: shrinking takes many minutes
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(acts=st.lists(st.tuples(SAVE, VISIT, VISIT), min_size=2, max_size=4))
def test_stored_answers_hold_all_that_was_said_and_not_taken_back(manager, acts):
    house = House(manager, Client(), factories.event())
    for text, kind in (("Which room?", "choice"), ("Which of these?", "choices")):
        house.event.questions.create(text=text, kind=kind, options=WORDS[:3])
    house.event.questions.create(text="Any allergies?")
    for which in (1, 2):
        house.register(f"person{which}.{house.event.pk}@example.org", which)
    for save, *visits in acts:
        house.staff_saves(save)
        for act, which in visits:
            house.registrant_visits(act, which)
    house.check()
