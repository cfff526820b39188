"""Anastazja, who left her traces everywhere, and Ben, whose data must stay."""

from types import SimpleNamespace

import pytest
from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialAccount
from allauth.usersessions.models import UserSession
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.auth.models import User
from django.contrib.contenttypes.models import ContentType

from competencyworks.accounts import activity
from competencyworks.core import revisions
from competencyworks.core.addresses import remember
from competencyworks.core.client_address import hashed
from competencyworks.core.discussion.moderation import decide
from competencyworks.core.mail import strangers
from competencyworks.core.mail.outbox import Mail, queue
from competencyworks.core.models import (
    Attempt,
    Ban,
    Comment,
    CommentReport,
    OutgoingMail,
    SweepRun,
)
from competencyworks.website.models import ImportedItem
from tests import factories
from tests.core import background_work
from tests.events import factories as events
from wiki.models import Suggestion
from wiki.suggesting import deciding, from_comments, submission
from wiki.watching import acts

EMAIL = "Anastazja.Silvarow@Example.org"
NAME = "Anastazja O'Silvarow"


@pytest.fixture
def ana(db) -> SimpleNamespace:
    """Everything that the rooms hold, with her address and her name in it."""
    post = factories.post(title="A post")
    mine = factories.comment(
        post,
        name=NAME,
        email=EMAIL.lower(),
        website="https://silvarow.example.org/",
        body=f'<p>My words. Write to <a href="mailto:{EMAIL}">{EMAIL}</a>.</p>',
        user_agent="Silvarow-Browser/1.0",
        sender="203.0.113.9",
        network=hashed("203.0.113.0/24"),
        nonce="nonce-1",
        wants_replies=True,
        person=None,
    )
    revisions.record(mine)
    mine.body += "<p>More of my words.</p>"
    mine.save()
    revisions.record(mine, reason=f"Asked for by {EMAIL}")
    answer = factories.comment(
        post,
        parent=mine,
        name="Ben",
        email="ben@example.org",
        body=f"<p>I wrote to {EMAIL.upper()}, and\n{EMAIL} answered.</p>",
    )
    revisions.record(answer)
    hidden = factories.comment(post, name=NAME, email=EMAIL, status="spam", body="<p>Spam.</p>")
    revisions.record(hidden)
    _in_the_wiki(mine)
    decide(mine, Comment.Status.WAITING, source="moderator", reason=f"{NAME} asked from {EMAIL}")
    decide(mine, Comment.Status.APPROVED, source="moderator", reason="Ben vouches")
    CommentReport.objects.create(comment=answer, reporter="r", reason=f"It names {EMAIL}")
    Ban.objects.create(kind="email", value=EMAIL.lower(), reason=f"{NAME} shouts")
    Attempt.objects.create(action="comment", who=hashed(EMAIL))
    strangers.prove(EMAIL)
    _mails(mine, answer)
    events.registered(events.event(), name=NAME, email=EMAIL, role="Teacher")
    OutgoingMail.objects.filter(kind="registration.confirmed").delete()
    background_work.short.enqueue(f"to {EMAIL}")
    failed = background_work.fails.enqueue()
    type(failed.db_result).objects.filter(pk=failed.id).update(
        status="FAILED", traceback=f"SMTPError: <{EMAIL}> unknown"
    )
    SweepRun.objects.create(name="a.sweep", failures=1, error=f"ValueError: {EMAIL}")
    _staff_records(mine)
    factories.person("Ben", bio=f"<p>Works with {EMAIL}.</p>")
    return SimpleNamespace(comment=mine, answer=answer, hidden=hidden, post=post)


