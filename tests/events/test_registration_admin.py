"""Organizers see who registered, act on it, and take the list with them."""

import csv
import io
import tracemalloc
from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.auth.models import Permission
from django.contrib.messages import get_messages
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from lxml import html as trees
from openpyxl import load_workbook

from competencyworks.core.mail.sending import send_waiting_mail
from competencyworks.core.models import OutgoingMail
from competencyworks.website.models import SiteSettings
from events import attendance
from events.models import Registration
from events.registration import cancel
from tests.events import factories
from tests.events.pages import mails

pytestmark = pytest.mark.django_db
LIST = "/admin/events/registration/"


def listed(client, event, **more) -> str:
    return client.get(LIST, {"event": event.pk, **more}).content.decode()


def act(client, name: str, rows, **more):
    return client.post(
        LIST, {"action": name, "_selected_action": [row.pk for row in rows], **more}, follow=True
    )


def begin(event) -> None:
    """Let the event go on now."""
    now = timezone.now()
    type(event).objects.filter(pk=event.pk).update(starts_at=now, ends_at=now + timedelta(hours=1))


def said(response) -> str:
    return " ".join(str(message) for message in get_messages(response.wsgi_request)) or (
        " ".join(str(message) for message in response.context["messages"])
    )


def names_in(text: str) -> list[str]:
    return trees.fromstring(text).xpath("//th[@class='field-name']//text()")


# --- the list ---------------------------------------------------------------------------------


def test_the_list_of_an_event_shows_its_people_and_numbers(manager):
    event = factories.event(capacity=3)
    factories.registered(event, name="Ann Lee", seats=1)
    other = factories.event()
    factories.registered(other, name="Bo Elsewhere")
    event.largest_party = 3
    event.save()
    factories.registered(event, 3, name="Cy Group", companions=["Dee", "Eli"])
    text = listed(manager, event)
    assert names_in(text) == ["Cy Group", "Ann Lee"]
    sums = trees.fromstring(text).xpath("//div[@class='cw-sums']")[0]
    words = " ".join(sums.text_content().split())
    assert "Seats taken 1 of 3" in words
    assert "(3 seats)" in words
    assert "2 registrations, starting" in words


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ({"status__exact": "confirmed"}, ["Ann Lee"]),
        ({"status__exact": "waiting"}, ["Bo Ray"]),
        ({"attended__exact": "1"}, ["Ann Lee"]),
        ({"attended__isnull": "True"}, ["Bo Ray"]),
        ({"q": "ann@"}, ["Ann Lee"]),
        ({"q": "ray"}, ["Bo Ray"]),
        ({"online__exact": "0"}, ["Bo Ray"]),
    ],
)
def test_filters_and_search_narrow_the_list(manager, query, names):
    event = factories.event(capacity=1, attendance="both", venue="Hall")
    ann = factories.registered(event, name="Ann Lee", email="ann@example.org")
    factories.registered(event, name="Bo Ray", online=False)
    attendance.note(Registration.objects.filter(pk=ann.pk), True)
    assert names_in(listed(manager, event, **query)) == names


@pytest.mark.parametrize(
    ("zone", "words"),
    [
        ("America/New_York", "September 28, 2036, 9:05 p.m. ET"),
        ("Asia/Kolkata", "September 29, 2036, 6:35 a.m. UTC+5:30"),
    ],
)
def test_moments_are_told_alike_in_the_events_zone_which_is_named(manager, zone, words):
    row = factories.registered(factories.event(zone=zone))
    at = datetime(2036, 9, 29, 1, 5, tzinfo=UTC)
    rows = Registration.objects.filter(pk=row.pk)
    rows.update(created_at=at, confirmed_at=at)
    tree = trees.fromstring(manager.get(f"{LIST}{row.pk}/change/").text)
    for name in ("registered", "confirmed"):
        (told,) = tree.xpath(f"//div[contains(@class, 'field-{name}')]//time")
        assert told.text == words
    assert not tree.xpath("//div[contains(@class, 'field-cancelled')]//time")
    assert words in listed(manager, row.event)
    rows.update(status="cancelled", cancelled_at=at)
    tree = trees.fromstring(manager.get(f"{LIST}{row.pk}/change/").text)
    assert tree.xpath("//div[contains(@class, 'field-cancelled')]//time")[0].text == words


