"""Seats are exact, whatever happens in whatever order, at the same time or not."""

import random
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, connections
from django.db.models import Sum
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from competencyworks.core.models import OutgoingMail
from events import registration
from events.models import Event, Registration
from events.registration import CannotRegister, Full, NoSuchPlace, cancel, change, register
from tests.factories import ago, ahead

from . import factories


def taken(event: Event) -> int:
    return event.registrations.confirmed().order_by().aggregate(n=Sum("seats", default=0))["n"]


def names(event: Event, status: str) -> list[str]:
    return list(event.registrations.filter(status=status).values_list("name", flat=True))


def assert_nobody_waits_in_vain(event: Event) -> None:
    event.refresh_from_db()
    if event.capacity is None:
        assert not event.registrations.waiting().exists()
        return
    left = event.capacity - taken(event)
    for party in event.registrations.waiting():
        assert party.seats > left, f"{party} waits for {party.seats}, {left} are free"


@pytest.mark.django_db
class TestOneAfterTheOther:
    def test_who_comes_when_all_is_taken_waits(self):
        event = factories.event(capacity=1)
        factories.registered(event, name="first")
        factories.registered(event, name="second")
        assert names(event, "confirmed") == ["first"]
        assert names(event, "waiting") == ["second"]

    def test_a_freed_seat_goes_to_who_waits_longest(self):
        event = factories.event(capacity=1)
        first = factories.registered(event)
        for name in ("second", "third"):
            factories.registered(event, name=name)
        cancel(first)
        assert names(event, "confirmed") == ["second"]
        assert names(event, "waiting") == ["third"]

    def test_a_group_that_does_not_fit_is_passed_over_and_keeps_its_place(self):
        event = factories.event(capacity=3, largest_party=3)
        one, two = factories.registered(event), factories.registered(event, 2)
        factories.registered(event, 3, name="group")
        factories.registered(event, 1, name="single")
        cancel(one)
        assert "single" in names(event, "confirmed")
        assert names(event, "waiting") == ["group"]
        cancel(two)
        assert names(event, "waiting") == ["group"]
        cancel(Registration.objects.get(name="single"))
        assert names(event, "confirmed") == ["group"]

    def test_less_capacity_takes_nobodys_seat(self):
        event = factories.event(capacity=2)
        for _ in range(3):
            factories.registered(event)
        registration.set_capacity(event.pk, 1)
        assert taken(event) == 2
        registration.set_capacity(event.pk, 3)
        assert taken(event) == 3

    def test_more_seats_only_where_they_are_free(self):
        event = factories.event(capacity=3, largest_party=3)
        mine = factories.registered(event)
        factories.registered(event)
        with pytest.raises(Full):
            change(mine, factories.party(3))
        assert taken(event) == 2
        assert change(mine, factories.party(2)).seats == 2
        with pytest.raises(CannotRegister):
            change(mine, factories.party(4))

    def test_fewer_seats_let_others_in(self):
        event = factories.event(capacity=2, largest_party=2)
        mine = factories.registered(event, 2)
        factories.registered(event, name="other")
        change(mine, factories.party(1))
        assert "other" in names(event, "confirmed")

    def test_without_a_waiting_list_it_says_that_all_is_taken(self):
        event = factories.event(capacity=0, has_waiting_list=False)
        with pytest.raises(Full):
            factories.registered(event)
        assert not event.registrations.exists()

    def test_the_same_address_twice_has_one_registration(self):
        event = factories.event()
        first = factories.registered(event, email="ann@example.org")
        again = factories.registered(event, email="ANN@example.org", name="Somebody else")
        assert again == first
        assert event.registrations.get().name == first.name
        cancel(first)
        assert factories.registered(event, email="ann@example.org") != first

    def test_a_place_given_back_can_be_given_back_again_without_harm(self):
        event = factories.event(capacity=1)
        mine = factories.registered(event)
        factories.registered(event)
        cancel(mine)
        cancel(mine)
        assert taken(event) == 1

    @pytest.mark.parametrize(
        ("more", "words"),
        [
            ({"days": -2}, "over"),
            ({"sign_up": "none"}, "cannot register"),
            ({"public": False}, "cannot register"),
            ({"opens_at": ahead(days=1)}, "not opened yet"),
            ({"closes_at": ago(days=1)}, "has closed"),
            ({"cancelled_at": ago(days=1)}, "canceled"),
        ],
    )
    def test_closed_events_say_why(self, more, words):
        event = factories.event(**more)
        with pytest.raises(registration.NotOpen, match=words):
            factories.registered(event)

    def test_an_invitation_serves_as_often_as_it_says(self):
        event = factories.event(by_invitation=True)
        event.invitations.create(code="WELCOME", uses=1)
        with pytest.raises(registration.BadInvitation):
            factories.registered(event, code="other")
        mine = factories.registered(event, code="welcome ")
        with pytest.raises(registration.BadInvitation):
            factories.registered(event, code="WELCOME")
        cancel(mine)
        factories.registered(event, code="WELCOME")

    def test_storing_a_registration_takes_few_queries(self, django_assert_num_queries):
        event = factories.event(capacity=5)
        # Savepoint, event, known, taken, cancellations before, insert, whether the address is
        # proven, its lock, what went to it, note of it, words of the mail, contact address, mail,
        # release.
        with django_assert_num_queries(14):
            factories.registered(event)


