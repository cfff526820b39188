"""What visitors see of events: lists, months, pages; and never the way in."""

import json
import re
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from lxml import html

from events.models import Event
from tests import factories as made
from tests.events import factories

pytestmark = pytest.mark.django_db


def text_of(response) -> str:
    """The words of a page, on one line."""
    return " ".join(html.fromstring(response.content).find(".//main").text_content().split())


def titles(response) -> list[str]:
    tree = html.fromstring(response.content)
    return [found.text_content() for found in tree.xpath("//main//h2[@class='entry-title']")]


# --- lists ---------------------------------------------------------------------------------------


def test_what_is_to_come_stands_in_one_list_and_what_has_been_in_the_other(client):
    for days, title in ((30, "Far"), (1, "Near"), (-1, "Yesterday"), (-30, "Long ago")):
        factories.event(days=days, title=title)
    factories.event(days=0, hours=1, title="Now", starts_at=timezone.now() - timedelta(minutes=5))
    assert titles(client.get("/events/")) == ["Now", "Near", "Far"]
    assert titles(client.get("/events/past/")) == ["Yesterday", "Long ago"]


def test_empty_lists_say_what_to_do(client):
    assert "No events are planned" in text_of(client.get("/events/"))
    assert "No events have taken place yet" in text_of(client.get("/events/past/"))
    assert "No upcoming events match these filters: Meetings" in text_of(
        client.get("/events/?kind=meeting")
    )
    assert "There are no events in May 2031" in text_of(client.get("/events/calendar/2031/05/"))


def test_filters_narrow_a_list_and_stay_in_the_address_of_its_pages(client):
    equity = made.topic("Equity", slug="equity")
    below = made.topic("Families", slug="families", parent=equity)
    wanted = factories.event(title="Wanted", kind="meeting")
    wanted.topics.add(below)
    wanted.states.add(made.state("NH"))
    other = factories.event(title="Another kind")
    other.topics.add(equity)
    factories.event(title="Without terms", kind="meeting")
    for query, found in {
        "kind=meeting": ["Wanted", "Without terms"],
        "topic=equity": ["Wanted", "Another kind"],
        "topic=families": ["Wanted"],
        "state=nh": ["Wanted"],
        "kind=meeting&topic=equity&state=nh": ["Wanted"],
        "kind=&topic=&state=": ["Wanted", "Another kind", "Without terms"],
    }.items():
        assert titles(client.get(f"/events/?{query}")) == found, query
    page = client.get("/events/?kind=meeting&topic=equity").content.decode()
    assert '<option value="meeting" selected>' in page
    assert '<option value="equity" selected>' in page
    assert 'href="/events/calendar.ics?kind=meeting&amp;topic=equity"' in page
    for number in range(25):
        factories.event(title=f"Meeting {number}", kind="meeting")
    page = client.get("/events/?kind=meeting").content.decode()
    assert 'href="?kind=meeting&amp;page=2"' in page
    assert len(titles(client.get("/events/?kind=meeting&page=2"))) == 7


@pytest.mark.parametrize(
    "address",
    ["/events/?kind=party", "/events/?topic=none", "/events/?state=xx",
     "/events/?page=0", "/events/?page=99", "/events/calendar.ics?topic=none",
     "/events/calendar/2016/13/", "/events/calendar/1500/01/", "/events/none/",
     "/events/none/event.ics"],
)  # fmt: skip
def test_what_there_is_not_is_a_plain_404(client, address):
    assert client.get(address).status_code == 404


# --- a month -------------------------------------------------------------------------------------


def test_a_month_shows_each_event_on_the_days_of_its_own_zone(client):
    # The first of October in Kolkata, still September in New York.
    factories.event(
        title="Early in Kolkata", zone="Asia/Kolkata",
        starts_at=datetime(2016, 9, 30, 19, tzinfo=UTC),
    )  # fmt: skip
    factories.event(
        title="Late in Honolulu", zone="Pacific/Honolulu",
        starts_at=datetime(2016, 11, 1, 8, tzinfo=UTC),
    )  # fmt: skip
    factories.event(
        title="Three days", starts_at=datetime(2016, 10, 11, 13, tzinfo=UTC), hours=54,
    )  # fmt: skip
    factories.event(title="In August", starts_at=datetime(2016, 8, 1, 13, tzinfo=UTC))
    response = client.get("/events/calendar/2016/10/")
    tree = html.fromstring(response.content)
    found = {
        cell.find("span").text: [link.text for link in cell.iter("a")]
        for cell in tree.xpath("//table//td[ul]")
    }
    assert found == {
        "1": ["Early in Kolkata"], "11": ["Three days"], "12": ["Three days"],
        "13": ["Three days"], "31": ["Late in Honolulu"],
    }  # fmt: skip
    assert len(tree.xpath("//ol[contains(@class, 'month-list')]/li")) == 5
    assert tree.xpath("//a[@rel='prev']/@href") == ["/events/calendar/2016/08/"]
    assert not tree.xpath("//a[@rel='next']")
    assert titles(client.get("/events/calendar/2016/08/")) == ["In August"]


