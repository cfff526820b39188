"""After an event: attendance from reports and the survey."""

import csv
import io
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from lxml import html as trees

from events.models import Event, Registration
from events.organizing import reports
from tests.events import factories
from tests.events.pages import Answered, fields_of, own_path

pytestmark = pytest.mark.django_db
LIST = "/admin/events/registration/"


def end(event: Event) -> None:
    start = timezone.now() - timedelta(days=1)
    Event.objects.filter(pk=event.pk).update(starts_at=start, ends_at=start + timedelta(hours=1))
    event.refresh_from_db()


# --- attendance from a report -----------------------------------------------------------------

PLAIN = "Email,Minutes\nann@example.org,50\nBO@example.org,5\nstranger@example.org,40\n"
ZOOM = (
    "Attendee Report\nTopic,Webinar ID\nGrading,123\n\nHost Details\nAttended,User Name "
    "(Original Name),Email,Time in Session (minutes)\nYes,Host,host@example.org,90\n\n"
    "Attendee Details\nAttended,User Name (Original Name),First Name,Email,Join Time,"
    "Time in Session (minutes)\nYes,Ann,Ann,ann@example.org,x,30\n"
    "Yes,Ann,Ann,ann@example.org,x,20\n"
    "Yes,Bo,Bo,bo@example.org,x,5\nNo,Cy,Cy,cy@example.org,--,--\n"
)
CLOCKS = "Name;User Email;Duration\nÄnn;ann@example.org;0:50:10\nBo;bo@example.org;0:05:00\n"


def upload(client, event, content: bytes, **data):
    file = SimpleUploadedFile("report.csv", content, "text/csv")
    return client.post(f"{LIST}of/{event.pk}/report/", {"file": file, "least": "10", **data})


@pytest.mark.parametrize(
    "content",
    [
        PLAIN.encode(),
        PLAIN.encode("utf-8-sig"),
        PLAIN.replace(",", "\t").encode("utf-16"),
        PLAIN.replace("Email", "E-mail Address").replace("\n", "\r\n").encode(),
        ZOOM.encode(),
        CLOCKS.encode("cp1252"),
    ],
)
def test_a_report_is_read_whatever_its_form(manager, content):
    event = factories.event()
    ann, bo, cy = (
        factories.registered(event, name=name, email=f"{name.lower()}@example.org")
        for name in ("Ann", "Bo", "Cy")
    )
    end(event)
    response = upload(manager, event, content)
    found = response.context["found"]
    assert [(row, round(seen.minutes)) for row, seen in found.there] == [(ann, 50)]
    assert [row for row, _ in found.too_short] == [bo]
    assert found.absent == [cy]
    assert not Registration.objects.exclude(attended=None).exists()


def test_what_was_shown_is_noted_and_the_others_if_asked(manager):
    event, other = factories.event(), factories.event()
    ann = factories.registered(event, email="ann@example.org")
    bo = factories.registered(event, email="bo@example.org")
    elsewhere = factories.registered(other)
    waits = factories.registered(event, email="stranger@example.org")
    Registration.objects.filter(pk=waits.pk).update(status="waiting")
    end(event)
    context = upload(manager, event, PLAIN.encode()).context
    assert [row for row, _ in context["found"].no_seat] == [waits]
    data = {"there": f"{context['there']},{elsewhere.pk},x", "missing": context["missing"]}
    manager.post(f"{LIST}of/{event.pk}/report/", {"_apply": "1", **data})
    states = dict(Registration.objects.values_list("pk", "attended"))
    assert states == {ann.pk: True, bo.pk: None, elsewhere.pk: None, waits.pk: None}
    manager.post(f"{LIST}of/{event.pk}/report/", {"_apply": "1", "note_missing": "1", **data})
    assert Registration.objects.get(pk=bo.pk).attended is False
    assert Registration.objects.get(pk=ann.pk).attended is True


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "empty"),
        (b"Name,Minutes\nAnn,3\n", "This file has no “Email” column"),
        (b"\xff\xfe\x00", "cannot be read"),
        (b'"', "no “Email” column"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "no “Email” column"),
    ],
)
def test_what_is_no_report_is_refused_with_the_reason(manager, content, message):
    event = factories.event(days=-1)
    response = upload(manager, event, content)
    assert response.status_code == 422
    assert message in response.content.decode()


