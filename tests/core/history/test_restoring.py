"""What an item held is put back: words, relations, order; and said what cannot be."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from blog.models import Post
from competencyworks.core import revisions
from competencyworks.core.models import Revision

pytestmark = pytest.mark.django_db


def every_kind(make):
    """One item of each kind, with what belongs to it."""
    from tests.events.factories import event

    ada, ben = make.person("Ada"), make.person("Ben")
    common = {
        "tags": ["One", "two"],
        "topics": [make.topic()],
        "states": [make.state("NH"), make.state("VT")],
        "picture": make.image(),
    }
    page = make.wiki_page("Mastery", **common)
    page.set_ordered_resources([[make.resource().pk, "First"], [make.resource().pk, ""]])
    webinar = event(picture=common["picture"])
    webinar.tags.add("One", "two")
    webinar.topics.set(common["topics"])
    webinar.set_ordered_people([[ada.pk, "presenter", "Chair", ""], [ben.pk, "host", "", "X"]])
    return [
        make.post(authors=[ben, ada], series=make.series(), series_position=3, **common),
        make.digest(**common),
        make.paper(authors=[ben, ada], year=2020, **common),
        make.series(**common),
        make.page(**common),
        make.resource(kind="policy", in_force_from="2020-01-31", grades=["high"], **common),
        page,
        webinar,
    ]


def test_each_kind_is_put_back_whole(make):
    for item in every_kind(make):
        item = type(item).objects.get(pk=item.pk)
        first = revisions.record(item)
        kept = revisions.content_of(item)
        blank = {
            name: type(value)()
            for name, value in first.content.items()
            if isinstance(value, list) or name in ("excerpt", "seo_title", "picture")
        }
        blank["picture"] = None
        revisions.apply(item, blank | {"body": "<p>Other</p>"})
        assert revisions.record(item).content != first.content
        assert revisions.restore(item, first) == []
        assert revisions.content_of(type(item).objects.get(pk=item.pk)) == kept, type(item)
        assert [row.number for row in revisions.history(item)] == [3, 2, 1]


def test_putting_on_what_an_item_holds_changes_nothing(make):
    for item in every_kind(make):
        item = type(item).objects.get(pk=item.pk)
        before = revisions.record(item).content
        rows = [row.pk for row in getattr(item, "post_authors", Post.objects.none()).all()]
        assert revisions.apply(item, before) == []
        assert revisions.record(type(item).objects.get(pk=item.pk)) is None
        assert rows == [r.pk for r in getattr(item, "post_authors", Post.objects.none()).all()]


def test_restoring_publishes_and_withdraws_nothing(make):
    post = make.post(public=False, body="<p>First</p>")
    draft = revisions.record(post)
    post.status, post.publish_at, post.body = "published", make.ago(days=1), "<p>Second</p>"
    post.save()
    revisions.record(post)
    revisions.restore(post, draft)
    assert post.body == "<p>First</p>"
    assert post.is_public
    revisions.restore(post, draft, state_too=True)
    assert post.status == "draft"


def test_what_no_longer_exists_is_left_out_and_told(make):
    topic, other, person = make.topic("Gone"), make.topic("Kept"), make.person()
    image, series = make.image(), make.series()
    post = make.post(topics=[topic, other], authors=[person], picture=image, series=series)
    first = revisions.record(post)
    post.post_authors.all().delete()
    for thing in (topic, person, series):
        thing.delete()
    post = Post.objects.get(pk=post.pk)
    told = revisions.restore(post, first)
    assert [row.name for row in post.topics.all()] == ["Kept"]
    assert post.ordered_authors() == []
    assert sorted(line.partition(":")[0] for line in told) == ["Authors", "Series", "Topics"]
    assert "1 that no longer exists" in told[0]


def test_an_address_that_another_item_took_stays_with_it(make):
    post = make.post(slug="first")
    first = revisions.record(post)
    post.slug = "second"
    post.save()
    revisions.record(post)
    taker = make.post(slug="first")
    told = revisions.restore(post, first)
    assert (post.slug, taker.slug) == ("second", "first")
    assert len(told) == 1
    assert told[0].startswith("Slug: stays as it is.")


def test_a_title_that_another_page_took_stays_with_it(make):
    page = make.wiki_page("Mastery")
    first = revisions.record(page)
    page.title = "Mastery learning"
    page.save()
    revisions.record(page)
    make.wiki_page("Mastery", slug="other")
    told = revisions.restore(page, first)
    assert page.title == "Mastery learning"
    assert "This is already the title of another page" in told[0]


def test_a_restored_item_says_who_restored_what(make, editor):
    post = make.post(title="One")
    first = revisions.record(post)
    post.title = "Two"
    post.save()
    revisions.record(post)
    revisions.restore(post, first, editor.user, "Two was wrong")
    last = revisions.history(post).first()
    assert (last.number, last.author, last.reason) == (3, editor.user, "Two was wrong")
    assert Revision.objects.filter(object_id=post.pk).count() == 3


def test_only_the_named_fields_are_taken(make):
    post = make.post(title="One", tags=["a"])
    revisions.apply(post, {"title": "Two", "tags": ["b"], "status": "draft"}, only=["title"])
    post.refresh_from_db()
    assert (post.title, post.status) == ("Two", "published")
    assert [tag.name for tag in post.tags.all()] == ["a"]


@settings(max_examples=25, deadline=None)
@given(st.lists(st.integers(0, 3), max_size=6, unique=True))
def test_any_order_of_authors_is_kept(order):
    from tests import factories as make

    people = [make.person() for _ in range(4)]
    post = make.post(authors=people)
    post.set_ordered_authors([people[number].pk for number in order])
    post = Post.objects.get(pk=post.pk)
    assert post.ordered_authors() == [people[number].pk for number in order]