# --- one event -----------------------------------------------------------------------------------


def test_the_page_says_what_when_where_and_with_whom(client):
    event = factories.event(
        title="Grading for learning", starts_at=datetime(2036, 9, 29, 18, tzinfo=UTC), hours=1,
        attendance="both", venue="Old Mill", venue_address="1 Mill Road, Keene, NH",
        price_note="20 dollars, free for teachers", hosts="Alderbrook Institute",
    )  # fmt: skip
    ana = made.person("Ana Ruiz", role="Director", bio="<p>Ana taught physics.</p>")
    event.event_people.create(person=ana, role="Guest of honor", organization="Elsewhere")
    event.event_people.create(person=made.person("Bo Li"), part="host")
    event.event_people.create(person=made.person("Cy Day", role="Teacher"), position=2)
    response = client.get(event.path)
    text = text_of(response)
    assert "Monday, September 29, 2036, 2:00–3:00 p.m. ET" in text
    assert 'title="Eastern Time"' in response.content.decode()
    assert 'datetime="2036-09-29T14:00:00-04:00"' in response.content.decode()
    for words in (
        "Old Mill", "1 Mill Road", "or online", "20 dollars", "Alderbrook Institute; Bo Li",
        "With Ana Ruiz and Cy Day", "Guest of honor, Elsewhere", "Ana taught physics", "Teacher",
        "Register for this webinar", "Outlook",
    ):  # fmt: skip
        assert words in text, words
    assert "Director" not in text


@pytest.mark.parametrize(
    ("more", "said", "link"),
    [
        ({}, "", "Register for this webinar"),
        ({"kind": "conference"}, "", "Register for this conference"),
        ({"opens_at": made.ahead(days=2)}, "Registration opens", None),
        ({"closes_at": made.ago(days=1)}, "Registration has closed.", None),
        ({"closes_at": made.ahead(days=1)}, "Registration closes", "Register for this webinar"),
        ({"days": -1}, "This webinar is over.", None),
        ({"cancelled_at": made.ago(days=1), "cancel_reason": "Snow."},
         "This webinar has been canceled. Snow.", None),
        ({"sign_up": "outside", "outside_url": "https://www.tickets.example.org/7"}, "",
         "Register at tickets.example.org"),
        ({"sign_up": "outside", "outside_url": "https://x.example.org/", "days": -1},
         "This webinar is over.", None),
        ({"sign_up": "none"}, "No registration is required.", None),
        ({"capacity": 3}, "3 seats left.", "Register for this webinar"),
        ({"capacity": 0}, "All seats are taken. When a seat becomes free", "Join the waiting list"),
        ({"capacity": 0, "has_waiting_list": False}, "All seats are taken.", None),
        ({"by_invitation": True}, "By invitation", "Register for this webinar"),
    ],
)  # fmt: skip
def test_the_page_says_how_to_register_or_why_one_cannot(client, more, said, link):
    event = factories.event(**more)
    response = client.get(event.path)
    assert said in text_of(response)
    found = html.fromstring(response.content).xpath("//a[@class='action']")
    assert [a.text for a in found] == ([link] if link else [])
    if link:
        outside = event.outside_url or f"{event.path}register/"
        assert found[0].get("href") == outside


def test_seats_that_are_taken_are_counted(client):
    event = factories.event(capacity=4, largest_party=3)
    factories.registered(event, seats=3)
    assert "1 seat left." in text_of(client.get(event.path))
    factories.registered(event)
    assert "Join the waiting list" in text_of(client.get(event.path))


def test_recording_and_slides_come_afterwards(client):
    links = {"recording_url": "https://v.example.org/1", "slides_url": "https://s.example.org/1"}
    before, after = factories.event(**links), factories.event(days=-1, **links)
    assert "example.org/1" not in client.get(before.path).content.decode()
    page = html.fromstring(client.get(after.path).content)
    assert page.xpath("//a[text()='Watch the recording']/@href") == [links["recording_url"]]
    assert page.xpath("//a[text()='View the slides']/@href") == [links["slides_url"]]


def test_a_moved_address_leads_to_the_new_one(client):
    event = factories.event(title="First title")
    old, event.slug = event.path, "second-title"
    event.save()
    response = client.get(old)
    assert (response.status_code, response["Location"]) == (301, "/events/second-title/")


