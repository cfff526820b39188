"""The mails to registrants: each once, with the right words and the right calendar entry."""

import email
from datetime import timedelta
from email import policy

import icalendar
import pytest
from django.utils import timezone
from lxml import html as trees

from competencyworks.core.mail.sending import claim, message, send_waiting_mail
from competencyworks.core.models import OutgoingMail
from competencyworks.website.models import SiteSettings
from events import changes, registration, wording
from events.models import Event
from events.patterns import Pattern
from tests.events import factories, pages
from tests.events.test_admin import edit
from tests.factories import ago

pytestmark = pytest.mark.django_db
JOIN = "https://video.example.org/j/123?pwd=abc"


def calendar_of(mail: OutgoingMail) -> tuple[icalendar.Calendar, icalendar.Event]:
    """The calendar file of a mail, checked for what RFC 5545 asks of any."""
    (file,) = mail.attachments
    text = file["content"].encode()
    assert text.endswith(b"\r\n")
    assert b"\n" not in text.replace(b"\r\n", b"")
    assert all(len(line) <= 75 for line in text.split(b"\r\n"))
    calendar = icalendar.Calendar.from_ical(text)
    assert f"method={calendar['method']};" in file["type"]
    (entry,) = calendar.walk("VEVENT")
    assert calendar.walk("VTIMEZONE")
    return calendar, entry


def as_sent(mail: OutgoingMail) -> email.message.EmailMessage:
    return email.message_from_bytes(message(mail).message().as_bytes(), policy=policy.default)


