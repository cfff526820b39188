"""Merges over several connections at the same time: none waits for ever, and nothing is lost."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection
from taggit.models import Tag

from competencyworks.core import revisions
from competencyworks.core.models import Topic
from competencyworks.core.taxonomy.acts import CannotChange
from competencyworks.core.taxonomy.merging import merge_tags, merge_topics
from tests import factories

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*acts) -> list:
    """What each of `acts` returned or raised, all started in one moment."""
    start = Barrier(len(acts))

    def run(act):
        try:
            start.wait(10)
            return act()
        except CannotChange as error:
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        return [done.result(60) for done in [pool.submit(run, act) for act in acts]]


def test_the_same_tag_is_merged_in_opposite_ways():
    posts = [factories.post(tags=["One", "Two"][number % 2 :]) for number in range(6)]
    one, two = (Tag.objects.get(name=name).pk for name in ("One", "Two"))
    found = at_once(*[lambda: merge_tags(one, [two]), lambda: merge_tags(two, [one])] * 2)
    assert sum(isinstance(each, CannotChange) for each in found) == 3
    kept = Tag.objects.get()
    for post in posts:
        assert list(post.tags.all()) == [kept]
        if last := revisions.history(post).first():  # none where it bore that tag alone
            assert last.content["tags"] == [kept.name]


def test_topics_are_merged_in_a_ring():
    topics = [factories.topic(name) for name in ("A", "B", "C")]
    posts = [factories.post(topics=[topic]) for topic in topics]
    a, b, c = (topic.pk for topic in topics)
    found = at_once(
        lambda: merge_topics(a, [b]), lambda: merge_topics(b, [c]), lambda: merge_topics(c, [a])
    )
    done = sum(not isinstance(each, CannotChange) for each in found)
    left = set(Topic.objects.offered())
    assert len(left) == 3 - done < 3
    for post in posts:
        assert set(post.topics.all()) <= left
        assert post.topics.count() == 1