def test_a_report_larger_than_any_is_refused():
    with pytest.raises(reports.BadReport, match="larger than 5 MB"):
        reports.read(b"x" * (reports.LARGEST + 1))


# --- survey -----------------------------------------------------------------------------------


@pytest.fixture
def asked(db) -> tuple[Event, Registration]:
    """An event that is over, with a survey, and somebody who had a seat."""
    event = factories.event()
    for text, kind, options in (
        ("How was it?", "choice", ["Good", "Bad"]),
        ("What next?", "choices", ["Grading", "Pacing"]),
        ("Anything else?", "text", []),
    ):
        event.questions.create(
            text=text, kind=kind, options=options, asked="survey", required=kind == "choice"
        )
    row = factories.registered(event)
    end(event)
    return event, row


def test_the_survey_is_answered_on_the_own_page_and_can_be_changed(client, asked):
    event, row = asked
    how, what, text = event.questions.order_by("pk")
    path = f"{own_path(row)}survey/"
    assert path in client.get(own_path(row)).content.decode()
    page = Answered(client.post(path, {f"question-{text.pk}": "Hello"}))
    assert (page.status, page.error(f"question-{how.pk}")) == (
        422,
        "Error: Choose one of the options.",
    )
    assert fields_of(page.tree)[f"question-{text.pk}"] == "Hello"
    said = {f"question-{how.pk}": "Good", f"question-{what.pk}": ["Grading"]}
    said |= {"opened_from": fields_of(page.tree)["opened_from"]}
    assert client.post(path, said).url == f"{own_path(row)}?saved=answers"
    row.refresh_from_db()
    assert row.survey_answers == {str(how.pk): "Good", str(what.pk): ["Grading"]}
    again = Answered(client.get(path))
    assert fields_of(again.tree)[f"question-{how.pk}"] == ["Good"]
    assert again.response["Cache-Control"] == "no-store, private"
    assert "Thank you for your answers" in client.get(own_path(row)).content.decode()
    cross = client.post(path, said, headers={"sec-fetch-site": "cross-site"})
    assert cross.status_code == 403


@pytest.mark.parametrize("why", ["not over", "waiting", "cancelled event", "no questions"])
def test_nobody_else_is_asked(client, asked, why):
    event, row = asked
    if why == "not over":
        Event.objects.filter(pk=event.pk).update(ends_at=timezone.now() + timedelta(hours=1))
    elif why == "waiting":
        Registration.objects.filter(pk=row.pk).update(status="waiting")
    elif why == "cancelled event":
        Event.objects.filter(pk=event.pk).update(cancelled_at=timezone.now())
    else:
        event.questions.all().delete()
    path = f"{own_path(row)}survey/"
    assert path not in client.get(own_path(row)).content.decode()
    response = client.post(path, {"question-1": "Good"})
    assert (response.status_code, response.url) == (303, f"{own_path(row)}?saved=no-answers")
    row.refresh_from_db()
    assert row.survey_answers == {}


def test_organizers_see_what_was_answered_without_names(manager, asked):
    event, row = asked
    how, what, text = event.questions.order_by("pk")
    counts = []
    for size in (3, 10):
        for number in range(size):
            other = factories.registered(factories.event())
            Registration.objects.filter(pk=other.pk).update(
                event=event,
                survey_answers={
                    str(how.pk): "Bad" if number else "Good",
                    str(what.pk): ["Grading", "Gone"],
                    str(text.pk): "=1+1",
                },
            )
        with CaptureQueriesContext(connection) as queries:
            page = manager.get(f"{LIST}of/{event.pk}/survey/").content.decode()
        counts.append(len(queries))
    assert counts[0] == counts[1]
    assert "13 people have answered" in page
    rows = trees.fromstring(page).xpath("//table//tbody/tr")
    shown = [[cell.text_content().strip() for cell in row if cell.text_content()] for row in rows]
    assert shown == [
        ["Good", "2", "15%"], ["Bad", "11", "85%"],
        ["Grading", "13", "100%"], ["Pacing", "0", "0%"], ["Gone", "13", "100%"],
    ]  # fmt: skip
    assert row.name not in page
    response = manager.get(f"{LIST}of/{event.pk}/survey.csv")
    table = list(csv.reader(io.StringIO(b"".join(response.streaming_content).decode("utf-8-sig"))))
    assert table[0] == ["How was it?", "What next?", "Anything else?"]
    assert len(table) == 14
    assert table[1][1:] == ["Grading; Gone", "'=1+1"]
