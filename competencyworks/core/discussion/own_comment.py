"""What the writer of a comment may do with it, by the private link: change it, take it back."""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from .. import revisions
from ..mail import outbox
from ..models import Comment, CommentDecision
from ..prose.cleaning import clean_html
from . import announcing, confirming, defence, spam_service
from .moderation import decide

Status, Source = Comment.Status, CommentDecision.Source
MINUTES = 15
MOST_CHANGES = 10  # each is judged anew, and kept as a revision
CHANGED = "Edited by its author"
WITHDRAWN = "Withdrawn by its author."


class CannotChange(ValueError):
    """Why the comment keeps its words; the message is for its writer."""


class TooLate(CannotChange):
    """The time for changes is over, or the comment is gone."""


class TooOften(CannotChange):
    """The comment was changed so often that it stays as it is."""


def may_edit(comment: Comment) -> bool:
    """Whether the writer may still change the text."""
    young = timezone.now() < comment.created_at + timedelta(minutes=MINUTES)
    return young and comment.status in (Status.WAITING, Status.APPROVED, Status.SPAM)


def changes(comment: Comment) -> int:
    """How often the writer has changed the text. One query."""
    return revisions.history(comment).filter(reason=CHANGED).count()


def check(comment: Comment) -> None:
    """Raises CannotChange where the writer may change the text no more. One query."""
    if not may_edit(comment):
        raise TooLate("The time for editing this comment is over.")
    if changes(comment) >= MOST_CHANGES:
        raise TooOften(
            f"You have edited this comment {MOST_CHANGES} times, which is the limit. You can "
            "still withdraw it and write a new one."
        )


def may_withdraw(comment: Comment) -> bool:
    return comment.status != Status.TRASH


@transaction.atomic
def edit(comment: Comment, body: str, sender: defence.Sender) -> None:
    """
    Give `comment` the text `body` (clean HTML) and judge it anew; both texts stay as revisions.

    The same text again changes nothing. Raises CannotChange, or defence.Refused with words for the
    writer. What the new text makes of the comment can only be worse: an edit approves nothing that
    waits. A public comment stays public only if its writer is known without it, as a moderator who
    approved the old text has not read the new one; moderators are told of one that waits again.
    """
    stored = Comment.objects.select_for_update().get(pk=comment.pk)
    check(stored)
    if stored.body == clean_html(body):
        return
    revisions.record(stored, reason="Original text")
    stored.body, stored.edited_at = body, timezone.now()
    verdict = _judge(stored, sender)
    stored.save(update_fields=["body", "edited_at"])
    revisions.record(stored, reason=CHANGED)
    if stored.is_public:
        _follow_if_public(stored, verdict)
    elif stored.status == Status.WAITING and verdict.status == Status.SPAM:
        decide(stored, Status.SPAM, source=Source.RULE, reason=_reason(verdict))
    elif publishes_by_itself(stored):
        _follow_if_publishing(stored, verdict)
    else:
        _set_reason(stored, _reason_to_stay(stored, verdict))
    comment.refresh_from_db()


def publishes_by_itself(comment: Comment) -> bool:
    """Whether a comment that waits appears without a moderator: by a click or the spam service."""
    is_asked = comment.status == Status.WAITING and comment.reason == spam_service.ASKED
    return is_asked or confirming.waits_for_click(comment)


def waits_after_change(comment: Comment) -> bool:
    """Whether a public comment waits again after any change. Two queries at most."""
    return comment.is_public and not (
        comment.is_confirmed and _is_known(comment) and not _staff_changed(comment)
    )


def was_public_before(comment: Comment) -> bool:
    """Whether it waits because its writer changed it when it was public. One query."""
    if comment.status != Status.WAITING:
        return False
    last = comment.decisions.first()
    return bool(last and last.source == Source.RULE and last.was == Status.APPROVED)


def _is_known(comment: Comment) -> bool:
    """Whether another comment of the address is approved."""
    if not comment.email:
        return False
    others = Comment.objects.filter(email=comment.email, status=Status.APPROVED)
    return others.exclude(pk=comment.pk).exists()


def _staff_changed(comment: Comment) -> bool:
    return revisions.history(comment).exclude(author=None).exists()


def _judge(stored: Comment, sender: defence.Sender) -> defence.Verdict:
    """The verdict on the new text: what a new comment of the writer would get."""
    known = _is_known(stored)
    verdict = defence.judge(stored, sender, honeypot="", form_age=None, known=known)
    if verdict.status != Status.APPROVED:
        return verdict
    if _staff_changed(stored):
        return defence.Verdict(Status.WAITING, "A staff member had edited its text before.")
    if not stored.is_confirmed and (stored.is_public or confirming.waits_for_click(stored)):
        return defence.Verdict(Status.WAITING, confirming.WAITS_FOR_CLICK)
    return verdict


def _follow_if_public(stored: Comment, verdict: defence.Verdict) -> None:
    if verdict.status == Status.APPROVED:
        return
    decide(stored, verdict.status, source=Source.RULE, reason=_reason(verdict))
    if confirming.waits_for_click(stored) and (mail := confirming.mail_for(stored)):
        outbox.queue([mail])
    announcing.tell_people(stored, occasion=f"{announcing.CHANGED}-{changes(stored)}")


def _follow_if_publishing(stored: Comment, verdict: defence.Verdict) -> None:
    """It still appears by itself, unless the new text is one for a moderator."""
    if verdict.status == Status.APPROVED:
        return
    if verdict.reason == confirming.WAITS_FOR_CLICK:
        spam_service.ask_again(stored)
        return
    _set_reason(stored, _reason(verdict))
    if not spam_service.publishes_no_more(stored):
        announcing.tell_people(stored)  # else once the service has spoken


def _reason(verdict: defence.Verdict) -> str:
    if verdict.reason == confirming.WAITS_FOR_CLICK:  # a click looks for just this
        return verdict.reason
    return f"After an edit by its author: {verdict.reason}"


def _reason_to_stay(stored: Comment, verdict: defence.Verdict) -> str:
    """Why it keeps its status, in words that are true of the new text."""
    last = stored.decisions.first()
    if last and last.source != Source.RULE:  # of people, who may not have read the new text
        return f"{last.reason} Edited by its author since: {verdict.reason}"
    if stored.status == verdict.status:
        return _reason(verdict)
    before = "Marked as spam" if stored.status == Status.SPAM else "Held for review"
    return f"{before} before its author edited it. Its text now: {verdict.reason}"


def _set_reason(stored: Comment, reason: str) -> None:
    stored.reason = reason[:300]
    stored.save(update_fields=["reason"])


def withdraw(comment: Comment) -> None:
    """Take the comment back. Doing it again changes nothing."""
    decide(comment, Status.TRASH, source=CommentDecision.Source.WRITER, reason=WITHDRAWN)