class TestConfirmation:
    def test_invites_the_registrant_with_the_way_in(self, client):
        event = factories.event(join_url=JOIN, join_note="<p>Code <b>7</b> &amp; 8</p><p>Go</p>")
        pages.register(client, event, name='Ann "A" Lee, Ed.D.; Ü')
        (mail,) = pages.mails()
        calendar, entry = calendar_of(mail)
        assert calendar["method"] == "REQUEST"
        assert entry["uid"] == event.uid
        assert entry["sequence"] == 0
        assert entry["attendee"] == "mailto:ann@example.org"
        assert "CN" not in entry["attendee"].params
        assert entry["organizer"].startswith("mailto:")
        assert entry.decoded("dtstart") == event.starts_at
        assert JOIN in entry["description"]
        assert f"{JOIN}\n" in mail.text
        assert "Code 7 & 8\nGo" in mail.text
        tree = trees.fromstring(mail.html)
        assert JOIN in tree.xpath("//a/@href")
        assert "Hello," in tree.text_content()

    def test_goes_out_as_an_invitation_and_as_a_file(self, client, settings):
        settings.DEFAULT_FROM_EMAIL = "The Works <no-reply@example.org>"
        event = factories.event(title="Über grading")
        pages.register(client, event, name="Ännchen")
        sent = as_sent(pages.mails()[0])
        assert sent.get_content_type() == "multipart/mixed"
        alternatives, file = sent.iter_parts()
        kinds = [part.get_content_type() for part in alternatives.iter_parts()]
        assert kinds == ["text/plain", "text/html", "text/calendar"]
        invitation = list(alternatives.iter_parts())[2]
        assert invitation["Content-Type"].params["method"] == "REQUEST"
        assert invitation["Content-Type"].params["charset"].lower() == "utf-8"
        assert "Über grading" in invitation.get_content()
        assert "Ännchen" not in invitation.get_content()
        assert file.get_filename() == "event.ics"
        assert file.get_content_type() == "application/ics"
        kept = file.get_content().replace(b"\r\n", b"\n")
        assert kept == invitation.get_content().encode().replace(b"\r\n", b"\n")
        (entry,) = icalendar.Calendar.from_ical(file.get_content()).walk("VEVENT")
        assert entry["organizer"] == "mailto:no-reply@example.org"

    def test_is_sent_by_the_worker_with_its_file(self, client, mailoutbox):
        pages.register(client, factories.event())
        send_waiting_mail()
        (sent,) = mailoutbox
        assert [attached[0] for attached in sent.attachments] == ["event.ics"]
        assert OutgoingMail.objects.get().sent_at
        assert claim() is None

    def test_who_comes_in_person_gets_place_and_room_and_no_way_in(self):
        event = factories.event(
            attendance="both", venue="Town Hall", venue_address="1 Main Street",
            venue_note="<p>Room 7</p>", join_url=JOIN, join_note="<p>Code 7</p>",
        )  # fmt: skip
        factories.registered(event, online=False)
        factories.registered(event, online=True)
        there, online = pages.mails("confirmed")
        for words in ("Town Hall, 1 Main Street", "Room 7"):
            assert words in there.text
            assert words in there.html
        for text in (there.text, there.html, there.attachments[0]["content"]):
            assert JOIN.split("?")[0] not in text
            assert "Code 7" not in text
        assert "Room 7" in calendar_of(there)[1]["description"]
        assert JOIN in online.text
        assert "Code 7" in online.text

    def test_who_waits_gets_no_way_in_and_no_entry(self):
        event = factories.event(capacity=1, join_url=JOIN, join_note="<p>Code 7</p>")
        first, second = factories.registered(event), factories.registered(event)
        (mail,) = pages.mails("waiting")
        assert mail.attachments == []
        for text in (mail.text, mail.html):
            assert pages.own_path(second) in text
            assert JOIN.split("?")[0] not in text
            assert "Code 7" not in text
        registration.cancel(first)
        promoted = pages.mails("confirmed")[1]
        assert promoted.to_email == second.email
        assert promoted.subject == f"You have a seat: {event.title}"
        assert JOIN in promoted.text
        assert calendar_of(promoted)[0]["method"] == "REQUEST"

    def test_a_group_is_told_its_seats(self):
        event = factories.event(largest_party=4)
        factories.registered(event, 3)
        factories.registered(event)
        group, single = pages.mails()
        assert "Seats: 3" in group.text
        assert "Seats: 3" in trees.fromstring(group.html).text_content()
        assert "Seats" not in single.text + single.html

    def test_a_changed_event_is_in_the_next_mail(self):
        """Rendered mails are kept for the next registrant: not beyond a change."""
        event = factories.event(title="Old", join_url=JOIN)
        factories.registered(event)
        Event.objects.filter(pk=event.pk).update(title="New", join_url="https://new.example.org/")
        factories.registered(event)
        mail = pages.mails()[1]
        assert "New" in mail.subject
        assert "https://new.example.org/" in mail.text
        assert JOIN not in mail.text + mail.attachments[0]["content"]


def test_who_registers_twice_is_told_that_it_changed_nothing(client):
    event = factories.event()
    for _ in range(2):
        pages.register(client, event)
    (mail,) = pages.mails("again")
    assert "tried to register with this email address, which is already registered." in mail.text


class TestWaiting:
    def test_says_the_place_in_line_and_who_gets_the_next_seat(self, client, mailoutbox):
        event = factories.event(capacity=1)
        factories.registered(event)
        ahead = factories.registered(event)
        factories.registered(event)
        mail = pages.mails("waiting")[-1]
        for part in (mail.text, mail.html):
            assert "You are number 2 on the waiting list." in part
            assert "it goes to the first person on the waiting list whose group fits" in part
            assert "smaller group" not in part
        registration.cancel(ahead)
        while send_waiting_mail():
            pass
        (sent,) = [mail for mail in mailoutbox if "waiting list:" in mail.subject
                   and mail.to != [ahead.email]]  # fmt: skip
        assert "You are number 1 on the waiting list." in sent.body
        form = pages.Answered(client.get(pages.address(event)))
        assert "it goes to the first person on the waiting list whose group fits" in form.words

    def test_a_group_is_told_that_fewer_seats_fit_sooner(self, client):
        event = factories.event(capacity=4, largest_party=4)
        factories.registered(event, 2)
        group = factories.registered(event, 4)
        (mail,) = pages.mails("waiting")
        for part in (mail.text, mail.html):
            assert "You asked for 4 seats together." in part
            assert "a smaller group fits sooner" in part
        page = pages.Answered(client.get(pages.own_path(group)))
        assert "a smaller group fits sooner" in page.words

    @pytest.mark.parametrize(
        ("seats", "said"),
        [
            (1, "A seat has become available, and it is yours."),
            (4, "4 seats have become available, and they are yours."),
        ],
    )
    def test_who_gets_seats_is_told_how_many(self, seats, said):
        event = factories.event(capacity=4, largest_party=4)
        first = factories.registered(event, 4)
        factories.registered(event, seats)
        registration.cancel(first)
        promoted = pages.mails("confirmed")[-1]
        assert said in promoted.text
        assert said in promoted.html


