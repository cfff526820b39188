"""An organizer is asked before an act that concerns registrants, and told what came of it."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone
from lxml import html

from competencyworks.core import revisions, workflow
from competencyworks.core.history.upkeep import put_due_copies_in_public
from competencyworks.core.history.working import keep_working_copy, working_copy
from competencyworks.core.models import Revision
from events import changes
from events.models import Event
from events.moments import moment
from tests.core.history.forms import fresh
from tests.core.history.forms import said as told
from tests.events import factories, pages, test_admin
from tests.factories import ago, ahead

pytestmark = pytest.mark.django_db
QUIETLY = "Save without email"


def posted(client, event: Event, follow: bool = True, **changes):
    data = test_admin.form(fresh(event))
    del data["_publish_anyway"]
    for name in [name for name, value in changes.items() if value is None]:
        del data[name], changes[name]
    data |= {"related_posts-TOTAL_FORMS": "0", "related_posts-INITIAL_FORMS": "0"}
    data |= {"reminder_minutes": "", **changes}
    return client.post(f"/admin/events/event/{event.pk}/change/", data, follow=follow)


def at(event: Event, moment) -> dict[str, str]:
    """The start of `event` at `moment`, and its end an hour later, as its form sends them."""
    found = {}
    for name, each in (("starts_at", moment), ("ends_at", moment + timedelta(hours=1))):
        local = each.astimezone(event.tz)
        found |= {f"{name}_0": f"{local:%Y-%m-%d}", f"{name}_1": f"{local:%H:%M:%S}"}
    return found


def buttons(answer) -> dict[str, tuple[str, str]]:
    """Name and value of each button in the question, by its words."""
    tree = html.fromstring(answer.content.decode())
    found = tree.xpath("//div[contains(@class, 'cw-asked')]//button[not(@aria-hidden)]")
    return {each.text_content(): (each.get("name"), each.get("value")) for each in found}


def seated_and_waiting(**more) -> Event:
    event = factories.event(capacity=2, **more)
    for _ in range(3):
        factories.registered(event)
    return event


class TestMoving:
    def test_a_start_that_goes_into_the_past_is_asked_about_and_nothing_is_saved(self, manager):
        event = seated_and_waiting()
        before = event.starts_at
        answer = posted(manager, event, title="Another", **at(event, ago(days=365)))
        assert "The event would start in the past" in answer.text
        assert "nobody would be emailed" in answer.text
        assert 'value="Another"' in answer.text
        assert fresh(event).starts_at == before
        assert not pages.mails("changed")
        (button,) = buttons(answer).items()
        assert button == ("Save all the same", ("_publish_anyway", "_save"))
        posted(manager, event, **at(event, ago(days=365)), _publish_anyway="_save")
        assert fresh(event).is_over
        assert not pages.mails("changed")

    def test_an_answer_counts_for_the_question_that_was_asked_alone(self, manager):
        event = seated_and_waiting()
        asked = posted(manager, event, **at(event, ago(days=365)))
        (key,) = html.fromstring(asked.text).xpath("//input[@name='_asked']/@value")
        corrected = at(event, event.starts_at + timedelta(days=1))
        answer = posted(manager, event, **corrected, _publish_anyway="_save", _asked=key)
        assert "will be emailed about the new time" in answer.text
        assert not pages.mails("changed")
        assert fresh(event).starts_at == event.starts_at
        (key,) = html.fromstring(answer.text).xpath("//input[@name='_asked']/@value")
        posted(manager, event, **corrected, _publish_anyway="_save", _asked=key)
        assert pages.mails("changed")

    def test_the_enter_key_asks_again_rather_than_answers(self, manager):
        event = seated_and_waiting()
        page = html.fromstring(posted(manager, event, **at(event, ago(days=365))).text)
        (form,) = [each for each in page.forms if each.get("id") == "event_form"]
        first = form.xpath(".//button[@type='submit'] | .//input[@type='submit']")[0]
        assert first.get("name") == "_save"
        assert first.get("tabindex") == "-1"

    def test_what_would_be_deleted_at_once_is_asked_about(self, manager):
        event = seated_and_waiting(kept_days=365)
        Event.objects.filter(pk=event.pk).update(
            starts_at=ago(days=40, hours=1), ends_at=ago(days=40)
        )
        event.refresh_from_db()
        answer = posted(manager, event, kept_days="30")
        assert "The names and answers of 3 people would be deleted within a day" in answer.text
        assert fresh(event).kept_days == 365
        posted(manager, event, kept_days="30", _publish_anyway="_save")
        assert fresh(event).kept_days == 30

    def test_an_event_that_was_past_is_corrected_without_a_question(self, manager):
        event = factories.event(days=-30)
        posted(manager, event, **at(event, ago(days=31)))
        assert fresh(event).starts_at < ago(days=30.5)

    def test_publishing_what_starts_in_the_past_is_asked_about(self, manager):
        event = factories.event(public=False, days=-3)
        answer = posted(manager, event, _publish="1", _save=None)
        assert "its start is in the past" in answer.text
        assert not fresh(event).is_public
        page = tick(manager, "publish_selected", event)
        assert "its start is in the past" in page.text
        assert " checked" not in page.text.partition(event.title)[0].rpartition("<input")[2]

    def test_before_people_are_mailed_it_says_how_many_and_afterward_how_many_were(self, manager):
        event = seated_and_waiting()
        answer = posted(manager, event, **at(event, ahead(days=9)))
        assert "3 people will be emailed about the new time." in answer.text
        assert not pages.mails("changed")
        assert buttons(answer) == {
            "Save and email 3 people": ("_publish_anyway", "_save"),
            QUIETLY: ("_without_email", "_save"),
        }
        answer = posted(manager, event, **at(event, ahead(days=9)), _publish_anyway="_save")
        assert "3 people will be emailed about the new time." in told(answer)
        assert len(pages.mails("changed")) == 3

    def test_a_venue_spelled_better_can_be_saved_without_email(self, manager):
        event = factories.event(attendance="in_person", venue="Libary")
        factories.registered(event)
        assert QUIETLY in buttons(posted(manager, event, venue="Library"))
        answer = posted(manager, event, venue="Library", _without_email="_save")
        assert "emailed" not in told(answer)
        assert (fresh(event).venue, fresh(event).sequence) == ("Library", 1)
        assert not pages.mails("changed")

    def test_the_button_that_was_pressed_first_is_the_one_that_acts(self, manager):
        event = seated_and_waiting()
        answer = posted(
            manager, event, **at(event, ahead(days=9)), _continue="Save and stay", _save=None
        )
        assert "Save and stay without email" in buttons(answer)
        answer = posted(
            manager, event, **at(event, ahead(days=9)), _without_email="_continue", _save=None
        )
        assert answer.redirect_chain[-1][0].endswith("/change/")

    def test_nobody_registered_and_nothing_new_ask_nothing(self, manager):
        event = factories.event()
        posted(manager, event, **at(event, ahead(days=9)))
        assert fresh(event).starts_at > ahead(days=8)
        other = seated_and_waiting()
        posted(manager, other, title="Another title")
        assert fresh(other).title == "Another title"

    def test_seats_for_who_waits_are_asked_about(self, manager):
        event = seated_and_waiting()
        answer = posted(manager, event, capacity=5)
        assert "1 person on the waiting list gets a seat and will be emailed." in answer.text
        assert fresh(event).capacity == 2
        answer = posted(manager, event, capacity=5, _publish_anyway="_save")
        assert "1 person got a seat and will be emailed." in told(answer)

    def test_the_page_that_repeats_an_event_names_sessions_in_the_past(self, manager):
        event = factories.event(days=-30)
        data = {"every": "WEEKLY", "interval": "1", "count": "6"}
        page = manager.post(f"/admin/events/event/{event.pk}/repeat/", data)
        assert "4 of the new sessions are in the past." in page.text
        assert page.text.count(">in the past<") == 4


class TestVersions:
    def test_restoring_says_how_many_are_mailed_and_can_mail_nobody(self, root):
        event = seated_and_waiting()
        revisions.record(event)
        event.starts_at, event.ends_at = ahead(days=20), ahead(days=20, hours=1)
        event.save()
        address = f"/admin/events/event/{event.pk}/restore/1/"
        page = root.get(address)
        assert "3 people will be emailed about the new time." in page.text
        assert 'value="Restore without email"' in page.text
        assert fresh(event).starts_at == event.starts_at
        root.post(address, {"_without_email": "x"})
        assert fresh(event).starts_at < ahead(days=10)
        assert not pages.mails("changed")

    def test_restoring_a_state_that_hides_the_event_says_so(self, root):
        event = factories.event(status="withdrawn", publish_at=ago(days=3))
        revisions.record(event)
        event.status = "published"
        event.save()
        for _ in range(2):
            factories.registered(event)
        page = root.get(f"/admin/events/event/{event.pk}/restore/1/")
        words = "If you restore the state, too: Readers would no longer see this event. 2 people"
        assert words in page.text

    def test_a_working_copy_says_how_many_are_mailed_before_and_after(self, manager):
        event = seated_and_waiting()
        revisions.record(event)
        content = revisions.content_of(event)
        later = {"starts_at": ahead(days=20), "ends_at": ahead(days=20, hours=1)}
        keep_working_copy(event, content | later, manager.user, base=1)
        address = f"/admin/events/event/{event.pk}/working/release/"
        assert "3 people will be emailed about the new time." in manager.get(address).text
        answer = manager.post(address, follow=True)
        assert "3 people will be emailed about the new time." in told(answer)
        assert len(pages.mails("changed")) == 3


class TestScheduling:
    """A working copy that goes public by itself mails as it was answered when it was scheduled."""

    @staticmethod
    def keep(client, event: Event, when=None, **changes):
        revisions.record(event)
        local = timezone.localtime(when or ahead(days=1))
        hour = {"goes_public_at_0": f"{local:%Y-%m-%d}", "goes_public_at_1": f"{local:%H:%M:%S}"}
        return posted(client, event, _working="1", _save=None, **hour, **changes)

    @staticmethod
    def its_hour_comes(event: Event) -> None:
        copy = working_copy(event)
        Revision.objects.filter(pk=copy.pk).update(goes_public_at=ago(minutes=1))
        put_due_copies_in_public()
        assert working_copy(event) is None

    def test_it_says_how_many_are_mailed_and_keeps_nothing_before_the_answer(self, manager):
        event = seated_and_waiting()
        answer = self.keep(manager, event, **at(event, ahead(days=9)))
        assert re.search(r"3 people will be emailed on \w+, .* about the new time\.", answer.text)
        assert buttons(answer) == {
            "Save as working copy and email 3 people": ("_publish_anyway", "_working"),
            "Save as working copy without email": ("_without_email", "_working"),
        }
        assert working_copy(event) is None

    @pytest.mark.parametrize(("button", "mails"), [("_publish_anyway", 3), ("_without_email", 0)])
    def test_the_answer_holds_at_its_hour(self, manager, button, mails):
        event = seated_and_waiting()
        answer = self.keep(manager, event, **at(event, ahead(days=9)), **{button: "_working"})
        said = "Registrants will not be emailed about it."
        assert (said in told(answer)) == (mails == 0)
        assert (said in manager.get(f"/admin/events/event/{event.pk}/change/").text) == (mails == 0)
        self.its_hour_comes(event)
        assert fresh(event).starts_at > ahead(days=8)
        assert len(pages.mails("changed")) == mails

    def test_whoever_registers_until_then_is_thought_of(self, manager):
        event = factories.event()
        answer = self.keep(manager, event, **at(event, ahead(days=9)))
        assert "Nobody has registered yet. Whoever registers before" in answer.text
        self.keep(manager, event, **at(event, ahead(days=9)), _without_email="_working")
        factories.registered(event)
        self.its_hour_comes(event)
        assert not pages.mails("changed")

    def test_other_questions_come_too_and_what_concerns_nobody_asks_nothing(self, manager):
        event = seated_and_waiting()
        answer = self.keep(manager, event, capacity="1")
        assert "2 seats are taken, 1 more than the 1 that there would be." in answer.text
        self.keep(manager, event, title="Another title")
        assert working_copy(event).content["title"] == "Another title"

    def test_without_an_hour_it_is_asked_about_when_it_is_published(self, manager):
        event = seated_and_waiting()
        revisions.record(event)
        posted(manager, event, _working="1", _save=None, **at(event, ahead(days=9)))
        assert working_copy(event).answer == ""


class TestRegistration:
    """What becomes of those who registered, where an event takes registrations otherwise."""

    WHO = "2 people have a seat and 1 person is on the waiting list."

    @pytest.mark.parametrize(
        ("changes", "words"),
        [
            ({"sign_up": "none"}, "Nobody could register on this site any longer."),
            ({"kind": "deadline"}, "The kind would be “Deadline,” which nobody attends."),
            ({"by_invitation": "on"}, "There are no invitation codes yet"),
            (
                {"opens_at_0": f"{ahead(days=2):%Y-%m-%d}", "opens_at_1": "12:00"},
                "Registration, which is open, would close until",
            ),
            (
                {"closes_at_0": f"{ago(days=1):%Y-%m-%d}", "closes_at_1": "12:00"},
                "Registration would be closed from now on.",
            ),
        ],
    )
    def test_what_keeps_others_out_names_who_has_registered(self, manager, changes, words):
        event = seated_and_waiting()
        answer = posted(manager, event, **changes)
        assert f"{words}" in answer.text
        assert f"{self.WHO} They keep their registrations" in answer.text
        stored = fresh(event)
        before = (stored.sign_up, stored.kind, stored.by_invitation)
        assert before == ("form", "webinar", False)
        assert stored.opens_at is stored.closes_at is None
        assert posted(manager, event, **changes, _publish_anyway="_save").redirect_chain

    def test_a_waiting_list_that_is_turned_off(self, manager):
        event = seated_and_waiting()
        answer = posted(manager, event, has_waiting_list=None)
        assert "The waiting list would be turned off. 1 person is on the waiting list." in (
            answer.text
        )
        assert fresh(event).has_waiting_list

    def test_fewer_seats_than_are_taken(self, manager):
        event = seated_and_waiting()
        answer = posted(manager, event, capacity=1)
        assert "2 seats are taken, 1 more than the 1 that there would be." in answer.text
        assert fresh(event).capacity == 2
        posted(manager, event, capacity=1, _publish_anyway="_save")
        assert fresh(event).capacity == 1

    def test_a_time_for_passing_seats_on_that_has_gone(self, manager):
        event = seated_and_waiting()
        day = f"{ago(days=2):%Y-%m-%d}"
        answer = posted(manager, event, pass_seats_until_0=day, pass_seats_until_1="12:00")
        assert "which has passed. 1 person is on the waiting list." in answer.text
        assert fresh(event).pass_seats_until is None

    def test_all_of_it_stands_in_one_list(self, manager):
        event = seated_and_waiting()
        answer = posted(manager, event, sign_up="none", has_waiting_list=None, capacity=1,
                        **at(event, ahead(days=9)))  # fmt: skip
        tree = html.fromstring(answer.text)
        assert len(tree.xpath("//div[contains(@class, 'cw-asked')]//li")) == 4
        assert "will be emailed about the new time" in answer.text
        # It is said once that nothing was saved.
        assert answer.text.count("Nothing was saved") == 1
        assert "Please correct the error" not in answer.text

    def test_nobody_registered_or_an_event_that_is_over_asks_nothing(self, manager):
        event = factories.event(capacity=5)
        posted(manager, event, sign_up="none", capacity=1)
        assert fresh(event).sign_up == "none"
        over = seated_and_waiting()
        Event.objects.filter(pk=over.pk).update(starts_at=ago(days=2), ends_at=ago(days=1))
        posted(manager, fresh(over), sign_up="none", capacity=1)
        assert fresh(over).sign_up == "none"

    def test_seats_that_are_added_late_go_to_the_waiting_list_and_it_is_said(self, manager):
        event = seated_and_waiting()
        Event.objects.filter(pk=event.pk).update(pass_seats_until=ago(hours=1))
        answer = posted(manager, fresh(event), capacity=5)
        assert "1 person on the waiting list gets a seat and will be emailed." in answer.text
        assert "but seats that you add still go to it." in answer.text
        posted(manager, fresh(event), capacity=5, _publish_anyway="_save")
        assert event.registrations.confirmed().count() == 3


class TestHidden:
    @pytest.fixture(params=["withdrawn", "in the trash"])
    def hidden(self, request) -> Event:
        event = seated_and_waiting()
        (workflow.withdraw if request.param == "withdrawn" else workflow.trash)(event)
        return fresh(event)

    def test_a_save_that_changes_nothing_for_registrants_asks_nothing(self, root, hidden):
        answer = posted(root, hidden, title="Another")
        assert answer.redirect_chain
        assert fresh(hidden).title == "Another"

    def test_a_move_says_that_nobody_is_mailed_and_mails_nobody(self, root, hidden):
        answer = posted(root, hidden, **at(hidden, ahead(days=9)))
        words = "Readers cannot see this event, so nobody is emailed about the new time. 2 people"
        assert words in answer.text
        assert "will be emailed" not in answer.text
        answer = posted(root, hidden, **at(hidden, ahead(days=9)), _publish_anyway="_save")
        assert words in told(answer)
        assert fresh(hidden).starts_at > ahead(days=8)
        assert not pages.mails("changed")

    def test_seats_that_are_added_go_to_nobody_yet(self, root, hidden):
        answer = posted(root, hidden, capacity=5)
        assert "added seats go to nobody. 1 person is on the waiting list." in answer.text
        posted(root, hidden, capacity=5, _publish_anyway="_save")
        assert hidden.registrations.waiting().count() == 1
        assert len(pages.mails("confirmed")) == 2


class TestTheHeadOfTheForm:
    def test_it_says_the_stored_state_when_it_asks(self, manager):
        event = seated_and_waiting()
        answer = posted(manager, event, status="withdrawn", sign_up="none")
        assert 'State: <span class="cw-stage cw-stage-published">Published' in answer.text
        assert "Cancel the event</a></li>" in answer.text

    def test_a_canceled_event_says_so_since_when_and_who_was_told(self, manager):
        event = seated_and_waiting()
        changes.cancel_event(event, reason="Snow")
        page = manager.get(f"/admin/events/event/{event.pk}/change/").text
        head = html.fromstring(page).xpath("string(//p[contains(., 'This event is canceled.')])")
        assert f"It was canceled on {moment(event, event.cancelled_at)}. Reason: Snow" in head
        assert "3 people with a seat or on the waiting list were emailed." in head
        assert "is canceled." not in (
            manager.get(f"/admin/events/event/{factories.event().pk}/change/").text
        )

    def test_registrations_stay_in_reach_when_registration_is_turned_off(self, manager):
        event = seated_and_waiting()
        Event.objects.update(sign_up="none")
        page = manager.get(f"/admin/events/event/{event.pk}/change/").text
        assert f'/admin/events/registration/?event={event.pk}">Registrations</a>' in page


class TestTakingAway:
    WORDS = "2 people have a seat and 1 person is on the waiting list."

    @pytest.mark.parametrize(
        "changes",
        [
            {"status": "withdrawn"},
            {"status": "draft"},
            {"unpublish_at_0": f"{ahead(days=2):%Y-%m-%d}", "unpublish_at_1": "12:00"},
            {"publish_at_0": f"{ahead(days=2):%Y-%m-%d}", "publish_at_1": "12:00"},
        ],
    )
    def test_a_form_that_hides_the_event_asks_and_offers_to_cancel(self, manager, changes):
        event = seated_and_waiting()
        answer = posted(manager, event, **changes)
        assert self.WORDS in answer.text
        assert f'href="/admin/events/event/{event.pk}/cancel/">Cancel the event instead' in (
            answer.text
        )
        stored = fresh(event)
        assert stored.is_public
        assert stored.unpublish_at is None
        posted(manager, event, **changes, _publish_anyway="_save")
        stored = fresh(event)
        assert not stored.is_public or stored.unpublish_at

    def test_a_withdrawal_after_the_end_asks_nothing(self, manager):
        event = seated_and_waiting()
        day = f"{ahead(days=9):%Y-%m-%d}"
        posted(manager, event, unpublish_at_0=day, unpublish_at_1="12:00")
        assert fresh(event).unpublish_at

    @pytest.mark.parametrize("act", ["withdraw_selected", "trash_selected"])
    def test_the_list_says_who_is_registered_and_selects_the_others(self, manager, act):
        event, empty = seated_and_waiting(title="With people"), factories.event(title="Empty")
        page = tick(manager, act, event, empty)
        assert self.WORDS in page.text
        assert "Cancel the event instead" in page.text
        tree = html.fromstring(page.content.decode())
        ticked = tree.xpath("//input[@name='_selected_action'][@checked]/@value")
        assert ticked == [str(empty.pk)]

    def test_many_at_once_are_asked_about_in_constant_queries(
        self, manager, django_assert_max_num_queries
    ):
        events = [seated_and_waiting() for _ in range(4)]
        tick(manager, "withdraw_selected", *events)
        with django_assert_max_num_queries(14):
            page = tick(manager, "withdraw_selected", *events)
        assert page.text.count(self.WORDS) == 4

    def test_the_page_before_the_trash_says_who_is_registered(self, manager):
        event = seated_and_waiting()
        page = manager.get(f"/admin/events/event/{event.pk}/delete/")
        assert self.WORDS in page.text
        assert f'href="/admin/events/event/{event.pk}/cancel/"' in page.text
        assert "have a seat" not in manager.get(
            f"/admin/events/event/{factories.event().pk}/delete/"
        ).text  # fmt: skip

    def test_what_is_over_or_canceled_is_taken_away_without_a_word(self, manager):
        event = seated_and_waiting()
        Event.objects.update(cancelled_at=ago(days=1))
        assert "have a seat" not in tick(manager, "withdraw_selected", event).text
        posted(manager, event, status="withdrawn")
        assert fresh(event).status == "withdrawn"


def tick(client, act: str, *events: Event):
    chosen = {"action": act, "_selected_action": [event.pk for event in events]}
    return client.post("/admin/events/event/", chosen)
