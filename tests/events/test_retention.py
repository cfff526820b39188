"""Registrations lose their persons when their time is over, or when the person wishes it."""

from datetime import timedelta

import pytest
from django.contrib.admin.models import LogEntry
from django.utils import timezone

from competencyworks.core.models import OutgoingMail
from competencyworks.core.privacy import erase_person, export_person
from events import changes, letters, registration, retention
from events.models import Event, Mailing, Registration
from tests.core.privacy.whole_database import found
from tests.events import factories
from tests.events.pages import mails, own_path

pytestmark = pytest.mark.django_db
EMAIL, NAME = "Zdenka.Morav@example.org", "Zdenka Moravcova"


def zdenka(event: Event, **more) -> Registration:
    question = event.questions.create(text="Where?")
    return factories.registered(
        event, name=NAME, email=EMAIL, organization="Moravcova School",
        answers={str(question.pk): f"At {EMAIL}"}, **more,
    )  # fmt: skip


def ended(event: Event, days: float) -> None:
    start = timezone.now() - timedelta(days=days)
    Event.objects.filter(pk=event.pk).update(starts_at=start, ends_at=start)


def test_after_the_days_of_its_event_a_registration_has_no_person_and_still_counts(manager, client):
    event, other = factories.event(kept_days=30, largest_party=3), factories.event()
    row = zdenka(event, seats=2, companions=["Moravec"])
    stays = factories.registered(other)
    Registration.objects.filter(pk=row.pk).update(attended=True)
    ended(event, 0)
    manager.post(f"/admin/events/registration/{row.pk}/change/", {"attended": "unknown"})
    manager.post(f"/admin/events/registration/{row.pk}/change/", {"attended": "true"})
    assert LogEntry.objects.filter(object_repr=NAME).exists()
    ended(event, 29)
    assert retention.make_old_ones_anonymous() == 0
    ended(event, 31)
    ended(other, 31)
    path = own_path(row)
    assert [retention.make_old_ones_anonymous(), retention.make_old_ones_anonymous()] == [1, 0]
    row.refresh_from_db()
    assert (row.status, row.seats, row.attended) == ("confirmed", 2, True)
    OutgoingMail.objects.all().delete()
    for what in (EMAIL, NAME, "morav"):
        assert found(what) == []
    assert client.get(path).status_code == 404
    text = manager.get(f"/admin/events/registration/?event={event.pk}").content.decode()
    assert "Name removed" in text
    stays.refresh_from_db()
    assert stays.name != "Name removed"


def test_no_mail_that_was_not_sent_keeps_the_person():
    event = factories.event(kept_days=0)
    row, stays = zdenka(event), factories.registered(factories.event())
    registration.verify(row)
    letters.promoted([row])  # under the name
    changes.cancel_event(event, None)
    given_up = mails("event-cancelled")[0]
    OutgoingMail.objects.filter(pk=given_up.pk).update(failed_at=timezone.now(), error=EMAIL)
    ended(event, 1)
    retention.make_old_ones_anonymous()
    assert [mail.to_email for mail in mails()] == [stays.email]
    for what in (EMAIL, NAME, row.token):
        assert found(what) == []


def test_a_mail_that_was_queued_at_the_same_moment_goes_with_the_next_round():
    event = factories.event(kept_days=0)
    row = zdenka(event)
    late = mails()[0]
    ended(event, 1)
    retention.make_old_ones_anonymous()
    late.pk = None
    late.save(force_insert=True)
    assert found(EMAIL)
    retention.make_old_ones_anonymous()
    assert found(EMAIL) == found(row.token) == []


def test_two_of_one_event_become_anonymous_together():
    event = factories.event(kept_days=0)
    factories.registered(event), factories.registered(event)
    ended(event, 1)
    assert retention.make_old_ones_anonymous() == 2


def test_an_erasure_gives_the_place_to_the_next_and_leaves_nothing_of_the_person(manager):
    event = factories.event(capacity=1)
    row, waits = zdenka(event), factories.registered(event)
    factories.registered(factories.event(), companions=[f"{NAME} <{EMAIL}>"], answers={"1": EMAIL})
    event.invitations.create(code="Z", note=f"For {NAME}")
    Mailing.objects.create(event=event, nonce="1", subject="Hello", text=f"Ask {NAME}, {EMAIL}")
    manager.post(f"/admin/events/registration/{row.pk}/change/", {"attended": "true"})
    past = factories.event()
    zdenka(past)
    ended(past, 3)
    erased = erase_person(EMAIL.upper())
    assert erased.counts["registrations"] == 5
    assert erased.left == []
    assert found(EMAIL) == []
    assert found("moravcova s") == []
    waits.refresh_from_db()
    assert waits.status == "confirmed"
    assert [mail.to_email for mail in mails()].count(EMAIL) == 0
    assert past.registrations.get().status == "confirmed"
    assert event.registrations.get(pk=row.pk).status == "cancelled"


def test_an_export_holds_what_the_person_said():
    row = zdenka(factories.event(title="Grading"))
    held = export_person(EMAIL.lower())["held"]["registrations"]
    assert [each["event"] for each in held] == ["Grading"]
    assert held[0]["answers"] == {"Where?": f"At {EMAIL}"}
    assert held[0]["name"] == row.name
