"""Several tags become one: items, histories, addresses, and what is kept for later."""

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import User
from django.db import connection
from django.test.utils import CaptureQueriesContext
from taggit.models import Tag, TaggedItem

from blog.models import Post
from competencyworks.core import revisions
from competencyworks.core.history.working import keep_working_copy, working_copy
from competencyworks.core.models import FormerTag
from competencyworks.core.taxonomy.acts import CannotChange
from competencyworks.core.taxonomy.merging import merge_tags
from competencyworks.core.taxonomy.retiring import rename_tag, retire_tag
from tests import factories
from tests.events.factories import event

pytestmark = pytest.mark.django_db


def tag(name: str, **more) -> Tag:
    return Tag.objects.create(name=name, **more)


def names(item) -> list[str]:
    return sorted(item.tags.values_list("name", flat=True))


def merge(kept: str, *dropped: str, by=None) -> int:
    keys = dict(Tag.objects.values_list("name", "pk"))
    return merge_tags(keys[kept], [keys[name] for name in dropped], by)


def of_every_kind(**more) -> list:
    webinar = event()
    webinar.tags.add(*more["tags"])
    make = (
        factories.post, factories.digest, factories.series, factories.paper, factories.page,
        factories.wiki_page, factories.resource,
    )  # fmt: skip
    return [webinar, *(each(**more) for each in make)]


def test_items_of_every_kind_bear_the_tag_that_is_kept():
    items = of_every_kind(tags=["Old", "Kept", "Other"])
    items += of_every_kind(tags=["Old", "Older"])
    assert merge("Kept", "Old", "Older") == len(items) == 16
    assert [names(item) for item in items] == [["Kept", "Other"]] * 8 + [["Kept"]] * 8
    assert set(Tag.objects.values_list("name", flat=True)) == {"Kept", "Other"}
    assert TaggedItem.objects.count() == 24


def test_the_history_of_each_item_says_who_merged_what():
    user = User.objects.create(username="ed")
    post = factories.post(tags=["Old"], authors=[factories.person()])
    tag("Kept")
    revisions.record(post)
    merge("Kept", "Old", by=user)
    last, first = revisions.history(post)
    assert (last.number, last.author, last.reason) == (2, user, "Tag “Old” merged into “Kept”")
    assert (first.content["tags"], last.content["tags"]) == (["Old"], ["Kept"])
    assert last.content["ordered_authors"] == first.content["ordered_authors"]
    assert last.visible_from == post.publish_at


def test_an_item_that_was_never_recorded_keeps_what_it_was():
    post = factories.post(tags=["Old"])
    tag("Kept")
    merge("Kept", "Old")
    assert [row.content["tags"] for row in revisions.history(post)] == [["Kept"], ["Old"]]


def test_the_log_tells_of_what_is_kept_and_what_went():
    user = User.objects.create(username="ed")
    factories.post(tags=["Old"])
    tag("Kept")
    merge("Kept", "Old", by=user)
    told = {(row.object_repr, row.change_message) for row in LogEntry.objects.filter(user=user)}
    assert told == {
        ("Kept", "Merged “Old” into it; 1 item changed."),
        ("Old", "Merged into “Kept”."),
    }


def test_addresses_lead_to_the_tag_that_is_kept_in_one_hop(client):
    factories.post(tags=["Old", "Older", "Kept"])
    merge("Old", "Older")
    merge("Kept", "Old")
    for path in ("/tags/old/", "/tags/older/", "/tag/old/", "/tag/older/"):
        response = client.get(path)
        assert (response.status_code, response["Location"]) == (301, "/tags/kept/"), path
    assert client.get("/tags/old/feed/")["Location"] == "/tags/kept/feed/"


def test_an_old_revision_brings_no_dropped_tag_back():
    post = factories.post(tags=["Old", "Older", "Other"])
    tag("Kept")
    first = revisions.record(post)
    merge("Old", "Older")
    merge("Kept", "Old")
    post.tags.clear()
    assert revisions.restore(post, first) == []
    assert names(post) == ["Kept", "Other"]
    assert not Tag.objects.filter(name__startswith="Old").exists()