class TestChange:
    def test_moved_by_an_hour_replaces_the_entry(self, manager):
        event = factories.event(capacity=1, zone="America/New_York", join_url=JOIN)
        seated, waits = factories.registered(event), factories.registered(event)
        gone = factories.registered(event)
        registration.cancel(gone)
        (before,) = pages.mails("confirmed")
        hour = timedelta(hours=1)
        local = (event.starts_at + hour).astimezone(event.tz)
        ends = (event.ends_at + hour).astimezone(event.tz)
        response = edit(
            manager, event, join_url=JOIN,
            starts_at=f"{local:%Y-%m-%d %H:%M:%S}", ends_at=f"{ends:%Y-%m-%d %H:%M:%S}",
        )  # fmt: skip
        assert response.status_code == 302, response.context["errors"]
        to_seated, to_waiting = pages.mails("changed")
        assert (to_seated.to_email, to_waiting.to_email) == (seated.email, waits.email)
        old, new = calendar_of(before)[1], calendar_of(to_seated)[1]
        assert old["uid"] == new["uid"]
        assert (old["sequence"], new["sequence"]) == (0, 1)
        assert new.decoded("dtstart") == event.starts_at + hour
        assert new["attendee"] == f"mailto:{seated.email}"
        assert to_waiting.attachments == []
        for mail in (to_seated, to_waiting):
            assert "When\n  Before: " in mail.text
            assert "How to join" not in mail.text or mail is to_seated
        assert JOIN in to_seated.text
        assert JOIN not in to_waiting.text + to_waiting.html

    def test_a_new_way_in_is_told_to_those_online_with_a_seat_alone(self):
        event = factories.event(
            attendance="both", venue="Hall", join_url=JOIN, capacity=2, title="Both"
        )
        online = factories.registered(event, online=True)
        factories.registered(event, online=False)
        factories.registered(event)  # waits
        before = Event.objects.get(pk=event.pk)
        event.join_url = "https://new.example.org/9"
        event.save()
        changes.save_from_admin(before, event)
        (mail,) = pages.mails("changed")
        assert mail.to_email == online.email
        assert "https://new.example.org/9" in mail.text
        assert JOIN not in mail.text + mail.html
        assert calendar_of(mail)[1]["sequence"] == 1

    def test_a_new_room_is_told_to_those_there_alone(self):
        event = factories.event(attendance="both", venue="Old Hall", join_url=JOIN)
        factories.registered(event, online=True)
        there = factories.registered(event, online=False)
        before = Event.objects.get(pk=event.pk)
        event.venue = "New Hall"
        event.save()
        changes.save_from_admin(before, event)
        (mail,) = pages.mails("changed")
        assert mail.to_email == there.email
        assert "Before: Old Hall, or online" in mail.text
        assert "Now: New Hall, or online" in mail.text

    @pytest.mark.parametrize(
        "more", [{"title": "Another title"}, {"price_note": "$5"}, {"capacity": 9}]
    )
    def test_other_changes_tell_nobody(self, more):
        event = factories.event()
        factories.registered(event)
        before = Event.objects.get(pk=event.pk)
        for name, value in more.items():
            setattr(event, name, value)
        event.save()
        assert changes.save_from_admin(before, event) == changes.Told()
        event.refresh_from_db()
        assert event.sequence == 0
        assert not pages.mails("changed")

    def test_each_change_is_mailed_once(self):
        event = factories.event(join_url=JOIN)
        factories.registered(event)
        for number in (1, 2):
            before = Event.objects.get(pk=event.pk)
            event.join_url = f"https://video.example.org/{number}"
            event.save()
            changes.save_from_admin(before, event)
            changes.save_from_admin(before, event)
        assert [calendar_of(mail)[1]["sequence"] for mail in pages.mails("changed")] == [1, 2]

    def test_what_is_over_moves_without_a_mail(self):
        event = factories.event()
        factories.registered(event)
        Event.objects.update(starts_at=ago(days=3), ends_at=ago(days=2))
        before = Event.objects.get(pk=event.pk)
        event = Event.objects.get(pk=event.pk)
        event.starts_at = ago(days=3, hours=1)
        event.save()
        changes.save_from_admin(before, event)
        assert not pages.mails("changed")


