"""Whoever runs events sets them up in the admin, in the hours of their zone."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.contrib.messages import get_messages
from django.db import connection
from django.test.utils import CaptureQueriesContext
from lxml import html

from competencyworks.core.models import OutgoingMail
from competencyworks.core.revisions import history
from events.admin_forms import EventForm
from events.models import Event, Registration
from tests import factories as made
from tests.events import factories

pytestmark = pytest.mark.django_db
NEW_YORK = ZoneInfo("America/New_York")
MOMENTS = (
    "starts_at", "ends_at", "opens_at", "closes_at", "pass_seats_until", "publish_at",
    "unpublish_at",
)  # fmt: skip


def form(event: Event | None = None, **changes) -> dict:
    """What the form of an event sends; moments are given as '2016-09-29 14:00'."""
    data = {
        "title": "A new webinar", "kind": "webinar", "body": "<p>Words.</p>", "slug": "",
        "video_kind": "meeting",
        "zone": "America/New_York", "attendance": "online", "sign_up": "form",
        "join_opens_minutes": 15, "largest_party": 1, "kept_days": 365, "has_waiting_list": "on",
        "reminder_minutes": "1440,60", "status": "draft", "tags": "", "capacity": "",
        "starts_at": "2016-09-29 14:00:00", "ends_at": "2016-09-29 15:00:00", "_save": "Save",
        "_publish_anyway": "1",  # the questions before a save have tests of their own
    }  # fmt: skip
    for prefix in ("event_people", "questions", "questions-2", "invitations"):
        data |= {f"{prefix}-TOTAL_FORMS": "0", f"{prefix}-INITIAL_FORMS": "0"}
    if event:
        data |= {
            name: getattr(event, name)
            for name in ("title", "kind", "body", "slug", "zone", "status", "attendance", "venue")
        }
        data["capacity"] = "" if event.capacity is None else event.capacity
        for name in MOMENTS:
            zone = NEW_YORK if name.endswith("publish_at") else event.tz
            if moment := getattr(event, name):
                data[name] = f"{moment.astimezone(zone):%Y-%m-%d %H:%M:%S}"
    data |= changes
    for name in MOMENTS:
        day, _, hour = data.pop(name, "").partition(" ")
        data |= {f"{name}_0": day, f"{name}_1": hour}
    return data


def add(client, **changes):
    return client.post("/admin/events/event/add/", form(**changes))


def edit(client, event, **changes):
    event.refresh_from_db()
    return client.post(f"/admin/events/event/{event.pk}/change/", form(event, **changes))


def said(response) -> str:
    return " ".join(str(message) for message in get_messages(response.wsgi_request))


@pytest.mark.parametrize(
    ("zone", "start", "utc"),
    [
        ("America/New_York", "2016-09-29 14:00", datetime(2016, 9, 29, 18, tzinfo=UTC)),
        ("America/New_York", "2016-12-29 14:00", datetime(2016, 12, 29, 19, tzinfo=UTC)),
        ("America/Phoenix", "2016-09-29 14:00", datetime(2016, 9, 29, 21, tzinfo=UTC)),
        ("Asia/Kolkata", "2016-09-29 14:00", datetime(2016, 9, 29, 8, 30, tzinfo=UTC)),
        ("Europe/London", "2017-03-20 14:00", datetime(2017, 3, 20, 14, tzinfo=UTC)),
        ("Europe/London", "2017-03-27 14:00", datetime(2017, 3, 27, 13, tzinfo=UTC)),
        # Two o'clock of this night does not exist in New York, but does elsewhere.
        ("America/Phoenix", "2017-03-12 02:30", datetime(2017, 3, 12, 9, 30, tzinfo=UTC)),
    ],
)
def test_hours_are_those_of_the_chosen_zone(manager, zone, start, utc):
    response = add(manager, zone=zone, starts_at=start, ends_at=f"{start[:10]} 23:00")
    assert response.status_code == 302, response.context["errors"]
    event = Event.objects.get()
    assert event.starts_at == utc
    page = manager.get(f"/admin/events/event/{event.pk}/change/").content.decode()
    assert f'value="{start[:10]}"' in page
    assert f'value="{start[11:]}:00"' in page


def test_an_hour_that_the_clocks_leave_out_is_refused_with_its_reason(manager):
    response = add(manager, starts_at="2017-03-12 02:30", ends_at="2017-03-12 04:00")
    assert response.status_code == 200
    text = response.content.decode()
    assert (
        "2:30 a.m. does not exist on March 12, 2017 in Eastern Time: clocks go forward from "
        "2:00 a.m. to 3:00 a.m. Choose an hour before 2:00 a.m. or from 3:00 a.m. on."
    ) in text
    assert not Event.objects.exists()


def test_of_an_hour_that_comes_twice_the_first_is_taken_and_staff_are_told(manager):
    response = add(manager, starts_at="2017-11-05 01:30", ends_at="2017-11-05 04:00")
    event = Event.objects.get()
    assert event.starts_at == datetime(2017, 11, 5, 5, 30, tzinfo=UTC)
    assert (
        "1:30 a.m. occurs twice on Sunday, November 5, 2017, in Eastern Time, because clocks go "
        "back then. The first one was used (EDT)."
    ) in said(response)


def test_what_nobody_touched_stays_also_where_its_hour_comes_twice(manager):
    second = datetime(2017, 11, 5, 6, 30, tzinfo=UTC)
    event = factories.event(starts_at=second, ends_at=second + timedelta(hours=1))
    assert edit(manager, event, title="Another title").status_code == 302
    event.refresh_from_db()
    assert (event.title, event.starts_at) == ("Another title", second)


def test_another_zone_keeps_the_hours_and_moves_the_moment(manager):
    event = factories.event(starts_at=datetime(2026, 9, 29, 18, tzinfo=UTC), hours=1)
    edit(manager, event, zone="America/Los_Angeles")
    event.refresh_from_db()
    assert event.starts_at == datetime(2026, 9, 29, 21, tzinfo=UTC)
    assert event.sequence == 1


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"ends_at": "2016-09-29 13:00"}, "must end after it starts"),
        ({"starts_at": "2016-09-29"}, "This field is required"),
        ({"opens_at": "2016-09-01"}, "Enter a time such as 2:30 p.m."),
        ({"zone": "Mars/Olympus"}, "not one of the available choices"),
        ({"sign_up": "outside"}, "Enter the link where people register"),
        ({"attendance": "in_person"}, "Enter the venue"),
        ({"opens_at": "2016-09-02 10:00", "closes_at": "2016-09-01 10:00"}, "close after it opens"),
        ({"slug": "past"}, "address of the site itself"),
        ({"largest_party": 11}, "less than or equal to 10"),
    ],
)
def test_what_is_wrong_is_said_beside_the_form(manager, changes, message):
    response = add(manager, **changes)
    assert response.status_code == 200
    assert message in response.content.decode()
    assert not Event.objects.exists()


def test_people_questions_and_invitations_are_kept_with_it(manager):
    person = made.person()
    response = add(
        manager,
        **{
            "event_people-TOTAL_FORMS": "1", "event_people-0-person": person.pk,
            "event_people-0-part": "presenter", "event_people-0-position": "1",
            "event_people-0-role": "Guest",
            "questions-TOTAL_FORMS": "1", "questions-0-text": "Your grade?",
            "questions-0-kind": "choice", "questions-0-position": "1",
            "questions-0-options": "K-5\n6-8, or so\n\n K-5",
            "questions-2-TOTAL_FORMS": "1", "questions-2-0-text": "Was it good?",
            "questions-2-0-kind": "text", "questions-2-0-position": "1",
            "questions-2-0-options": "",
            "invitations-TOTAL_FORMS": "1", "invitations-0-code": "WELCOME",
        },
    )  # fmt: skip
    assert response.status_code == 302, response.context["errors"]
    event = Event.objects.get()
    assert [(row.person, row.role) for row in event.event_people.all()] == [(person, "Guest")]
    asked = {row.text: (row.asked, row.options) for row in event.questions.all()}
    assert asked == {
        "Your grade?": ("registration", ["K-5", "6-8, or so"]),
        "Was it good?": ("survey", []),
    }
    assert event.invitations.get().code == "WELCOME"
    assert history(event).get().content["ordered_people"] == [[person.pk, "presenter", "Guest", ""]]
    page = manager.get(f"/admin/events/event/{event.pk}/change/").content.decode()
    assert page.count("Your grade?") == page.count("Was it good?")


def test_a_choice_without_choices_is_refused(manager):
    response = add(
        manager,
        **{
            "questions-TOTAL_FORMS": "1", "questions-0-text": "Your grade?",
            "questions-0-kind": "choice", "questions-0-position": "1", "questions-0-options": "K",
        },
    )  # fmt: skip
    assert "at least two options" in response.content.decode()


def test_more_seats_go_to_those_who_wait(manager):
    event = factories.event(capacity=1)
    waiting = [factories.registered(event) for _ in range(3)][1:]
    response = edit(manager, event, capacity=2)
    assert "1 person got a seat" in said(response)
    event.refresh_from_db()
    assert event.capacity == 2
    states = [Registration.objects.get(pk=each.pk).status for each in waiting]
    assert states == ["confirmed", "waiting"]
    assert OutgoingMail.objects.filter(
        to_email=waiting[0].email, key__contains="confirmed"
    ).exists()
    assert history(event).first().content["capacity"] == 2


def test_a_new_time_raises_the_sequence_and_a_new_title_does_not(manager):
    event = factories.event()
    edit(manager, event, title="Another title")
    event.refresh_from_db()
    assert event.sequence == 0
    later = event.ends_at.astimezone(event.tz) + timedelta(hours=1)
    edit(manager, event, ends_at=f"{later:%Y-%m-%d %H:%M:%S}")
    event.refresh_from_db()
    assert event.sequence == 1


def test_a_copy_has_words_people_and_questions_and_nobody_who_registered(manager):
    event = factories.event(title="The first", capacity=3, recording_url="https://v.example.org/")
    event.topics.add(made.topic("Equity"))
    event.tags.add("pacing")
    person = made.person()
    event.event_people.create(person=person, role="Guest")
    event.questions.create(text="Why?")
    event.invitations.create(code="ABC")
    factories.registered(event)
    response = manager.post(f"/admin/events/event/{event.pk}/copy/")
    copied = Event.objects.exclude(pk=event.pk).get()
    assert response.url == f"/admin/events/event/{copied.pk}/change/"
    assert (copied.status, copied.title, copied.slug) == ("draft", "The first", "the-first-2")
    assert (copied.capacity, copied.recording_url, copied.starts_at) == (3, "", event.starts_at)
    assert [row.role for row in copied.event_people.all()] == ["Guest"]
    assert [row.text for row in copied.questions.all()] == ["Why?"]
    assert [tag.name for tag in copied.tags.all()] == ["pacing"]
    assert [topic.name for topic in copied.topics.all()] == ["Equity"]
    assert not copied.registrations.exists()
    assert not copied.invitations.exists()
    assert event.questions.count() == event.event_people.count() == 1


def test_the_preview_shows_a_draft_to_staff_alone(manager, client):
    event = factories.event(public=False, title="Not yet out", join_url="https://j.example.org/")
    address = f"/admin/events/event/{event.pk}/preview/"
    page = manager.get(address)
    assert "Not yet out" in page.content.decode()
    assert "no-store" in page["Cache-Control"]
    assert client.get(address).status_code == 302


def test_an_event_is_published_by_one_button_and_goes_to_the_trash(manager, client):
    event = factories.event(public=False)
    edit(manager, event, _publish="1")
    event.refresh_from_db()
    assert client.get(event.path).status_code == 200
    manager.post(f"/admin/events/event/{event.pk}/delete/", {"post": "yes"})
    assert client.get(event.path).status_code == 404
    assert Event.objects.filter(pk=event.pk).exists()


@pytest.mark.parametrize(
    "address",
    ["events/event/", "events/event/add/", "events/event/?time=ahead&stage=published&kind=webinar",
     "events/event/?time=past", "events/event/?time=cancelled", "events/event/?q=event",
     "events/event/{pk}/change/", "events/event/{pk}/history/", "events/event/{pk}/copy/",
     "events/event/{pk}/repeat/", "core/person/", "core/image/"],
)  # fmt: skip
def test_every_page_opens_for_whoever_runs_events(manager, address):
    event = factories.event(picture=made.image(), capacity=1)
    factories.registered(event)
    assert manager.get(f"/admin/{address.format(pk=event.pk)}").status_code == 200


def test_an_author_of_posts_has_no_events(author):
    event = factories.event()
    for address in ("", f"{event.pk}/change/", f"{event.pk}/copy/", f"{event.pk}/repeat/"):
        assert author.get(f"/admin/events/event/{address}").status_code == 403


def test_the_list_says_what_is_taken_and_costs_the_same_however_long(manager):
    counts = []
    for size in (2, 5):
        for _ in range(size):
            event = factories.event(picture=made.image(), capacity=1)
            event.event_people.create(person=made.person())
            factories.registered(event), factories.registered(event)
        manager.get("/admin/events/event/")
        with CaptureQueriesContext(connection) as queries:
            text = manager.get("/admin/events/event/").content.decode()
        counts.append(len(queries))
    assert "1 of 1, 1 on the waiting list" in text
    assert counts[0] == counts[1] <= 12


def test_the_hours_of_an_event_offer_no_now_of_the_sites_zone(manager):
    tree = html.fromstring(manager.get("/admin/events/event/add/").text)
    for name in EventForm.local_moments:
        (hour,) = tree.xpath(f"//input[@name='{name}_1']")
        assert "vTimeField" not in hour.get("class", "")
        (day,) = tree.xpath(f"//input[@name='{name}_0']")
        assert "vDateField" in day.get("class")
    assert "vTimeField" in tree.xpath("//input[@name='publish_at_1']/@class")[0]