def test_an_event_that_is_none_lists_nothing_and_breaks_nothing(manager):
    factories.registered(factories.event())
    assert manager.get(LIST, {"event": "x' --"}).status_code == 302
    assert not names_in(manager.get(LIST, {"event": "999999"}).content.decode())


def test_the_plot_draws_each_day_and_the_table_says_its_numbers(manager):
    event = factories.event()
    for days in (9, 9, 4):
        row = factories.registered(event)
        moment = event.starts_at - timedelta(days=days + 30)
        Registration.objects.filter(pk=row.pk).update(created_at=moment)
    tree = trees.fromstring(listed(manager, event))
    rows = [row.xpath("td/text()")[1:] for row in tree.xpath("//figure//tbody/tr")]
    assert rows == [["2", "2"], ["1", "3"]]
    path = tree.xpath("//path[@class='cw-line']/@d")[0]
    # Nothing on the eve, two on the first day, two still on the eve of the last, three then.
    assert path.count("L") == 3
    assert path.startswith("M48.0 172.0L")


def test_the_list_costs_the_same_however_long(manager):
    counts = []
    for size in (2, 9):
        event = factories.event(capacity=size, largest_party=2)
        for _ in range(size):
            factories.registered(event, 2, companions=["Dee"])
        listed(manager, event)
        with CaptureQueriesContext(connection) as queries:
            listed(manager, event)
        counts.append(len(queries))
    assert counts == [10, 10]


# --- acts -------------------------------------------------------------------------------------


def test_attendance_is_ticked_of_many_at_once_and_one_by_one(manager):
    event = factories.event(capacity=2)
    rows = [factories.registered(event) for _ in range(3)]
    begin(event)
    act(manager, "note_attended", rows)
    assert [row.attended for row in event.registrations.order_by("pk")] == [True, True, None]
    act(manager, "note_absent", rows[:1])
    data = {"form-TOTAL_FORMS": 1, "form-INITIAL_FORMS": 1, "_save": "Save"}
    data |= {"form-0-id": rows[1].pk, "form-0-attended": "unknown"}
    response = manager.post(f"{LIST}?event={event.pk}&q={rows[1].email}", data)
    assert response.status_code == 302
    assert [row.attended for row in event.registrations.order_by("pk")] == [False, None, None]


def test_attendance_in_the_form_changes_nothing_else_that_happened_meanwhile(manager):
    event = factories.event()
    row = factories.registered(event)
    begin(event)
    address = f"{LIST}{row.pk}/change/"
    assert manager.get(address).status_code == 200
    Registration.objects.filter(pk=row.pk).update(name="New name")
    assert manager.post(address, {"attended": "true", "name": "Forged"}).status_code == 302
    row.refresh_from_db()
    assert (row.attended, row.name) == (True, "New name")


def test_a_waiting_party_gets_its_seat_out_of_turn_if_there_is_one(manager):
    event = factories.event(capacity=2, largest_party=2)
    factories.registered(event)
    pair, single = factories.registered(event, 2), factories.registered(event)
    Registration.objects.filter(pk=single.pk).update(status="waiting")
    question = act(manager, "promote_selected", [pair, single])
    assert "Give a seat to 2 registrations? Each person will be emailed." in question.text
    pair.refresh_from_db()
    assert pair.status == "waiting"
    response = act(manager, "promote_selected", [pair, single], _confirmed="1")
    assert "There are not enough free seats" in said(response)
    assert "1 got a seat" in said(response)
    single.refresh_from_db()
    assert single.status == "confirmed"
    assert OutgoingMail.objects.filter(to_email=single.email).count() == 1


def test_cancelling_asks_first_then_mails_and_fills_the_seat(manager):
    event = factories.event(capacity=1)
    first, second = factories.registered(event), factories.registered(event)
    response = act(manager, "cancel_selected", [first])
    assert "1 registration will be canceled" in response.content.decode()
    assert event.registrations.confirmed().get() == first
    act(manager, "cancel_selected", [first], _confirmed="1")
    assert event.registrations.confirmed().get() == second
    assert [mail.to_email for mail in mails("given-back")] == [first.email]


