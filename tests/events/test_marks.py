"""What lists of events say of each in a word or two, and that past ones stand apart."""

import pytest
from lxml import html

from tests import factories as made
from tests.events import factories

pytestmark = pytest.mark.django_db
LISTS = ["/topics/equity/", "/tags/pacing/", "/states/nh/", "/people/ana/"]


@pytest.fixture
def filed():
    """Makes events that stand under a topic, a tag, a state and a person."""
    topic, ana = made.topic(slug="equity"), made.person("Ana", slug="ana")

    def make(**more):
        event = factories.event(**more)
        event.topics.add(topic)
        event.states.add(made.state("NH"))
        event.tags.add("pacing")
        event.event_people.create(person=ana)
        return event

    return make


def marks(client, address: str, title: str) -> list[str]:
    """The marks of the event of that title on a page."""
    tree = html.fromstring(client.get(address).content)
    (entry,) = tree.xpath(
        "//main//*[self::li or self::article][.//a[text()=$title]][.//*[contains(@class, 'leaf')]]",
        title=title,
    )
    return entry.xpath(".//p[@class='event-marks']/span/text()")


@pytest.mark.parametrize(
    ("more", "seats", "said"),
    [
        ({}, 0, ["Free"]),
        ({"price_note": "20 dollars"}, 0, []),
        ({"capacity": 3}, 2, ["Free"]),
        ({"capacity": 3}, 3, ["Full: waiting list", "Free"]),
        ({"capacity": 3, "has_waiting_list": False}, 3, ["Full", "Free"]),
        ({"by_invitation": True, "price_note": "20 dollars"}, 0, ["By invitation"]),
        ({"closes_at": made.ago(days=1)}, 0, ["Registration closed", "Free"]),
        ({"kind": "deadline", "sign_up": "none"}, 0, []),
        ({"days": -3}, 0, []),
        ({"days": -3, "recording_url": "https://v.example.org/"}, 0, ["Recording"]),
        ({"days": -3, "slides_url": "https://s.example.org/"}, 0, ["Slides"]),
        ({"recording_url": "https://v.example.org/"}, 0, ["Free"]),
    ],
)
def test_each_list_says_what_there_is_to_know(client, filed, more, seats, said):
    event = filed(title="Here", **({"largest_party": 3} | more))
    if seats:
        closed = event.closes_at
        assert closed is None
        factories.registered(event, seats=seats)
    own = "/events/past/" if event.is_over else "/events/"
    home = [] if event.is_over else ["/"]
    for address in (own, *LISTS, *home):
        assert marks(client, address, "Here") == said, address


def test_a_cancelled_event_has_no_marks_but_that(client, filed):
    filed(title="Here", capacity=0, cancelled_at=made.ago(days=1))
    for address in ("/events/", *LISTS):
        assert marks(client, address, "Here") == []
        assert "Canceled" in client.get(address).content.decode()


def test_past_events_stand_apart_from_upcoming_ones(client, filed):
    filed(title="Ahead")
    filed(title="Over", days=-3)
    topic = made.Topic.objects.get(slug="equity")
    for address in (*LISTS, made.post(topics=[topic]).path):
        tree = html.fromstring(client.get(address).content)
        apart = tree.xpath("//div[@class='past-events']")
        assert [each.xpath(".//li//a/text()") for each in apart] == [["Over"]], address
        assert apart[0].xpath("h3/text()") == ["Past events"]
        assert tree.xpath("//ul[contains(@class, 'event-lines')][not(ancestor::div[@class="
                          "'past-events'])]//a/text()") == ["Ahead"], address  # fmt: skip
