"""Several topics become one, or are retired: items, the tree, addresses, histories."""

import pytest
from django.contrib.auth.models import User

from competencyworks.core import revisions
from competencyworks.core.history.working import keep_working_copy, working_copy
from competencyworks.core.models import Topic
from competencyworks.core.taxonomy.acts import CannotChange
from competencyworks.core.taxonomy.merging import merge_topics
from competencyworks.core.taxonomy.retiring import bring_back, retire_topic
from tests import factories
from tests.events.factories import event

pytestmark = pytest.mark.django_db


def topics(item) -> list[str]:
    return sorted(item.topics.values_list("name", flat=True))


def of_every_kind(*on: Topic) -> list:
    webinar = event()
    webinar.topics.set(on)
    make = (
        factories.post, factories.digest, factories.series, factories.paper, factories.page,
        factories.wiki_page, factories.resource,
    )  # fmt: skip
    return [webinar, *(each(topics=on) for each in make)]


def test_items_of_every_kind_are_on_the_topic_that_is_kept():
    kept, old, older, other = map(factories.topic, ("Kept", "Old", "Older", "Other"))
    items = of_every_kind(kept, old, other) + of_every_kind(old, older)
    assert merge_topics(kept.pk, [old.pk, older.pk]) == len(items) == 16
    assert [topics(item) for item in items] == [["Kept", "Other"]] * 8 + [["Kept"]] * 8


def test_the_history_of_each_item_says_who_merged_what():
    user = User.objects.create(username="ed")
    kept, old, older = map(factories.topic, ("Kept", "Old", "Older"))
    page = factories.wiki_page("Mastery", topics=[old])
    merge_topics(kept.pk, [old.pk, older.pk], user)
    last, first = revisions.history(page)
    assert (last.author, last.reason) == (user, "Topics “Old”, “Older” merged into “Kept”")
    assert (first.content["topics"], last.content["topics"]) == ([old.pk], [kept.pk])


def test_topics_below_move_and_addresses_lead_to_the_one_that_is_kept(client):
    kept, old, older = map(factories.topic, ("Kept", "Old", "Older"))
    child = factories.topic("Child", parent=old)
    inner = factories.topic("Inner", parent=older)
    old.slug = "new"
    old.save()
    merge_topics(older.pk, [old.pk])
    merge_topics(kept.pk, [older.pk])
    for each in (child, inner):
        each.refresh_from_db()
        assert each.parent == kept
    for path in ("/topics/old/", "/topics/new/", "/topics/older/", "/category/older/"):
        response = client.get(path)
        assert (response.status_code, response["Location"]) == (301, "/topics/kept/"), path
    assert client.get("/topics/old/feed/")["Location"] == "/topics/kept/feed/"


def test_a_topic_is_not_merged_into_one_below_it():
    top = factories.topic("Top")
    inner = factories.topic("Inner", parent=factories.topic("Middle", parent=top))
    with pytest.raises(CannotChange, match="“Inner” stands below “Top”"):
        merge_topics(inner.pk, [top.pk])
    merge_topics(top.pk, [inner.pk])  # the other way round it is


def test_nothing_changes_where_a_topic_is_out_of_use():
    kept, old = map(factories.topic, ("Kept", "Old"))
    merge_topics(kept.pk, [old.pk])
    for args in ((kept.pk, [old.pk]), (old.pk, [kept.pk]), (kept.pk, [kept.pk])):
        with pytest.raises(CannotChange):
            merge_topics(*args)
    assert Topic.objects.offered().get() == kept


def test_an_old_revision_is_put_back_on_the_topic_that_is_kept():
    kept, old, older, gone = map(factories.topic, ("Kept", "Old", "Older", "Gone"))
    post = factories.post(topics=[old, older, gone])
    first = revisions.record(post)
    merge_topics(old.pk, [older.pk])
    merge_topics(kept.pk, [old.pk])
    retire_topic(gone.pk)
    post.topics.clear()
    assert revisions.restore(post, first) == ["Topics: 1 that no longer exists"]
    assert topics(post) == ["Kept"]


