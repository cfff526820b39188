"""An event that is over becomes a draft post, once, and its people get one mail each."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import Group
from django.contrib.messages import get_messages
from django.utils import timezone

from blog.models import Channel, Post
from competencyworks.core.revisions import history
from events.models import Event
from tests import factories as made
from tests.conftest import signed_in
from tests.events import factories
from tests.events.pages import mails

pytestmark = pytest.mark.django_db


@pytest.fixture
def manager(db):
    client = signed_in("manager")
    client.user.groups.add(Group.objects.get(name="Event manager"))
    return client


@pytest.fixture
def event(db) -> Event:
    """Over, with all that a post is made of, and two who had a seat."""
    event = factories.event(
        title="Grading & learning",
        excerpt="What a grade says <now>.",
        recording_url="https://www.youtube.com/watch?v=abc&t=1",
        slides_url="https://slides.example.org/?a=1&b=2",
        picture=made.image(),
    )
    event.topics.add(made.topic("Equity"))
    event.tags.add("pacing")
    ann, bo = made.person("Ann Lee"), made.person("Bo Ray")
    event.event_people.create(person=bo, position=2, organization="Elm School")
    event.event_people.create(person=ann, position=1, role="Principal")
    event.event_people.create(person=made.person("Host"), part="host", position=0)
    factories.registered(event), factories.registered(event)
    start = timezone.now() - timedelta(days=1)
    Event.objects.filter(pk=event.pk).update(starts_at=start, ends_at=start + timedelta(hours=1))
    event.refresh_from_db()
    return event


def make_post(client, event, **data):
    channel = Channel.objects.get(slug="k-12")
    return client.post(
        f"/admin/events/event/{event.pk}/post/", {"channel": channel.pk, "whom": "seated", **data}
    )


def said(response) -> str:
    return " ".join(str(each) for each in get_messages(response.wsgi_request))


def test_the_draft_has_what_the_event_had(manager, event, editor):
    make_post(manager, event)
    post = Post.objects.get()
    assert (post.status, post.title, post.channel.slug) == ("draft", "Grading & learning", "k-12")
    assert [row.person.name for row in post.post_authors.all()] == ["Ann Lee", "Bo Ray"]
    assert [topic.name for topic in post.topics.all()] == ["Equity"]
    assert [tag.name for tag in post.tags.all()] == ["pacing"]
    assert (post.picture, post.excerpt) == (event.picture, event.excerpt)
    # The lead is HTML already; it stands there once, as a paragraph.
    assert "<p>What a grade says &lt;now&gt;.</p>" in post.body
    page = editor.get(f"/admin/blog/post/{post.pk}/preview/").content.decode()
    assert "Watch the video on YouTube" in page
    assert 'href="https://slides.example.org/?a=1&amp;b=2"' in page
    assert "Ann Lee, Principal" in page
    assert "Bo Ray, Elm School" in page
    assert event.path in page
    assert history(post).get().author == manager.user


def test_done_again_there_is_one_draft_and_one_mail_for_each(manager, event):
    assert "A draft was created; 2 emails will be sent" in said(make_post(manager, event))
    Post.objects.update(title="An editor’s title")
    response = make_post(manager, event)
    assert "already exists and was not changed" in said(response)
    assert "no emails will be sent" in said(response)
    assert Post.objects.get().title == "An editor’s title"
    assert len(mails("follow-up")) == 2
    page = manager.get(f"/admin/events/event/{event.pk}/post/").content.decode()
    assert "An editor’s title" in page


def test_the_mails_can_wait(manager, event):
    make_post(manager, event, whom="")
    assert not mails("follow-up")
    make_post(manager, event)
    assert (Post.objects.count(), len(mails("follow-up"))) == (1, 2)


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"recording_url": ""}, "link to the recording"),
        ({"cancelled_at": timezone.now()}, "is canceled"),
        ({"ends_at": timezone.now() + timedelta(days=1)}, "not over yet"),
    ],
)
def test_it_is_refused_with_the_reason(manager, event, changes, why):
    Event.objects.filter(pk=event.pk).update(**changes)
    assert why in said(make_post(manager, event))
    assert not Post.objects.exists()


def test_the_event_leads_there_once_it_is_over(manager, event, editor):
    address = f"/admin/events/event/{event.pk}/"
    assert f'href="{address}post/"' in manager.get(f"{address}change/").content.decode()
    # Editors have no business with those who registered.
    assert f'href="{address}post/"' not in editor.get(f"{address}change/").content.decode()
    assert make_post(editor, event).status_code == 403
    ahead = factories.event()
    page = manager.get(f"/admin/events/event/{ahead.pk}/change/").content.decode()
    assert "Create a post from it" not in page