# --- what nobody may see -------------------------------------------------------------------------

SECRET = "sesame-7f3a"
ADDRESSES = [
    "/", "/events/", "/events/past/", "/events/?kind=webinar", "/events/feed/",
    "/events/calendar.ics", "/events/calendar.ics?kind=webinar",
    "/events/calendar.ics?topic=equity", "/search/?q=quetzal", f"/search/?q={SECRET}",
    "/search/?q=sesame", "/sitemap-events.xml",
    "/topics/equity/", "/tags/pacing/", "/states/nh/", "/people/ana/",
]  # fmt: skip


def everywhere(client, *events) -> dict[str, str]:
    """Every public answer that could show `events`, by its address."""
    addresses = [*ADDRESSES]
    for event in events:
        month = event.starts_at.astimezone(event.tz)
        addresses += [event.path, f"{event.path}event.ics", f"/events/calendar/{month:%Y/%m}/"]
    answers = {address: client.get(address) for address in dict.fromkeys(addresses)}
    return {
        address: answer.content.decode()
        for address, answer in answers.items()
        if answer.status_code == 200
    }


def classified(**more) -> Event:
    event = factories.event(**more)
    topic = made.Topic.objects.filter(slug="equity").first() or made.topic(slug="equity")
    ana = made.Person.objects.filter(slug="ana").first() or made.person("Ana", slug="ana")
    event.topics.add(topic)
    event.states.add(made.state("NH"))
    event.tags.add("pacing")
    event.event_people.create(person=ana)
    return event


def test_the_way_in_is_in_no_public_answer(client):
    way_in = {
        "join_url": f"https://video.example.org/{SECRET}",
        "join_note": f"<p>Pass code {SECRET}</p>",
        "venue_note": f"<p>By the door {SECRET}</p>",
        "attendance": "both",
        "venue": "Old Mill",
        "title": "Quetzal",
    }
    ahead, past = classified(**way_in), classified(days=-7, **way_in)
    factories.registered(ahead)
    answers = everywhere(client, ahead, past)
    assert len(answers) >= len(ADDRESSES) + 5  # both lie in one month, or in two
    holding = {a for a, text in answers.items() if SECRET in re.sub(r"q=[\w-]+", "", text)}
    # The search says back what was asked for.
    assert {a for a in holding if not a.startswith("/search/")} == set()
    assert "Quetzal" not in answers[f"/search/?q={SECRET}"]
    # The test can fail: where the words stand that anybody may read, they are found.
    assert sum("Quetzal" in text for text in answers.values()) > 15


HIDDEN = {
    "draft": {"status": "draft"},
    "review": {"status": "review", "publish_at": made.ago(days=2)},
    "scheduled": {"publish_at": made.ahead(days=1)},
    "expired": {"publish_at": made.ago(days=2), "unpublish_at": made.ago(minutes=1)},
    "withdrawn": {"status": "withdrawn"},
    "trashed": {"trashed_at": made.ago(minutes=1)},
}


@pytest.mark.parametrize("why", HIDDEN)
def test_what_is_not_published_is_nowhere(client, why):
    events = [classified(title="Zanzibar quetzal", days=days, **HIDDEN[why]) for days in (3, -3)]
    for event in events:
        assert client.get(event.path).status_code == 404
        assert client.get(f"{event.path}event.ics").status_code == 404
    for address, text in everywhere(client, *events).items():
        assert not re.search("zanzibar", text, re.I), f"{why} shows on {address}"


def test_what_is_published_is_found(client):
    event = classified(title="Zanzibar quetzal", days=3)
    showing = {a for a, text in everywhere(client, event).items() if "anzibar" in text}
    month = event.starts_at.astimezone(event.tz)
    assert showing == {
        "/", "/events/", "/events/?kind=webinar", "/events/feed/", "/events/calendar.ics",
        "/events/calendar.ics?kind=webinar", "/events/calendar.ics?topic=equity",
        "/search/?q=quetzal", "/sitemap-events.xml", "/topics/equity/", "/tags/pacing/",
        "/states/nh/", "/people/ana/", event.path, f"{event.path}event.ics",
        f"/events/calendar/{month:%Y/%m}/",
    }  # fmt: skip


def test_a_cancelled_event_is_said_to_be_so_and_home_does_not_announce_it(client):
    event = classified(title="Zanzibar quetzal", cancelled_at=made.ago(days=1))
    answers = everywhere(client, event)
    for address in ("/events/", "/topics/equity/", event.path):
        assert "ancelled" in answers[address], address
    assert "Zanzibar" not in answers["/"]


# --- costs ---------------------------------------------------------------------------------------