@pytest.mark.django_db(transaction=True)
def test_three_hundred_at_once_for_fifty_seats():
    """Twenty connections register, cancel and change the capacity at the same time."""
    event = factories.event(capacity=50, largest_party=4)
    parties = [factories.party(random.Random(n).choice([1, 1, 1, 2, 4])) for n in range(300)]
    acts = [("register", party) for party in parties] + [("cancel", None)] * 100
    acts += [("capacity", 40), ("capacity", 55)]
    random.Random(7).shuffle(acts)
    over = []
    limit = threading.Lock()
    highest = [50]

    def run(act):
        what, with_what = act
        try:
            if what == "register":
                register(event.pk, with_what)
            elif what == "capacity":
                with limit:
                    highest[0] = max(highest[0], with_what)
                    registration.set_capacity(event.pk, with_what)
            elif mine := event.registrations.exclude(status="cancelled").order_by("?").first():
                cancel(mine)
            if taken(event) > highest[0]:
                over.append(act)
        finally:
            connections["default"].close()

    with ThreadPoolExecutor(20) as pool:
        list(pool.map(run, acts))
    assert not over
    assert event.registrations.count() == 300
    assert_nobody_waits_in_vain(event)
    confirmations = OutgoingMail.objects.filter(kind="registration.confirmed")
    ever = event.registrations.exclude(confirmed_at=None).count()
    assert confirmations.count() == ever
    assert connection.is_usable()


class Seating(RuleBasedStateMachine):
    """Any acts in any order, beside a plain model in memory that knows what must come of them."""

    def __init__(self):
        super().__init__()
        self.event = factories.event(capacity=3, largest_party=4)
        self.allowed = 3

    @rule(seats=st.integers(1, 4))
    def somebody_registers(self, seats):
        before = taken(self.event)
        try:
            factories.registered(self.event, seats)
        except CannotRegister:
            assert seats > self.allowed
        assert taken(self.event) <= max(before, self.allowed)

    @rule(data=st.data())
    @precondition(lambda self: self.event.registrations.exclude(status="cancelled").exists())
    def somebody_cancels(self, data):
        rows = list(self.event.registrations.exclude(status="cancelled"))
        cancel(data.draw(st.sampled_from(rows)))

    @rule(data=st.data(), seats=st.integers(1, 4))
    @precondition(lambda self: self.event.registrations.exclude(status="cancelled").exists())
    def somebody_changes(self, data, seats):
        rows = list(self.event.registrations.exclude(status="cancelled"))
        before = taken(self.event)
        try:
            change(data.draw(st.sampled_from(rows)), factories.party(seats))
        except CannotRegister:
            assert taken(self.event) == before
        assert taken(self.event) <= max(before, self.allowed)

    @rule(capacity=st.integers(0, 8))
    def the_capacity_changes(self, capacity):
        before = taken(self.event)
        registration.set_capacity(self.event.pk, capacity)
        self.allowed = capacity
        assert taken(self.event) <= max(before, capacity)

    @rule(data=st.data())
    @precondition(lambda self: self.event.registrations.waiting().exists())
    def somebody_is_promoted(self, data):
        rows = list(self.event.registrations.waiting())
        before = taken(self.event)
        try:
            registration.promote(data.draw(st.sampled_from(rows)))
        except (Full, NoSuchPlace):
            assert taken(self.event) == before

    @invariant()
    def nobody_waits_in_vain(self):
        assert_nobody_waits_in_vain(self.event)


@pytest.mark.django_db
def test_any_acts_in_any_order():
    limits = hypothesis_settings(max_examples=25, stateful_step_count=20, deadline=None)
    run_state_machine_as_test(Seating, settings=limits)