class TestCancelledEvent:
    def test_all_who_are_registered_or_wait_are_told(self, root):
        event = factories.event(capacity=1, join_url=JOIN)
        seated, waits = factories.registered(event), factories.registered(event)
        gone = factories.registered(event)
        registration.cancel(gone)
        assert changes.cancel_event(event, root.user, "The speaker is ill.") == 2
        to_seated, to_waiting = pages.mails("event-cancelled")
        assert (to_seated.to_email, to_waiting.to_email) == (seated.email, waits.email)
        calendar, entry = calendar_of(to_seated)
        assert calendar["method"] == "CANCEL"
        assert (entry["status"], entry["sequence"]) == ("CANCELLED", 1)
        assert entry["uid"] == event.uid
        assert to_waiting.attachments == []
        for mail in (to_seated, to_waiting):
            assert "The speaker is ill." in mail.text
            assert "The speaker is ill." in mail.html
            assert JOIN not in mail.text + mail.html + str(mail.attachments)

    def test_gives_no_seats_and_takes_no_registrations(self, client, root):
        event = factories.event(capacity=1)
        seated, waits = factories.registered(event), factories.registered(event)
        changes.cancel_event(event, root.user)
        registration.set_capacity(event.pk, 5)
        waits.refresh_from_db()
        assert waits.status == "waiting"
        assert "has been canceled" in pages.Answered(client.get(pages.address(event))).words
        page = pages.Answered(client.get(pages.own_path(seated)))
        assert "will not take place" in page.words

    def test_happens_once_and_not_to_what_is_over(self, root):
        event = factories.event()
        factories.registered(event)
        changes.cancel_event(event, root.user)
        with pytest.raises(changes.CancelledBefore):
            changes.cancel_event(event, root.user)
        assert len(pages.mails("event-cancelled")) == 1
        with pytest.raises(changes.OverAlready):
            changes.cancel_event(factories.event(days=-2), root.user)


def test_a_place_given_back_leaves_the_calendar_too():
    event = factories.event(capacity=1)
    seated, waits = factories.registered(event), factories.registered(event)
    registration.cancel(waits)
    registration.cancel(seated)
    of_waiting, of_seated = pages.mails("given-back")
    assert of_waiting.attachments == []
    calendar, entry = calendar_of(of_seated)
    assert (calendar["method"], entry["status"]) == ("CANCEL", "CANCELLED")
    assert entry["attendee"] == f"mailto:{seated.email}"