# Beside the site's settings with the menu (1).
PAGES = {
    "/events/": 4,  # topics and states of the filters, events
    "/events/past/": 4,
    "/events/?kind=webinar&topic=equity&state=nh": 6,  # the tree of topics
    "{month}": 4,  # events, nearest months
    "/events/calendar/": 5,  # the next event
    "{event}": 5,  # event with all that is its own, pictures, posts chosen, posts on its topics
    "/events/feed/": 1,
    "/events/calendar.ics": 2,  # events, the last change of any
    "{event}event.ics": 1,
}


def test_no_page_costs_more_where_there_is_more(client):
    seen = {}
    picture = made.image()
    for size in (1, 4):
        for number in range(size):
            event = classified(days=7, picture=picture, capacity=9)
            classified(days=-7 - 40 * number, picture=picture)
            event.topics.add(made.topic())
            for _ in range(size):
                event.event_people.create(person=made.person(portrait=made.image()))
                factories.registered(event)
            made.page(in_menu=True)
        month = event.starts_at.astimezone(event.tz)
        addresses = {"month": f"/events/calendar/{month:%Y/%m}/", "event": event.path}
        for page in PAGES:
            address = page.format(**addresses)
            client.get(address)
            with CaptureQueriesContext(connection) as queries:
                assert client.get(address).status_code == 200
            seen.setdefault(page, []).append(len(queries))
    assert seen == {page: [count, count] for page, count in PAGES.items()}


# --- for machines: https://schema.org/Event, and what Google asks of one -------------------------


def data_of(client, event) -> dict:
    text = html.fromstring(client.get(event.path).content).xpath(
        "//script[@type='application/ld+json']/text()"
    )[0]
    graph = json.loads(text)["@graph"]
    return next(item for item in graph if item["@type"].endswith("Event"))


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ({}, {"eventStatus": "EventScheduled",
              "eventAttendanceMode": "OnlineEventAttendanceMode"}),
        ({"cancelled_at": made.ago(days=1)}, {"eventStatus": "EventCancelled"}),
        ({"sequence": 2}, {"eventStatus": "EventScheduled"}),
        ({"moved_from": made.ahead(days=2)}, {"eventStatus": "EventRescheduled"}),
        ({"attendance": "in_person", "venue": "Old Mill", "venue_address": "1 Mill Road"},
         {"eventAttendanceMode": "OfflineEventAttendanceMode"}),
        ({"attendance": "both", "venue": "Old Mill"},
         {"eventAttendanceMode": "MixedEventAttendanceMode"}),
    ],
)  # fmt: skip
def test_machines_learn_state_and_place(client, more, expected):
    event = factories.event(**more)
    data = data_of(client, event)
    for name, value in expected.items():
        assert data[name] == f"https://schema.org/{value}"
    # What is required: name, startDate, location; and each of them in its form.
    assert data["name"] == event.title
    assert datetime.fromisoformat(data["startDate"]) == event.starts_at
    assert datetime.fromisoformat(data["endDate"]) == event.ends_at
    assert datetime.fromisoformat(data["startDate"]).utcoffset() is not None
    assert data["description"]
    assert data["organizer"]
    places = data["location"] if isinstance(data["location"], list) else [data["location"]]
    assert [place["@type"] for place in places] == {
        "online": ["VirtualLocation"], "in_person": ["Place"], "both": ["Place", "VirtualLocation"],
    }[event.attendance]  # fmt: skip
    for place in places:
        if place["@type"] == "Place":
            assert place["name"] == "Old Mill"
            assert place["address"]
        else:
            assert place["url"].endswith(event.path)


def test_machines_learn_who_speaks_and_what_it_costs(client):
    event = classified(capacity=1, picture=made.image(), hosts="Alderbrook Institute")
    event.event_people.create(person=made.person("Bo Li"), part="host")
    data = data_of(client, event)
    assert [(each["@type"], each["name"]) for each in data["performer"]] == [("Person", "Ana")]
    assert [each["name"] for each in data["organizer"]] == ["Alderbrook Institute", "Bo Li"]
    assert data["image"][0].endswith(event.picture.file.url)
    offer = data["offers"]
    assert (offer["price"], offer["priceCurrency"]) == ("0", "USD")
    assert offer["availability"] == "https://schema.org/InStock"
    assert offer["url"].endswith(f"{event.path}register/")
    assert datetime.fromisoformat(offer["validFrom"]) == event.publish_at
    factories.registered(event)
    assert data_of(client, event)["offers"]["availability"] == "https://schema.org/SoldOut"


def test_of_a_price_in_words_no_offer_is_made_up(client):
    data = data_of(client, factories.event(price_note="20 dollars"))
    assert "offers" not in data
    assert data["isAccessibleForFree"] is False
