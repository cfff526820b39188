"""The articles that go with an event."""

import pytest
from lxml import html

from competencyworks.website.models import RecordedEvent
from tests import factories as made
from tests.events import factories

pytestmark = pytest.mark.django_db


def related(client, event) -> list[str]:
    tree = html.fromstring(client.get(event.path).content)
    return tree.xpath("//section[@aria-labelledby='related-posts']//a/text()")


def event_on(*topics):
    event = factories.event()
    event.topics.add(*topics)
    return event


def test_articles_on_its_topics_are_named_the_newest_first(client):
    equity, pacing = made.topic("Equity"), made.topic("Pacing")
    for day, topics in enumerate([[equity], [pacing], [equity, pacing], []], start=1):
        made.post(title=f"Article {day}", topics=topics, publish_at=made.ago(days=day))
    assert related(client, event_on(equity, pacing)) == ["Article 1", "Article 2", "Article 3"]


def test_the_article_about_the_event_itself_comes_first_and_once(client):
    topic = made.topic("Equity")
    event = event_on(topic)
    about = made.post(title="About it", topics=[topic], publish_at=made.ago(days=300))
    RecordedEvent.objects.create(event=event, post=about)
    for day in range(1, 7):
        made.post(title=f"Article {day}", topics=[topic], publish_at=made.ago(days=day))
    assert related(client, event) == ["About it", "Article 1", "Article 2", "Article 3"]


def test_what_is_not_public_is_not_named(client):
    topic = made.topic("Equity")
    event = event_on(topic)
    made.post(topics=[topic], public=False)
    made.post(topics=[topic], publish_at=made.ahead(days=1))
    RecordedEvent.objects.create(event=event, post=made.post(public=False))
    assert related(client, event) == []
    assert "To read with it" not in client.get(event.path).content.decode()
