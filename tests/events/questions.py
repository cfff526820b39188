"""What tests do with questions through the event's form in the admin, and with answers."""

from events.models import Event, Question, Registration
from tests.core.history.forms import OpenForm, opened
from tests.events import pages

PREFIXES = {"registration": "questions", "survey": "questions-2"}


def row_of(form: OpenForm, question: Question) -> str:
    """The beginning of the names of the fields of `question`."""
    prefix = PREFIXES[question.asked]
    for number in range(int(form.data[f"{prefix}-TOTAL_FORMS"][0])):
        if form.data[f"{prefix}-{number}-id"] == [str(question.pk)]:
            return f"{prefix}-{number}-"
    raise AssertionError(f"{question} is not in the form")


def edit(client, question: Question, **values):
    """Change `question` in the form of its event; returns the answer to Save."""
    form = opened(client, question.event)
    row = row_of(form, question)
    form.put(**{f"{row}{name}": value for name, value in values.items()})
    return form.send()


def delete(client, question: Question):
    return edit(client, question, DELETE="on")


def own_fields(client, registration: Registration, page: str = "change/") -> dict:
    """What a browser would send of the registrant's own page, untouched."""
    answer = pages.Answered(client.get(pages.own_path(registration) + page))
    return pages.fields_of(answer.tree)


def change(client, registration: Registration, page: str = "change/", **values) -> pages.Answered:
    """Open the registrant's own page, change it, send it."""
    fields = own_fields(client, registration, page) | values
    return pages.Answered(client.post(pages.own_path(registration) + page, fields))


def stored(registration: Registration) -> dict:
    registration.refresh_from_db()
    return registration.answers


def table(client, event: Event, kind: str = "csv/") -> str:
    """The export of the event's registrations, or of its survey."""
    response = client.get(f"/admin/events/registration/of/{event.pk}/{kind}")
    return b"".join(response.streaming_content).decode("utf-8-sig")