def test_an_old_revision_says_which_tag_was_retired():
    post = factories.post(tags=["Gone", "Other"])
    first = revisions.record(post)
    retire_tag(Tag.objects.get(name="Gone").pk)
    assert names(post) == ["Other"]
    assert revisions.restore(post, first) == ["Tags: “Gone”, which was retired"]
    assert names(post) == ["Other"]


def test_working_copies_follow():
    post = factories.post(tags=["Old"])
    tag("Kept")
    base = revisions.record(post)
    keep_working_copy(post, base.content | {"tags": ["More", "Old"]}, base=1)
    merge("Kept", "Old")
    assert working_copy(post).content["tags"] == ["Kept", "More"]
    rename_tag(Tag.objects.get(name="Kept").pk, "Best", "best")
    assert working_copy(post).content["tags"] == ["Best", "More"]
    retire_tag(Tag.objects.get(name="Best").pk)
    assert working_copy(post).content["tags"] == ["More"]


def test_a_new_name_is_noted_in_histories_and_keeps_the_address(client):
    post = factories.post(tags=["Old"])
    first = revisions.record(post)
    assert rename_tag(Tag.objects.get().pk, "New", "new") == 1
    last = revisions.history(post).first()
    assert (last.reason, last.content["tags"]) == ("Tag “Old” renamed to “New”", ["New"])
    assert client.get("/tags/old/")["Location"] == "/tags/new/"
    assert revisions.restore(post, first) == []
    assert names(post) == ["New"]
    assert Tag.objects.count() == 1


def test_a_tag_that_has_the_name_again_comes_before_the_one_that_took_its_place():
    post = factories.post(tags=["Old"])
    tag("Kept")
    first = revisions.record(post)
    merge("Kept", "Old")
    tag("old")
    revisions.restore(post, first)
    assert names(post) == ["old"]


def test_nothing_changes_where_a_tag_is_gone_or_there_is_nothing_to_merge():
    post = factories.post(tags=["Old", "Kept"])
    kept, old = Tag.objects.get(name="Kept").pk, Tag.objects.get(name="Old").pk
    for args in ((kept, [old, 9999]), (9999, [old]), (kept, [kept]), (kept, [])):
        with pytest.raises(CannotChange):
            merge_tags(*args)
    assert names(post) == ["Kept", "Old"]
    assert not FormerTag.objects.exists()
    assert not revisions.history(post).exists()


def test_what_an_import_wrote_of_a_dropped_tag_names_the_one_that_is_kept():
    from django.contrib.contenttypes.models import ContentType

    from competencyworks.website.wordpress.models import ImportedItem

    old, kept = tag("Old"), tag("Kept")
    kind = ContentType.objects.get_for_model(Tag)
    row = ImportedItem.objects.create(
        source="x", kind="tag", key="old", content_type=kind, object_id=old.pk
    )
    merge("Kept", "Old")
    row.refresh_from_db()
    assert row.item == kept


def many(count: int) -> None:
    kept, old = tag(f"Kept {count}"), tag(f"Old {count}")
    channel = factories.channel()
    posts = [
        Post(title=f"Post {number}", slug=f"p-{count}-{number}", channel=channel)
        for number in range(count)
    ]
    for post in posts:
        post.derive()
    Post.objects.bulk_create(posts)
    kind = TaggedItem(content_object=posts[0], tag=old).content_type
    TaggedItem.objects.bulk_create(
        TaggedItem(tag=old, content_type=kind, object_id=post.pk) for post in posts
    )
    with CaptureQueriesContext(
        connection,
    ) as queries:
        assert merge_tags(kept.pk, [old.pk]) == count
    assert TaggedItem.objects.filter(tag=kept).count() == count
    return len(queries)


def test_many_items_are_changed_by_few_queries():
    few, more = many(10), many(900)
    # A step of 200 items is some 20 queries, whatever it holds.
    assert more - few <= 4 * 40