def test_calendars_take_a_cancellation_and_a_registration_after_it(client):
    """RFC 5546, 2.1.4: each replaces the one before by a higher number."""
    event = factories.event()
    for _ in range(2):
        row = factories.registered(event, email="ann@example.org")
        registration.cancel(row)
    row = factories.registered(event, email="ann@example.org")
    files = [mail for mail in pages.mails() if mail.attachments]
    assert [calendar_of(mail)[1]["sequence"] for mail in files] == [0, 1, 2, 3, 4]
    assert "SEQUENCE:4\r\n" in client.get(f"{pages.own_path(row)}event.ics").content.decode()
    before = Event.objects.get(pk=event.pk)
    event.join_url = JOIN
    event.save()
    changes.save_from_admin(before, event)
    (moved,) = pages.mails("changed")
    assert calendar_of(moved)[1]["sequence"] == 5
    changes.cancel_event(event)
    (mail,) = pages.mails("event-cancelled")
    assert calendar_of(mail)[1]["sequence"] == 6


@pytest.mark.parametrize(
    ("zone", "day"),
    [
        ("America/New_York", "2027-03-14"),
        ("America/New_York", "2027-11-07"),
        ("Europe/London", "2027-03-20"),
        ("America/Phoenix", "2027-07-01"),
        ("Asia/Kolkata", "2027-07-01"),
    ],
)
def test_hours_are_right_in_mail_and_entry(zone, day):
    start = timezone.datetime.fromisoformat(f"{day}T13:00:00Z")
    event = factories.event(zone=zone, starts_at=start, ends_at=start + timedelta(hours=1))
    factories.registered(event)
    (mail,) = pages.mails()
    _, entry = calendar_of(mail)
    assert entry.decoded("dtstart") == start
    local = start.astimezone(event.tz)
    assert entry["dtstart"].params["TZID"] == zone
    assert f"{local:%H:%M}" == f"{entry.decoded('dtstart').astimezone(event.tz):%H:%M}"
    assert f"{local.hour % 12 or 12}:{local.minute:02}" in mail.text


def test_thousands_are_told_with_the_same_queries_for_each_batch(django_assert_num_queries):
    from events import letters

    event = factories.event(join_url=JOIN)
    moved = [changes.Change("When", "then", "now", is_public=True)]
    rows = [
        event.registrations.model(
            event=event, status="confirmed", confirmed_at=timezone.now(),
            name=f"R{number}", email=f"r{number}@example.org",
        )
        for number in range(letters.BATCH * 2 + 1)
    ]  # fmt: skip
    event.registrations.bulk_create(rows)
    # Words of the mail, for each of three kinds of recipient; the contact address, once; then for
    # each of three batches the rows and the mails; then no more rows.
    with django_assert_num_queries(3 + 1 + 3 * 2 + 1):
        letters.changed(event, moved)
    assert len(pages.mails("changed")) == len(rows)
    assert {mail.to_email for mail in pages.mails("changed")} == {row.email for row in rows}


@pytest.mark.parametrize("address", ["", "events@example.org"])
@pytest.mark.parametrize("kind", [*wording.USUAL, "message"])
def test_each_mail_to_registrants_ends_with_whom_to_ask(kind, address):
    SiteSettings.objects.update_or_create(pk=1, defaults={"contact_email": address})
    row = factories.registered(factories.event())
    usual = wording.USUAL.get(kind)
    template = usual.template if usual else "event_message"
    texts = None if usual else ("News", "News.", "")
    mail = Pattern(row.event, kind, template, texts=texts).to(row, kind, is_named=False)
    end = mail.text.rpartition("\n--\n")[2]
    assert ("If you have questions, write to " in end) == bool(address)
    links = trees.fromstring(mail.html).xpath("//a[starts-with(@href, 'mailto:')]/@href")
    assert links == ([f"mailto:{address}"] if address else [])


def test_the_page_after_the_form_says_nothing_untrue_to_who_sent_none(client):
    event = factories.event()
    page = pages.Answered(client.get(f"{event.path}register/sent/"))
    assert "If you just sent the registration form, you should get an email" in page.words
    assert pages.address(event) in page.tree.xpath("//main//a/@href")
    assert "Not registered yet? Go to the registration form" in page.words
