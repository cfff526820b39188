"""
Storing a comment: the one act by which readers' words come in.

At most one comment comes of one form, however often and at once it is sent: the nonce in its
token is unique in the table. At most one comes of two forms with the same words; see same_words.
"""

from dataclasses import dataclass

from django.db import IntegrityError, models, transaction
from django.utils import timezone

from .. import floods
from ..mail import outbox
from ..models import Attempt, Comment, CommentDecision
from ..prepared import Insertion, asked_together, stored_together
from . import announcing, answering, confirming, defence, same_words, spam_service
from .form_tokens import FormToken
from .proofs import proves
from .threads import Conversation

Status = Comment.Status
_COMMENTS, _DECISIONS = Insertion(Comment, has_keys=True), Insertion(CommentDecision)
# Written out, as one row of a larger question. The key is that of the comment to come.
_BEFORE = """
SELECT nextval(pg_get_serial_sequence('core_comment', 'id')) AS key,
EXISTS (SELECT FROM core_comment WHERE nonce = %s) AS came,
EXISTS (SELECT FROM core_comment WHERE email = %s AND status = 'approved') AS approved
"""


class NotTaken(ValueError):
    """A comment that cannot be stored; the message is for its writer. Nothing was stored."""


class Closed(NotTaken):
    """The discussion takes no comments (any more)."""


class NoSuchParent(NotTaken):
    """What the comment answers is not there for readers."""


@dataclass(frozen=True)
class Words:
    """What a form said, checked. `body` is clean HTML."""

    name: str
    email: str
    website: str
    body: str
    wants_replies: bool
    parent: int | None


@dataclass(frozen=True)
class Sending:
    """How it came: the form's token, the trap for robots, the devices' tokens, the request."""

    token: FormToken
    honeypot: str
    devices: str
    sender: defence.Sender


def check(talk: Conversation, parent: int | None) -> None:
    """Raise Closed or NoSuchParent where the conversation takes no such comment."""
    if not talk.is_open:
        raise Closed("This discussion is closed, so your comment was not saved.")
    if parent is not None and not talk.has(parent):
        raise NoSuchParent(
            "The comment that you are replying to is no longer here. You can post your text as a "
            "new comment."
        )


def stored_before(nonce: str) -> Comment | None:
    """The comment that already came of the form with this nonce."""
    return Comment.objects.filter(nonce=nonce).first()


def submit(item: models.Model, talk: Conversation, words: Words, sending: Sending) -> Comment:
    """
    Store what a reader wrote under `item`, with a verdict on it, and queue the mails about it.

    Returns the comment, or the one that the same form or the same words made before. Raises
    NotTaken, or defence.Refused, with words for the writer.
    """
    check(talk, words.parent)
    try:
        # No savepoint: in a request this is the transaction.
        with transaction.atomic(savepoint=False):
            comment, refusal = _store(item, words, sending)
    except IntegrityError:
        comment, refusal = None, None
    if comment is None:
        # The same form was faster: then what it made has been committed by now.
        comment = stored_before(sending.token.nonce)
    if comment is None:
        raise refusal or NotTaken("Your comment could not be saved. Post it again.")
    return comment


def _store(
    item: models.Model, words: Words, sending: Sending
) -> tuple[Comment | None, defence.Refused | None]:
    """
    The new comment, or the one that says the same; or why it was refused; neither where its form
    has made one.
    """
    # Whether the address is its writer's, who may not have proven it, is asked by mail afterwards.
    proven = proves(sending.devices, words.email)
    comment = Comment(
        item=item,
        parent_id=words.parent,
        name=words.name,
        email=words.email,
        website=words.website,
        body=words.body,
        wants_replies=words.wants_replies,
        is_confirmed=proven,
        nonce=sending.token.nonce,
    )
    hearing = defence.Hearing(
        comment,
        sending.sender,
        honeypot=sending.honeypot,
        form_age=None if sending.token.previewed else sending.token.age,
    )
    same_words.wait_for_others(comment)
    found = asked_together(
        {
            "before": (_BEFORE, (comment.nonce, comment.email)),
            "said": same_words.question(comment, sending.sender.address, proven=proven),
            **hearing.questions(),
            **announcing.questions(item),
        }
    )
    (before,) = found["before"]
    if before["came"]:
        return None, None
    if twin := same_words.first_twin(comment, found["said"]):
        return Comment.objects.get(pk=twin), None
    try:
        verdict = hearing.verdict(found, known=before["approved"])
    except defence.Refused as refusal:
        return None, refusal
    if verdict.status == Status.APPROVED and not proven:
        verdict = defence.Verdict(Status.WAITING, confirming.WAITS_FOR_CLICK)
    comment.pk = before["key"]
    comment.status, comment.reason = verdict.status, verdict.reason[:300]
    comment.decided_at = timezone.now()
    _keep(comment, hearing.pace.attempts(), announcing.recipients_from(found))
    return comment, None


def _keep(comment: Comment, attempts: list[Attempt], told: dict[str, announcing.Recipient]) -> None:
    """Store the comment, and what follows from its coming; `told` may decide on it."""
    mails = [confirming.mail_for(comment), answering.mail_for(comment)]
    # Else people are told once it is public, or once the spam service has spoken.
    if not (confirming.waits_for_click(comment) or spam_service.may_ask(comment)):
        mails += announcing.mails_about(comment, told)
    decision = CommentDecision(
        comment=comment,
        at=comment.decided_at,
        source=CommentDecision.Source.RULE,
        became=comment.status,
        reason=comment.reason,
    )
    stored_together(
        (floods.ATTEMPTS, attempts),
        (_COMMENTS, [comment]),
        (_DECISIONS, [decision]),
        (outbox.MAILS, outbox.rows_of(mail for mail in mails if mail)),
    )
    spam_service.ask(comment)
