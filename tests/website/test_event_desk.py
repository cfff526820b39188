"""The front page of the admin shows whoever runs events what to look after."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from lxml import html

from competencyworks.core import workflow
from competencyworks.core.models import OutgoingMail
from events.models import Event, Registration
from tests.events import factories
from tests.events.conftest import manager  # noqa: F401 - a fixture
from tests.factories import ago

pytestmark = pytest.mark.django_db


def front(client):
    return html.fromstring(client.get("/admin/").content.decode())


def section(page, name: str):
    (found,) = page.xpath(f"//section[@aria-labelledby='events-{name}']")
    return found


def words(element) -> str:
    return " ".join(element.text_content().split())


def ended(**more) -> Event:
    event = factories.event(**more)
    factories.registered(event)
    start = ago(days=2)
    Event.objects.filter(pk=event.pk).update(starts_at=start, ends_at=start)
    return event


def lose_mail_of(row: Registration, **more) -> None:
    OutgoingMail.objects.create(
        key=f"lost-{row.pk}", kind="registration.changed", to_email=row.email, subject="s",
        text="t", about=f"registration-{row.pk}",
        **{"failed_at": timezone.now(), "error": "550 unknown", **more},
    )  # fmt: skip


def test_the_next_events_say_how_full_they_are_and_lead_to_the_people(manager):  # noqa: F811
    event = factories.event(title="Grading live", capacity=2)
    rows = [factories.registered(event) for _ in range(3)]
    lose_mail_of(rows[0])
    lose_mail_of(rows[1], error="No longer due: the event is over.")
    factories.event(title="Scheduled", publish_at=timezone.now() + timedelta(days=1))
    factories.event(title="Long gone", days=-9)
    coming = section(front(manager), "coming")
    said = words(coming)
    assert "Grading live" in said
    assert "2 of 2 seats taken · 1 on the waiting list · 1 could not be emailed" in said
    assert "Scheduled" in said
    assert "Long gone" not in said
    links = [href for href in coming.xpath(".//a/@href") if f"?event={event.pk}&" in href]
    for href, count in zip(links, (2, 1, 1), strict=True):
        page = html.fromstring(manager.get(href).content.decode())
        assert len(page.xpath("//tr[.//input[@name='_selected_action']]")) == count, href


def test_what_is_not_published_and_what_lacks_something_afterward_is_shown(manager):  # noqa: F811
    factories.event(title="A draft", public=False)
    factories.event(title="An old draft", public=False, days=-3)
    ended(title="Bare")
    whole = ended(title="Whole", recording_url="https://v.example.org/1")
    whole.registrations.update(attended=True)
    ended(title="Off", cancelled_at=None)
    Event.objects.filter(title="Off").update(cancelled_at=ago(days=3))
    hall = ended(title="In a hall", attendance="in_person", venue="Hall")
    page = front(manager)
    drafts, after = words(section(page, "unpublished")), words(section(page, "ended"))
    assert "A draft" in drafts
    assert "An old draft" not in drafts
    assert "Bare no recording, attendance not recorded" in after
    assert f"{hall.title} attendance not recorded" in after
    assert "Whole" not in after
    assert "Off" not in after
    for name, titles in (("recording", {"Bare"}), ("attendance", {"Bare", "In a hall"})):
        listed = html.fromstring(manager.get(f"/admin/events/event/?after={name}").content.decode())
        found = set(listed.xpath("//th[contains(@class, 'field-title')]/a/text()"))
        assert found == titles


def test_an_event_with_registrants_that_nobody_can_see_is_there_and_marked(manager):  # noqa: F811
    for act, title in ((workflow.withdraw, "Withdrawn one"), (workflow.trash, "Trashed one")):
        event = factories.event(title=title)
        factories.registered(event)
        act(event)
    draft = factories.event(title="Draft one")
    factories.registered(draft)
    Event.objects.filter(pk=draft.pk).update(status="draft")
    workflow.withdraw(factories.event(title="Empty"))
    page = front(manager)
    said = words(section(page, "coming"))
    for name, stage in (("Withdrawn", "Withdrawn"), ("Trashed", "In trash"), ("Draft", "Draft")):
        assert f"{name} one {stage}: readers cannot see it, but people have registered" in said
    assert "Empty" not in said
    assert "Draft one" not in words(section(page, "unpublished"))


def test_a_list_that_is_longer_leads_to_all_of_it(manager):  # noqa: F811
    for _ in range(8):
        factories.event()
        factories.event(public=False)
    page = front(manager)
    for name in ("coming", "unpublished"):
        assert "More" not in words(section(page, name))
    factories.event()
    factories.event(public=False)
    page = front(manager)
    for name, link in (("coming", "More upcoming events"), ("unpublished", "More drafts")):
        assert len(section(page, name).xpath(".//li")) == 8
        (href,) = section(page, name).xpath(f".//a[text()='{link}']/@href")
        listed = html.fromstring(manager.get(href).content.decode())
        rows = listed.xpath("//tr[.//input[@name='_selected_action']]")
        assert len(rows) == {"coming": 18, "unpublished": 9}[name]


def test_an_editor_without_registrations_sees_numbers_and_no_links_to_people(editor):
    event = factories.event(title="Grading live", capacity=2)
    factories.registered(event)
    coming = section(front(editor), "coming")
    assert "1 of 2 seats taken" in words(coming)
    assert not [href for href in coming.xpath(".//a/@href") if "registration" in href]


def test_who_runs_no_events_sees_none(author, moderator):
    factories.event(title="Grading live")
    for client in (author, moderator):
        assert "events-coming" not in client.get("/admin/").text


def test_it_costs_the_same_for_more_events(manager):  # noqa: F811
    counts = []
    for _ in range(2):
        for _ in range(3):
            lose_mail_of(factories.registered(factories.event(capacity=1)))
            factories.event(public=False)
            ended()
        front(manager)
        with CaptureQueriesContext(connection) as queries:
            front(manager)
        counts.append(len(queries))
    assert counts == [14, 14]