def _in_the_wiki(mine: Comment) -> None:
    """What she suggested, accepted, waiting and declined; what she watches; a comment's link."""
    curator = User.objects.create(username="curator-1", is_staff=True)
    page = factories.wiki_page("Pacing", body="<p>One.</p>")
    revisions.record(page)
    sending = {"name": NAME, "email": EMAIL, "note": f"I am {NAME}, {EMAIL}.", "address": ""}
    content = revisions.history(page).get().content

    def edit(body: str, nonce: str) -> Suggestion:
        new = content | {"body": body}
        return submission.submit_edit(page, 1, new, body, submission.Sending(nonce, **sending))

    deciding.accept_edit(edit("<p>Her edit.</p>", "w1"), curator, reason=f"As {NAME} said")
    deciding.decline(edit("<p>Declined.</p>", "w2"), curator, f"Sorry, {NAME}.")
    edit("<p>Waiting.</p>", "w3")
    values = {"title": "A guide", "url": "https://example.org/guide", "kind": "tool"}
    row = submission.submit_resource(
        {**values, "summary": "Good."}, submission.Sending("w4", **sending)
    )
    deciding.accept_resource(row, curator, publish=True)
    body = mine.body
    mine.body += '<p><a href="https://example.org/other">Another</a></p>'
    Comment.objects.filter(pk=mine.pk).update(body=mine.body)
    deciding.accept_resource(
        from_comments.suggest(mine, "https://example.org/other", curator), curator, publish=True
    )
    mine.body = body
    mine.save()
    acts.ask(page, EMAIL.lower(), "")
    OutgoingMail.objects.filter(kind__regex="^(suggestion|watch)_").delete()


def _mails(mine: Comment, answer: Comment) -> None:
    link = f"https://www.example.org/comments/{mine.pk}/"
    queue(
        [
            Mail("confirm-1", "comment.confirm", EMAIL, "Confirm", f"Dear {NAME}", to_name=NAME),
            Mail("confirm-2", "comment.confirm", EMAIL.lower(), "Confirm", "Again"),
            Mail(
                f"comment-{mine.pk}-moderate",
                "comment.moderate",
                "mod@example.org",
                f"{NAME} wrote",
                f"{NAME} <{EMAIL}> wrote at {link}:\nMy words.",
                html="<p>Anastazja O&#x27;Silvarow wrote: My words.</p>",
            ),
            Mail(
                "answer-to-ben",
                "comment.answer",
                "ben@example.org",
                f"Re: {NAME}",
                f"{NAME} answered you: {link}\nMy words.",
            ),
            Mail("other", "comment.answer", "ben@example.org", "Other", "Anastazja is a nice name"),
        ]
    )
    OutgoingMail.objects.filter(key__in=["confirm-2", "answer-to-ben"]).update(
        sent_at=factories.ago(days=1)
    )


def _staff_records(mine: Comment) -> None:
    editor = User.objects.create(username="editor-1", is_staff=True)
    comments = ContentType.objects.get_for_model(Comment)
    log = {"user": editor, "action_flag": CHANGE}
    LogEntry.objects.create(
        content_type=comments, object_id=str(mine.pk), object_repr=f"{NAME}, 2026-01-01", **log
    )
    LogEntry.objects.create(
        object_repr="Settings", change_message=f'[{{"changed": "{EMAIL}"}}]', **log
    )
    person = factories.person(NAME, email=EMAIL, bio=f"<p>{NAME} teaches.</p>", role="Teacher")
    factories.post(title="Written by her", authors=[person])
    person.slug = "ana-silvarow"
    person.save()
    remember(f"/author/{EMAIL}", person)
    ImportedItem.objects.create(
        source="old.example.org", kind="person", key=EMAIL, details={"mail": EMAIL}
    )
    people = ContentType.objects.get_for_model(person)
    LogEntry.objects.create(content_type=people, object_id=str(person.pk), object_repr=NAME, **log)
    user = User.objects.create(
        username=EMAIL.lower(), email=EMAIL, first_name="Anastazja", is_staff=True
    )
    _signs_in(user)


def _signs_in(user: User) -> None:
    EmailAddress.objects.create(user=user, email=EMAIL, primary=True)
    UserSession.objects.create(user=user, ip="203.0.113.9", session_key="k", user_agent="Silvarow")
    SocialAccount.objects.create(user=user, provider="sso", uid=EMAIL)
    activity.note(user, activity.SIGNED_IN)