def test_working_copies_follow():
    kept, old, gone = map(factories.topic, ("Kept", "Old", "Gone"))
    post = factories.post(topics=[old])
    base = revisions.record(post)
    keep_working_copy(post, base.content | {"topics": [old.pk, gone.pk]}, base=1)
    merge_topics(kept.pk, [old.pk])
    retire_topic(gone.pk)
    assert working_copy(post).content["topics"] == [kept.pk]


def test_a_retired_topic_leads_to_its_parent_or_to_the_list(client):
    top = factories.topic("Top")
    middle = factories.topic("Middle", parent=top)
    inner = factories.topic("Inner", parent=middle)
    post = factories.post(topics=[middle, inner])
    middle.slug = "central"
    middle.save()
    assert retire_topic(middle.pk) == 1
    inner.refresh_from_db()
    assert (topics(post), inner.parent) == (["Inner"], top)
    last = revisions.history(post).first()
    assert last.reason == "Topic “Middle” retired"
    for path in ("/topics/middle/", "/topics/central/"):
        assert client.get(path)["Location"] == "/topics/top/"
    retire_topic(top.pk)
    for path in ("/topics/middle/", "/topics/central/", "/topics/top/"):
        response = client.get(path)
        assert (response.status_code, response["Location"]) == (301, "/topics/"), path


def test_a_retired_topic_can_be_brought_back(client):
    topic = factories.topic("Back", slug="was")
    topic.slug = "back"
    topic.save()
    retire_topic(topic.pk)
    bring_back(topic.pk)
    assert client.get("/topics/back/").status_code == 200
    assert client.get("/topics/was/")["Location"] == "/topics/back/"
    with pytest.raises(CannotChange):
        bring_back(topic.pk)


def test_a_merged_topic_stays_merged():
    kept, old = map(factories.topic, ("Kept", "Old"))
    merge_topics(kept.pk, [old.pk])
    with pytest.raises(CannotChange, match="merged into “Kept,”"):
        bring_back(old.pk)


def test_readers_meet_no_retired_topic(client):
    retired, used = factories.topic("Retirement"), factories.topic("Assessment")
    retire_topic(retired.pk)
    items = of_every_kind(used)
    for item in items:
        # As if somebody had saved a form at the moment of the retirement.
        type(item).topics.through._base_manager.create(
            **{f"{item.topics.source_field_name}_id": item.pk, "topic_id": retired.pk}
        )
    pages = [
        "/topics/", "/papers/", "/events/", "/wiki/resources/", "/search/?q=Retirement",
        "/sitemap-lists.xml", "/wiki/resources.csv", *(item.get_absolute_url() for item in items),
    ]  # fmt: skip
    for path in pages:
        response = client.get(path)
        content = response.getvalue() if response.streaming else response.content
        text = content.decode().replace("“Retirement”", "").replace('value="Retirement"', "")
        assert response.status_code == 200, path
        assert "Retirement" not in text.replace("Search: Retirement", ""), path
        assert "/topics/retirement/" not in text, path
    for path in ("/papers/?topic=retirement", "/events/?topic=retirement"):
        assert client.get(path).status_code == 404, path
    assert "There is no topic" in client.get("/wiki/resources/?topic=retirement").content.decode()


def test_a_merge_that_cannot_be_shows_no_preview(editor):
    above = factories.topic("Assessment")
    child = factories.topic("Grading", parent=above)
    asked = {"ids": f"{above.pk},{child.pk}", "keep": child.pk}
    page = editor.get("/admin/core/topic/merge/", asked).text
    assert "stands below" in page
    assert "will be merged into" not in page
    asked["keep"] = above.pk
    assert "will be merged into" in editor.get("/admin/core/topic/merge/", asked).text
