"""
Telling hosts (whose item it is) and moderators of a comment, with links by which each may decide
from the mail.

Who is told is settled in the act that stores or reopens the comment, which queues the mails. What
they say is written when they are sent: by then somebody may have decided.
"""

import re
from dataclasses import dataclass
from functools import cached_property

from django.contrib.auth import get_user_model
from django.db.models import Model

from ..client_address import hashes
from ..mail.letters import letter
from ..mail.outbox import Mail, queue, write
from ..mail.sending import checked
from ..metadata import absolute
from ..models import Comment, OutgoingMail
from ..prepared import Answers, Statement, asked_together
from . import decision_links, spam_service
from .folding import text_of

Status = Comment.Status
MODERATORS = "Moderator"
SHOWN = 1000  # characters of the comment in the mail
KIND = "moderation.comment"
KEY = re.compile(r"comment-(\d+)-(.+)-(\w+)")
# Occasions of a mail. Of each of the last two there can be several, which are numbered.
NEW, REPORTED, CHANGED = "new", "reported", "changed"
GONE = "the comment, or the page it was on, was deleted."
DECIDED = "someone has already decided on the comment."
LEFT = "its recipient is no longer a moderator and did not write the page it is on."
_STAFF = """
SELECT id, username, first_name, last_name, email FROM auth_user
WHERE is_staff AND is_active AND email <> '' AND id IN (
    SELECT user_id FROM auth_user_groups
    WHERE group_id = (SELECT id FROM auth_group WHERE name = %s)
)
ORDER BY id
"""


@dataclass(frozen=True)
class Recipient:
    """Who is told: `user` is the account of a moderator."""

    name: str
    email: str
    user: object = None

    @cached_property
    def key(self) -> str:
        """What stands for them in keys and links: it tells nobody their address."""
        return self.keys[0]

    @cached_property
    def keys(self) -> list[str]:
        """The key, and those of links and mails made under an earlier SECRET_KEY."""
        return [each[:16] for each in hashes(self.email)]


def questions(item: Model) -> dict[str, Statement]:
    """What recipients_from() must be told the answers of, for a comment under `item`."""
    hosts = getattr(item, "discussion_hosts", None)
    asked = {"moderators": (_STAFF, (MODERATORS,))}
    return {**asked, "hosts": hosts.statement(item=item.pk)} if hosts else asked


def recipients_from(answers: Answers) -> dict[str, Recipient]:
    """
    Who may decide on a comment from a mail, by key: active staff in the group Moderator who have
    an e-mail address, and whose item it is. Who is both is a moderator.
    """
    found = [Recipient(**row) for row in answers.get("hosts", ())]
    for user in (get_user_model()(**row) for row in answers["moderators"]):
        found.append(Recipient(user.get_full_name() or user.username, user.email, user))
    return {each.key: each for each in found}


def recipients(comment: Comment) -> dict[str, Recipient]:
    """All who may decide on `comment` from a mail, by key. One query, if its item is at hand."""
    return recipients_from(asked_together(questions(comment.item)))


def recipient_of(comment: Comment, key: str) -> Recipient | None:
    """Who holds `key` and may still decide on `comment` from a mail. One query."""
    return next((each for each in recipients(comment).values() if key in each.keys), None)


def announce(comment: Comment) -> None:
    """
    Queue the mails about a new comment that waits or is public; spam is announced to nobody.

    Where a spam service is asked first, the mails go out when it has spoken. Two queries.
    """
    if not spam_service.ask(comment):
        tell_people(comment)


def tell_people(comment: Comment, occasion: str = NEW) -> None:
    """Queue the mails about `comment`, once an occasion and recipient."""
    queue(mails_about(comment, recipients(comment), occasion))


def mails_about(comment: Comment, told: dict[str, Recipient], occasion: str = NEW) -> list[Mail]:
    """What to queue for recipients; nothing about spam, and nothing for the comment's writer."""
    if comment.status not in (Status.WAITING, Status.APPROVED):
        return []
    return [
        Mail(
            key=f"comment-{comment.pk}-{occasion}-{recipient.key}",
            kind=KIND,
            to_email=recipient.email,
            to_name=recipient.name,
            subject=_subject(comment),
            text="",
        )
        for recipient in told.values()
        if recipient.email.lower() != comment.email.lower()
    ]


@checked(KIND)
def look(mail: OutgoingMail) -> str | None:
    """Write a queued mail as the comment is now, unless it needs nobody's eyes any more."""
    pk, occasion, key = KEY.fullmatch(mail.key).groups()
    comment = Comment.objects.filter(pk=pk).first()
    if comment is None or comment.item is None:
        return GONE
    # A new comment that is public by now is told of as such; one that was reported or changed is
    # settled.
    if comment.status not in (Status.WAITING, Status.APPROVED if occasion == NEW else None):
        return DECIDED
    recipient = recipient_of(comment, key)
    if recipient is None:
        return LEFT
    write(mail, _mail(comment, recipient, mail.key, occasion.partition("-")[0]))
    return None


def _mail(comment: Comment, recipient: Recipient, key: str, occasion: str) -> Mail:
    context = {
        "comment": comment,
        "name": _name(comment),
        "words": _shortened(text_of(comment.body).strip()),
        "waits": comment.status == Status.WAITING,
        "occasion": occasion,
        "title": str(comment.item),
        "url": absolute(comment.get_absolute_url()),
        "links": [
            (label, absolute(decision_links.path_to(comment, act, recipient.key)))
            for act, label in decision_links.LABELS.items()
            if act != comment.status
        ],
        "is_host": recipient.user is None,
    }
    return letter(
        "moderation/comment",
        context,
        key=key,
        to_email=recipient.email,
        to_name=recipient.name,
        subject=_subject(comment),
    )


def _subject(comment: Comment) -> str:
    kind = "Review needed:" if comment.status == Status.WAITING else "A"
    return f"{kind} comment by {_name(comment)} on “{comment.item}”"


def _name(comment: Comment) -> str:
    return comment.name or "Anonymous"


def _shortened(text: str) -> str:
    return text if len(text) <= SHOWN else f"{text[:SHOWN].rstrip()} …"
