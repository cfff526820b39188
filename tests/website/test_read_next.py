"""What a post leads on to at its end."""

import pytest
from lxml import html

from competencyworks.website.models import RecordedEvent
from tests import factories
from tests.events.factories import event as make_event

pytestmark = pytest.mark.django_db
HIDDEN = [
    {"public": False},
    {"publish_at": factories.ahead(days=1)},
    {"unpublish_at": factories.ago(minutes=1)},
    {"trashed_at": factories.ago(minutes=1)},
]


@pytest.fixture
def topic(db):
    return factories.topic("Equity", slug="equity")


def page(client, item):
    return html.fromstring(client.get(item.path).content)


def read_next(client, item) -> list[str]:
    """The lines under 'Read next', with the day left out."""
    lines = page(client, item).xpath("//section[@class='read-next']//li")
    return [" ".join(line.xpath("*[not(@class='date')]//text()")) for line in lines]


def turn(client, item) -> dict[str, str]:
    """The titles that lead back and on, by the relation of their links."""
    links = page(client, item).xpath("//nav[@class='turn']//a")
    return {
        link.get("rel"): link.xpath(".//*[@class='turn-title']")[0].text_content() for link in links
    }


def recorded(topic, **more):
    made = make_event(recording_url="https://video.example.org/1", **{"days": -9, **more})
    made.topics.add(topic)
    return made


def test_a_post_leads_to_two_posts_on_its_topics_a_resource_and_a_recording(client, topic):
    here = factories.post(title="Here", topics=[topic], publish_at=factories.ago(days=3))
    for days in (9, 2, 5):
        factories.post(
            title=f"Post {days}", topics=[topic], publish_at=factories.ago(days=days),
            channel="higher-ed",
        )  # fmt: skip
    factories.post(title="Elsewhere", publish_at=factories.ago(days=1))
    for days in (9, 4):
        factories.resource(
            title=f"Guide {days}", topics=[topic], kind="tool", publish_at=factories.ago(days=days)
        )
    recorded(topic, title="Long ago", days=-90)
    recorded(topic, title="Lately")
    recorded(topic, title="Called off", days=-1, cancelled_at=factories.ago(days=2))
    recorded(topic, title="Not yet", days=4)
    recorded(factories.topic(), title="Elsewhere", days=-1)
    assert read_next(client, here) == ["Post 2", "Post 5", "Tool Guide 4", "Recording Lately"]


def test_a_post_without_a_topic_leads_to_the_newest_of_its_blog(client):
    here = factories.post(publish_at=factories.ago(days=30))
    for days in (1, 2, 29, 31, 40):
        factories.post(title=f"Post {days}", publish_at=factories.ago(days=days))
    factories.post(title="Of the other blog", channel="higher-ed", publish_at=factories.ago(days=1))
    assert read_next(client, here) == ["Post 1", "Post 2"]
    assert turn(client, here) == {"prev": "Post 31", "next": "Post 29"}


@pytest.mark.parametrize("state", HIDDEN)
def test_what_is_not_public_is_not_read_next(client, topic, state):
    here = factories.post(topics=[topic], publish_at=factories.ago(days=2))
    factories.post(topics=[topic], **state)
    factories.resource(topics=[topic], **state)
    made = make_event(days=-9, recording_url="https://v.example.org/1", **{"public": True, **state})
    made.topics.add(topic)
    assert read_next(client, here) == []
    assert turn(client, here) == {}


def test_posts_of_one_moment_follow_each_other(client):
    moment = factories.ago(days=3)
    first, second, third = (
        factories.post(title=title, publish_at=moment) for title in ("One", "Two", "Three")
    )
    assert turn(client, first) == {"next": "Two"}
    assert turn(client, second) == {"prev": "One", "next": "Three"}
    assert turn(client, third) == {"prev": "Two"}


def test_a_digest_leads_to_the_digests_before_and_after_it(client):
    days = {"Oldest": 9, "Middle": 6, "Newest": 3}
    made = {
        title: factories.digest(title=title, publish_at=factories.ago(days=age), channel=channel)
        for (title, age), channel in zip(days.items(), ["k-12", "higher-ed", "k-12"], strict=True)
    }
    factories.post(title="No digest", publish_at=factories.ago(days=5))
    assert turn(client, made["Middle"]) == {"prev": "Oldest", "next": "Newest"}
    assert turn(client, made["Newest"]) == {"prev": "Middle"}


def test_a_part_leads_to_its_next_part_alone_and_the_last_one_to_more(client, topic):
    series = factories.series()
    first, last = (
        factories.post(title=title, series=series, series_position=place, topics=[topic])
        for place, title in enumerate(["First part", "Last part"])
    )
    factories.post(title="On the topic", topics=[topic], publish_at=factories.ago(days=9))
    assert turn(client, first) == {"next": "Last part"}
    assert read_next(client, first) == []
    assert turn(client, last) == {"prev": "First part"}
    assert "On the topic" in read_next(client, last)


def test_no_recording_is_told_twice(client, topic):
    here = factories.post(topics=[topic])
    recorded(topic, title="On the topic")
    own = recorded(topic, title="Made of it", days=-3)
    RecordedEvent.objects.create(event=own, post=here)
    titles = [link.text for link in page(client, here).xpath("//footer//a")]
    assert titles.count("On the topic") == titles.count("Made of it") == 1
    assert "Recording On the topic" in read_next(client, here)


def test_the_end_of_a_post_goes_from_its_authors_on_to_the_comments(client, topic):
    ana = factories.person("Ana Ruiz", bio="<p>Ana taught physics.</p>")
    here = factories.post(authors=[ana], topics=[topic])
    factories.post(topics=[topic])
    words = page(client, here).xpath("//footer[@class='after']")[0].text_content()
    places = [words.index(each) for each in ("Ana taught", "Read next", "Subscribe", "Write a")]
    assert places == sorted(places)