@pytest.mark.parametrize("address", ["", "events@example.org"])
def test_who_is_canceled_by_staff_is_told_so_and_whom_to_ask(manager, mailoutbox, address):
    SiteSettings.objects.update_or_create(pk=1, defaults={"contact_email": address})
    event = factories.event(capacity=1)
    seated, waits = factories.registered(event), factories.registered(event)
    OutgoingMail.objects.all().delete()
    act(manager, "cancel_selected", [waits], _confirmed="1")
    act(manager, "cancel_selected", [seated], _confirmed="1")
    while send_waiting_mail():  # each is written anew as it goes
        pass
    of_waiting, of_seated = mailoutbox
    assert "The organizers have taken you off the waiting list" in of_waiting.body
    assert "The organizers have canceled your registration." in of_seated.body
    for mail in mailoutbox:
        assert ("If you have questions, write to " in mail.body) == bool(address)
        assert address in mail.body
        assert address in mail.alternatives[0][0]


def test_who_cancels_is_not_told_that_the_organizers_did(mailoutbox):
    cancel(factories.registered(factories.event()))
    (mail,) = mails("given-back")
    assert "organizers" not in mail.text + mail.html
    assert "If you have questions" not in mail.text


def test_a_registration_is_never_deleted_in_the_admin(manager):
    row = factories.registered(factories.event())
    assert manager.post(f"{LIST}{row.pk}/delete/", {"post": "yes"}).status_code == 403
    act(manager, "delete_selected", [row], post="yes")
    assert Registration.objects.filter(pk=row.pk).exists()


# --- walk-ins ---------------------------------------------------------------------------------


def walk_in(client, event, **more):
    data = {"name": "Wil Kinn", "email": "", "seats": "1", **more}
    return client.post(f"{LIST}of/{event.pk}/walk-in/", data)


def test_a_walk_in_passes_seats_and_dates_and_needs_no_address(manager):
    event = factories.event(capacity=0, days=-0.01, by_invitation=True)
    assert walk_in(manager, event, attended="on").status_code == 302
    assert walk_in(manager, event, name="Another").status_code == 302
    rows = event.registrations.order_by("pk")
    assert [(row.name, row.status, row.attended) for row in rows] == [
        ("Wil Kinn", "confirmed", True),
        ("Another", "confirmed", None),
    ]
    assert all(row.is_walk_in for row in rows)
    assert not mails()


def test_a_walk_in_with_an_address_is_mailed_unless_the_event_is_over(manager):
    walk_in(manager, factories.event(), email="wil@example.org")
    assert [mail.to_email for mail in mails("confirmed")] == ["wil@example.org"]
    over = factories.event(days=-3)
    walk_in(manager, over, email="wil@example.org")
    assert len(mails("confirmed")) == 1
    assert over.registrations.get().status == "confirmed"


@pytest.mark.parametrize(
    ("more", "message"),
    [
        ({"name": ""}, "Enter a name"),
        ({"email": "nonsense"}, "Enter an email address"),
        ({"seats": "11"}, "less than or equal to 10"),
        ({"email": "waits@example.org"}, "is on the waiting list with this email address"),
    ],
)
def test_a_walk_in_with_a_mistake_is_told_and_not_stored(manager, more, message):
    event = factories.event(capacity=0)
    waits = factories.registered(factories.event(), email="waits@example.org")
    Registration.objects.filter(pk=waits.pk).update(event=event, status="waiting")
    response = walk_in(manager, event, **more)
    assert response.status_code == 422
    assert message in response.content.decode()
    assert event.registrations.count() == 1
    assert len(mails("again")) == 0


def test_nobody_walks_into_a_cancelled_event(manager):
    event = factories.event(cancelled_at=timezone.now())
    assert "has been canceled" in walk_in(manager, event).content.decode()
    assert not event.registrations.exists()


# --- export -----------------------------------------------------------------------------------

EVIL = ['=HYPERLINK("https://evil.example.org";"Click")', "+1+1", "-2", "@SUM(A1)", "\t=1", "\r=1"]


@pytest.mark.parametrize("name", EVIL)
def test_an_export_opens_harmlessly(manager, name):
    event = factories.event()
    question = event.questions.create(text="=1+1 is?")
    row = factories.registered(event, answers={str(question.pk): name})
    Registration.objects.filter(pk=row.pk).update(name=name)
    response = manager.get(f"{LIST}of/{event.pk}/csv/")
    content = b"".join(response.streaming_content).decode("utf-8-sig")
    head, line = csv.reader(io.StringIO(content, newline=""))
    assert line[0] == f"'{name.strip()}"  # a name is stored as one clean line
    assert line[-1] == f"'{name}"
    assert head[-1] == "'=1+1 is?"
    book = manager.get(f"{LIST}of/{event.pk}/xlsx/")
    sheet = load_workbook(io.BytesIO(b"".join(book.streaming_content))).active
    assert all(cell.data_type in ("s", "n", "d") for cells in sheet for cell in cells)
    assert sheet["A2"].data_type == "s"


