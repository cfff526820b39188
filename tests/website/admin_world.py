"""At least one object of every kind that the admin shows, in the states and of the owners that the
policy's rules tell apart."""

from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Group, User
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.utils import timezone
from django_tasks_db.models import DBTaskResult
from taggit.models import Tag

from blog.models import Channel
from competencyworks.core import revisions
from competencyworks.core.addresses import OldAddress
from competencyworks.core.background import bulk_acts
from competencyworks.core.history.working import keep_working_copy
from competencyworks.core.models import (
    Ban,
    CitedChange,
    CommentReport,
    DiscussionSettings,
    Link,
    OutgoingMail,
    Person,
    State,
    SweepRun,
)
from competencyworks.core.publishing import Publishable
from competencyworks.website.models import SiteSettings
from events.models import EventPerson, MailWording, VideoPlace
from tests import factories
from tests.events import factories as of_events
from wiki.models import Suggestion

STATES = ("draft", "review", "published", "scheduled", "withdrawn", "trashed")
OUTSIDE = '<p>As <a href="https://elsewhere.example.org/law/">they say</a>.</p>'


def build(user: User) -> dict[type[models.Model], list[models.Model]]:
    """The objects by model, seen from `user`: own ones and those of others."""
    stranger = User.objects.create_user("stranger", is_staff=True)
    own = factories.person("Own Entry", user=user, email="own@example.org")
    other = factories.person("Other Entry", user=stranger, email="other@example.org")
    guest = factories.person("A Guest", email="guest@example.org")
    presenter = factories.person("A Presenter", email="presenter@example.org")
    found: dict[type[models.Model], list[models.Model]] = {
        Person: [own, other, guest, presenter],
        User: [user, stranger],
        Group: [Group.objects.get(name="Author"), Group.objects.create(name="Helpers")],
    }

    def add(*items: models.Model) -> None:
        for item in items:
            found.setdefault(type(item), []).append(item)

    for state in STATES:
        add(in_state(factories.post(created_by=user), state))
        add(in_state(factories.post(created_by=stranger), state))
        add(in_state(factories.post(created_by=stranger, authors=[own]), state))
    # The other kinds have their rules from the same place.
    for make in (factories.digest, factories.paper):
        add(in_state(make(created_by=stranger, authors=[own]), "draft"))
        add(in_state(make(created_by=user), "published"))
        add(in_state(make(created_by=stranger), "draft"))
    for make in (
        factories.series,
        factories.page,
        factories.wiki_page,
        factories.resource,
        of_events.event,
    ):
        for state in ("draft", "published", "trashed"):
            add(in_state(make(created_by=stranger), state))
    factories.post(title="By a guest", authors=[guest])
    citing = factories.post(title="Citing", body=OUTSIDE)
    link = Link.objects.get(outside__host="elsewhere.example.org")
    add(link.outside)
    kind = ContentType.objects.get_for_model(citing)
    add(
        CitedChange.objects.create(
            link=link, cited_type=kind, cited_id=citing.pk, changed_at=timezone.now()
        )
    )

    mine, mine_in_use = factories.image(created_by=user), factories.image(created_by=user)
    factories.post(title="Shows a picture", picture=mine_in_use, created_by=stranger)
    add(mine, mine_in_use, factories.image(created_by=stranger))
    used, unused = factories.topic("In use"), factories.topic("Not in use")
    factories.post(topics=[used], tags=["in use"])
    add(used, unused, State.objects.first(), Channel.objects.first())
    add(Tag.objects.get(name="in use"), Tag.objects.create(name="not in use"))
    add(OldAddress.objects.create(path="/before/", to="/after/"))
    comment = factories.comment(citing, status="waiting", email="reader@example.org")
    add(comment, CommentReport.objects.create(comment=comment, reason="Rude"))
    add(Ban.objects.create(kind="email", value="bad@example.org"))
    add(DiscussionSettings.objects.get_or_create(pk=1)[0], SiteSettings.objects.get(pk=1))
    add(OutgoingMail.objects.create(key="one", kind="test", to_email="a@example.org", subject="Hi"))
    add(SweepRun.objects.create(name="one"))
    publish = bulk_acts.registry["publish"]
    add(bulk_acts.start(publish, type(citing), {citing.pk: ""}, by=user))
    add(bulk_acts.start(publish, type(citing), {citing.pk: ""}, by=stranger))
    add(
        DBTaskResult.objects.create(
            task_path="competencyworks.core.pictures.image_removal.remove_files",
            args_kwargs={"args": [], "kwargs": {}},
            backend_name="default",
        )
    )
    event = of_events.event(sign_up="form", capacity=5)
    EventPerson.objects.create(event=event, person=presenter)
    seat = of_events.registered(event)
    add(event, seat)
    add(VideoPlace.objects.create(registration=seat, kind="meeting", meeting="1"))
    LogEntry.objects.log_actions(stranger.pk, [event], 2, change_message="Changed.")
    add(LogEntry.objects.get())
    add(MailWording.objects.create(kind="seat", subject="A", opening="B"))
    add(Suggestion.objects.create(title="Read this", url="https://x.example/", name="Ana"))
    return found


def in_state(item: Publishable, state: str) -> Publishable:
    """`item` (made public) in `state`, with a first revision and, if readers see it, a copy."""
    changes = {
        "draft": {"status": "draft", "publish_at": None},
        "review": {"status": "review", "publish_at": None},
        "published": {},
        "scheduled": {"publish_at": factories.ahead(days=3)},
        "withdrawn": {"status": "withdrawn"},
        "trashed": {"status": "draft", "trashed_at": timezone.now()},
    }[state]
    for name, value in changes.items():
        setattr(item, name, value)
    item.save()
    revisions.record(item, reason="First")
    if state == "published":
        keep_working_copy(item, {**revisions.content_of(item), "title": "Changed"}, base=1)
    return item
