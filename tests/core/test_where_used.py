"""Where a picture is used, and what of that is public and of others."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from blog.models import Channel
from competencyworks.core import revisions, workflow
from competencyworks.core.history.working import keep_working_copy
from competencyworks.core.models import Person
from competencyworks.core.where_used import public_uses_by_others, uses_of
from competencyworks.website.models import SiteSettings
from events.models import Event, EventPerson
from tests.factories import ago, ahead

pytestmark = pytest.mark.django_db


def shown(image) -> str:
    return f'<p><img src="{image.file.url}" alt="" data-image="{image.pk}"></p>'


def an_event(**more) -> Event:
    event = Event(title="A webinar", starts_at=ahead(days=1), ends_at=ahead(days=2), **more)
    event.save()
    return event


def names(uses) -> set[str]:
    return {use.title for use in uses}


def everything_with(image, make) -> set[str]:
    """One item of each kind that shows `image`; returns their names."""
    items = [
        make.post(picture=image),
        make.digest(body=shown(image)),
        make.paper(body=shown(image)),
        make.paper(drawn_cover=image),
        make.series(picture=image),
        make.page(body=shown(image)),
        make.wiki_page(picture=image),
        make.resource(body=shown(image)),
        make.person(portrait=image),
        make.person(bio=shown(image)),
        an_event(join_note=shown(image)),
    ]
    channel = Channel.objects.first()
    channel.introduction = shown(image)
    channel.save()
    site, _ = SiteSettings.objects.get_or_create(pk=1)
    site.owner_mark = image
    site.save()
    return {str(item) for item in [*items, channel, site]}


def test_every_kind_tells_where_and_has_a_form(root, make):
    image = make.image()
    expected = everything_with(image, make)
    uses = uses_of(image)
    assert names(uses) == expected
    for use in uses:
        assert root.get(reverse(use.view, args=[use.pk]), follow=True).status_code == 200
    page = root.get(f"/admin/core/image/{image.pk}/change/").text
    assert "Readers see it in 12 places" in page  # the event is a draft


def test_an_item_that_shows_it_twice_is_told_once(make):
    image = make.image()
    make.post(picture=image, body=shown(image))
    assert [(use.is_public, use.in_text) for use in uses_of(image)] == [(True, True)]


def test_another_picture_whose_number_begins_alike_is_not_meant(make):
    image = make.image()
    make.post(body=f'<p><img src="/elsewhere.png" alt="" data-image="{image.pk}0"></p>')
    assert uses_of(image) == []


def test_a_working_copy_is_a_use_and_keeps_the_picture_from_being_deleted(root, make):
    image, cover = make.image(), make.image()
    post = make.post()
    content = revisions.content_of(post) | {"body": shown(image), "picture": cover.pk}
    keep_working_copy(post, content)
    for each in (image, cover):
        (use,) = uses_of(each)
        assert (use.pk, use.is_public, use.kind) == (post.pk, False, "working copy of a post")
        assert root.post(f"/admin/core/image/{each.pk}/delete/", {"post": "yes"}).status_code == 403


def test_an_earlier_file_is_no_use(root, make):
    image = make.image()
    image.versions.create(file="kept/pictures/1/x.png")
    assert uses_of(image) == []
    assert public_uses_by_others(image, root.user) == []


def test_what_is_public_and_of_others(author, make):
    image = make.image()
    expected = everything_with(image, make)
    assert names(public_uses_by_others(image, author.user)) == expected - {"A webinar"}


def test_own_items_are_not_of_others(author, make):
    image = make.image()
    me = make.person(user=author.user, portrait=image)
    make.post(picture=image, created_by=author.user)
    make.post(picture=image, authors=[me, make.person()])
    make.paper(body=shown(image), authors=[me])
    assert public_uses_by_others(image, author.user) == []
    other = make.post(picture=image, authors=[make.person()])
    assert names(public_uses_by_others(image, author.user)) == {other.title}


def test_to_be_named_as_presenter_does_not_make_an_event_ones_own(author, make):
    image = make.image()
    me = make.person(user=author.user)
    event = an_event(picture=image, status="published", publish_at=ago(days=1))
    EventPerson.objects.create(event=event, person=me)
    assert names(public_uses_by_others(image, author.user)) == {"A webinar"}


def test_what_nobody_sees_does_not_count(author, make):
    image = make.image()
    make.post(picture=image, public=False)
    make.post(picture=image, publish_at=ahead(days=1))
    make.post(picture=image, publish_at=ago(days=2), unpublish_at=ago(days=1))
    workflow.trash(make.post(body=shown(image)))
    assert public_uses_by_others(image, author.user) == []
    make.post(body=shown(image))
    assert len(public_uses_by_others(image, author.user)) == 1


def test_someone_elses_portrait_is_of_others(author, make):
    image = make.image()
    make.person(portrait=image)
    assert len(public_uses_by_others(image, author.user)) == 1
    Person.objects.update(user=author.user)
    assert public_uses_by_others(image, author.user) == []


@pytest.mark.parametrize("ask", [lambda image, user: uses_of(image), public_uses_by_others])
def test_costs_the_same_for_one_and_for_many(ask, author, make):
    image, counts = make.image(), []
    for _ in range(3):
        make.post(picture=image, body=shown(image))
        make.wiki_page(body=shown(image))
        with CaptureQueriesContext(connection) as captured:
            ask(image, author.user)
        counts.append(len(captured))
    assert len(set(counts)) == 1
    assert counts[0] <= 13
