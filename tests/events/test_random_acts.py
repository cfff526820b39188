"""
Any acts of staff and of registrants, while mail waits now and then: at the end seats are exact,
answers hold what was said, and the last mail that each registrant holds is true.
"""

from dataclasses import dataclass, field
from datetime import timedelta

import pytest
from django.test import Client
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from competencyworks.core.models import OutgoingMail
from events import times
from events.letters import own_page
from events.models import Registration
from events.sweeps import pass_on_free_seats
from tests.core.history.forms import opened
from tests.core.mail.conftest import post_office  # noqa: F401 - a fixture
from tests.core.mail.post_office import PostOffice
from tests.events import factories
from tests.events.test_answers_never_lost import SAVE, VISIT, WORDS, House, number
from tests.events.test_asking_first import buttons
from tests.events.test_mail_order import GREYLISTED, send
from tests.factories import ago

pytestmark = pytest.mark.django_db

ROUNDS = 30  # of the sender, until nothing can wait any more
SEATS = 2
OF_STAFF = st.tuples(st.sampled_from(["move", "capacity", "link", "show or hide"]), number)
# Whose mail the server does not take yet, by their numbers.
DELAYED = st.sets(number, max_size=6)
SUBJECTS = {
    "confirmed": ("You are registered", "You have a seat", "Changed", "Your registration:"),
    "waiting": ("You are on the waiting list", "Changed", "Your registration:"),
    "cancelled": ("Your registration is canceled", "You have left the waiting list"),
}


@dataclass
class Organized(House):
    """A House with few seats, which staff also move and hide, and whose mail may be late."""

    office: PostOffice = None
    seated: list[int] = field(default_factory=list)  # keys of registrations
    waiting: list[int] = field(default_factory=list)  # in their order
    moved_unseen: bool = False  # since it came back; nobody is mailed about a hidden event

    # --- staff ------------------------------------------------------------------------------

    def staff_change_event(self, act: str, which: int) -> None:
        event, form = self.event, opened(self.staff, self.event)
        if act == "move":
            start = event.starts_at + timedelta(hours=which - 4, minutes=30)
            self.put_hours(form, start)
            self.moved_unseen |= not event.is_public
        elif act == "link":
            form.put(join_url=f"https://video.example.org/j/{which}")
            self.moved_unseen |= not event.is_public
        elif act == "capacity":
            form.put(capacity=str(which % 4))
        else:
            form.put(status="withdrawn" if event.is_public else "published")
        self.press_save(form)
        event.refresh_from_db()
        pass_on_free_seats()  # runs each minute
        self.fill()

    def put_hours(self, form, start) -> None:
        for name, moment in (("starts_at", start), ("ends_at", start + timedelta(hours=1))):
            local = moment.astimezone(self.event.tz)
            form.put(**{f"{name}_0": f"{local:%Y-%m-%d}", f"{name}_1": f"{local:%H:%M:%S}"})

    def press_save(self, form) -> None:
        """Press Save, and answer what is asked by its first button, which mails registrants."""
        sent = {"_save": "Save"}
        for _ in range(3):
            answer = self.staff.post(form.address, form.data | sent)
            if answer.status_code == 302:
                return
            name, value = next(iter(buttons(answer).values()))
            form.read(answer)
            sent = {name: value}
        raise AssertionError(answer.context["errors"])

    # --- registrants ------------------------------------------------------------------------

    def registrant_visits(self, act: str, which: int) -> None:
        active = [*self.seated, *self.waiting]
        if not self.event.is_public and (not active or act in ("register", "register again")):
            return  # the page of the form is not there
        super().registrant_visits(act, which)
        rows = self.event.registrations.exclude(status="cancelled")
        now = list(rows.order_by("pk").values_list("pk", flat=True))
        self.seated = [key for key in self.seated if key in now]
        self.waiting = [key for key in self.waiting if key in now]
        self.fill()
        self.waiting += [key for key in now if key not in active]
        self.fill()

    def fill(self) -> None:
        """Give free seats to those who wait, as the site should."""
        while self.event.is_public and self.waiting and len(self.seated) < self.event.capacity:
            self.seated.append(self.waiting.pop(0))

    # --- mail -------------------------------------------------------------------------------

    def mail_goes(self, delayed: set[int]) -> None:
        """What waits is tried, and goes but to those whom the server lets wait."""
        self.office.refuse = {f"person{which}.{self.event.pk}@": GREYLISTED for which in delayed}
        # Tries are hours apart, so that no mail of a real registrant uses them all up meanwhile.
        waiting = OutgoingMail.objects.filter(sent_at=None, failed_at=None)
        waiting.update(due_at=ago(seconds=1), attempts=0)
        send()

    def all_mail_goes(self) -> None:
        for _ in range(ROUNDS):
            self.mail_goes(set())
        assert not OutgoingMail.objects.filter(sent_at=None, failed_at=None).exists()

    # --- what must hold ---------------------------------------------------------------------

    def check(self) -> None:
        super().check()
        rows = self.event.registrations
        assert set(rows.confirmed().values_list("pk", flat=True)) == set(self.seated)
        assert [row.pk for row in rows.waiting()] == self.waiting
        for email in set(rows.values_list("email", flat=True)):
            self.check_last_mail(rows.filter(email=email).latest("pk"))

    def check_last_mail(self, row: Registration) -> None:
        mails = [
            mail for mail in self.office.received if mail["To"].addresses[0].addr_spec == row.email
        ]
        assert mails, OutgoingMail.objects.filter(to_email=row.email).values("kind", "error")
        subject = mails[-1]["Subject"]
        assert subject.startswith(SUBJECTS[row.status]), (row.status, subject)
        text = mails[-1].get_body(("plain",)).get_content().replace("\r", "")
        if row.status != "cancelled":
            assert own_page(row) in text
            assert self.moved_unseen or times.when(self.event) in text
        if row.status == "confirmed" and self.event.join_url:
            assert self.moved_unseen or self.event.join_url in text


@settings(
    max_examples=4,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],  # each act is slow: shrinking takes many minutes
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(acts=st.lists(st.tuples(SAVE, OF_STAFF, VISIT, VISIT, DELAYED), min_size=3, max_size=6))
def test_seats_answers_and_last_mails_are_true_whatever_happens(
    manager,
    post_office,  # noqa: F811
    acts,
):
    post_office.received.clear()
    event = factories.event(capacity=SEATS, days=60, join_url="https://video.example.org/j/first")
    organized = Organized(manager, Client(), event, office=post_office)
    event.questions.create(text="Which room?", kind="choice", options=WORDS[:3])
    for which in (1, 2, 3):
        organized.registrant_visits("register", which)
    for save, change, *visits, delayed in acts:
        organized.staff_saves(save)
        for act, which in visits:
            organized.registrant_visits(act, which)
            organized.mail_goes(delayed)
        organized.staff_change_event(*change)
        organized.mail_goes(delayed)
    if not event.is_public:
        organized.staff_change_event("show or hide", 0)
    organized.all_mail_goes()
    organized.check()