def test_an_export_says_what_the_list_knows_in_the_hours_of_the_event(manager):
    event = factories.event(zone="Asia/Kolkata", slug="grading")
    question = event.questions.create(text="Which?", kind="choices", options=["a", "b"])
    row = factories.registered(
        event, name="Žofie Müller", email="z@example.org", answers={str(question.pk): ["a", "b"]}
    )
    moment = datetime(2026, 1, 1, 20, tzinfo=UTC)
    Registration.objects.filter(pk=row.pk).update(created_at=moment, attended=False)
    response = manager.get(f"{LIST}of/{event.pk}/csv/")
    assert 'filename="registrations-grading.csv"' in response["Content-Disposition"]
    text = b"".join(response.streaming_content).decode("utf-8-sig")
    line = next(iter(csv.DictReader(io.StringIO(text))))
    assert (line["Name"], line["Attended"], line["Which?"]) == ("Žofie Müller", "no", "a; b")
    assert line["Registered (Asia/Kolkata)"] == "2026-01-02 01:30"
    book = manager.get(f"{LIST}of/{event.pk}/xlsx/")
    sheet = load_workbook(io.BytesIO(b"".join(book.streaming_content))).active
    values = dict(zip(*sheet.iter_rows(values_only=True), strict=True))
    assert str(values["Registered (Asia/Kolkata)"]) == "2026-01-02 01:30:00"
    assert values["Seats"] == 1


def test_exports_need_no_more_memory_for_many(manager):
    event = factories.event()
    factories.registered(event)
    for kind in ("csv", "xlsx"):
        _exported(manager, event, kind)  # what is imported and kept once
    peaks = []
    for size in (2_000, 18_000):
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO events_registration (event_id, status, name, email, organization, "
                "role, seats, companions, online, answers, survey_answers, created_at, "
                "confirmed_at, is_walk_in) SELECT %s, 'confirmed', 'Person ' || n, %s || n || "
                "'@example.org', repeat('x', 100), '', 1, '{}', true, '{}', '{}', now(), now(), "
                "false FROM generate_series(1, %s) n",
                [event.pk, f"p{size}-", size],
            )
        peaks.append([_peak(manager, event, kind) for kind in ("csv", "xlsx")])
    small, large = peaks
    assert all(most < 1.3 * least + 500_000 for least, most in zip(small, large, strict=True)), (
        peaks
    )


def _exported(client, event, kind: str) -> int:
    response = client.get(f"{LIST}of/{event.pk}/{kind}/")
    return sum(len(piece) for piece in response.streaming_content)


def _peak(client, event, kind: str) -> int:
    tracemalloc.start()
    assert _exported(client, event, kind) > 50_000
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return peak


# --- who may ----------------------------------------------------------------------------------


def test_others_see_no_registration_and_export_is_a_permission_of_its_own(author, editor, manager):
    event = factories.event()
    row = factories.registered(event)
    pages = ("", f"{row.pk}/change/", f"of/{event.pk}/csv/", f"of/{event.pk}/xlsx/")
    for client in (author, editor):
        for page in (*pages, f"of/{event.pk}/walk-in/"):
            assert client.get(f"{LIST}{page}").status_code == 403
    assert all(manager.get(f"{LIST}{page}").status_code == 200 for page in pages)
    editor.user.user_permissions.add(Permission.objects.get(codename="view_registration"))
    assert editor.get(f"{LIST}?event={event.pk}").status_code == 200
    assert editor.get(f"{LIST}of/{event.pk}/csv/").status_code == 403
    assert "registration/" + row.token not in editor.get(f"{LIST}{row.pk}/change/").content.decode()


def test_the_event_leads_to_its_registrations(manager):
    event = factories.event()
    for page in ("", f"{event.pk}/change/"):
        text = manager.get(f"/admin/events/event/{page}").content.decode()
        assert f'href="/admin/events/registration/?event={event.pk}"' in text
