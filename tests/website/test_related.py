"""Posts beside events, and events beside posts."""

import pytest
from django.contrib.auth.models import Group
from django.db import connection
from django.test.utils import CaptureQueriesContext
from lxml import html

from competencyworks.website.models import RecordedEvent, RelatedPost
from events.models import Event
from tests import factories
from tests.conftest import signed_in
from tests.events.factories import event as make_event

pytestmark = pytest.mark.django_db
UNPUBLISHED = [
    {"public": False},
    {"public": False, "status": "review"},
    {"publish_at": factories.ahead(days=1)},
    {"unpublish_at": factories.ago(minutes=1)},
    {"status": "withdrawn"},
    {"trashed_at": factories.ago(minutes=1)},
]


@pytest.fixture
def topic(db):
    return factories.topic(slug="equity")


def event(*topics, **more) -> Event:
    made = make_event(**more)
    made.topics.set(topics)
    return made


def beside(client, item) -> list[str]:
    """The titles at the foot of the page of `item`."""
    tree = html.fromstring(client.get(item.path).content)
    links = tree.xpath("//section[contains(@class, 'related')]//li//a")
    return [link.text_content() for link in links]


def test_an_event_shows_the_newest_posts_on_its_topics(client, topic):
    other = factories.topic(slug="other")
    for days in (5, 2, 9, 3):
        factories.post(title=f"Post {days}", topics=[topic], publish_at=factories.ago(days=days))
    factories.post(title="Elsewhere", topics=[other], publish_at=factories.ago(days=1))
    assert beside(client, event(topic)) == ["Post 2", "Post 3", "Post 5"]
    assert beside(client, event()) == []


def test_posts_that_staff_chose_stand_instead_in_their_order(client, topic):
    here = event(topic)
    factories.post(title="On the topic", topics=[topic])
    for position, title in enumerate(["Second", "First"]):
        post = factories.post(title=title)
        RelatedPost.objects.create(event=here, post=post, position=2 - position)
    assert beside(client, here) == ["First", "Second"]
    RecordedEvent.objects.create(event=here, post=factories.post(title="Created from it"))
    assert beside(client, here) == ["Created from it", "First", "Second"]


@pytest.mark.parametrize("state", UNPUBLISHED)
def test_posts_that_are_not_public_stand_beside_no_event(client, topic, state):
    here = event(topic)
    RelatedPost.objects.create(event=here, post=factories.post(topics=[topic], **state))
    assert beside(client, here) == []


def test_a_post_shows_events_on_its_topics_the_next_first(client, topic):
    post = factories.post(topics=[topic])
    for days in (9, -2, 3, -5):
        event(topic, title=f"Day {days}", days=days)
    event(topic, title="Called off", cancelled_at=factories.ago(days=1))
    event(title="Elsewhere", days=1)
    assert beside(client, post) == ["Day 3", "Day 9", "Day -2"]
    assert beside(client, factories.post()) == []


def test_a_post_shows_the_event_it_was_made_of_and_chosen_for_beside_the_next_one(client, topic):
    post = factories.post(topics=[topic])
    event(topic, title="Next")
    RelatedPost.objects.create(event=event(title="Chosen", days=-9), post=post)
    RecordedEvent.objects.create(event=event(title="Created from", days=-20), post=post)
    assert beside(client, post) == ["Next", "Created from", "Chosen"]


@pytest.mark.parametrize("state", UNPUBLISHED)
def test_events_that_are_not_public_stand_beside_no_post(client, topic, state):
    post = factories.post(topics=[topic])
    hidden = event(topic, **{"public": True, **state})
    RelatedPost.objects.create(event=hidden, post=post)
    assert beside(client, post) == []


def test_an_event_costs_the_same_queries_however_many_posts_there_are(client, topic):
    here = event(topic)
    counts = []
    for _ in range(2):
        for _ in range(4):
            factories.post(topics=[topic])
        with CaptureQueriesContext(connection) as queries:
            client.get(here.path)
        counts.append(len(queries))
    assert counts == [4, 4]  # event, chosen posts, posts on its topics, site
    RelatedPost.objects.create(event=here, post=factories.post())
    with CaptureQueriesContext(connection) as queries:
        client.get(here.path)
    assert len(queries) == 3


def test_an_editor_chooses_posts_and_a_manager_of_events_sees_none_of_that(editor):
    manager = signed_in("manager")
    manager.user.groups.add(Group.objects.get(name="Event manager"))
    here = event()
    url = f"/admin/events/event/{here.pk}/change/"
    field = 'name="related_posts-TOTAL_FORMS"'
    assert field in editor.get(url).content.decode()
    assert field not in manager.get(url).content.decode()
