"""
The worker's talk with the spam service: makes the calls that acts have left, and does what the
answers ask for.

A comment that would be public waits for the answer, for an hour at most: then it is a moderator's.
People are told of a comment once the service has spoken, so that no mail goes out for what it
knows as spam.
"""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from ..models import Comment, CommentDecision, ServiceCall
from . import akismet
from .announcing import tell_people
from .confirming import waits_for_click
from .moderation import decide
from .spam_service import Act, Status, is_on

LATE = "The spam service did not respond within an hour. Please decide."
PATIENCE = timedelta(hours=1)
LEASE = timedelta(minutes=2)  # a worker that dies while it asks leaves the call to the next one
LONGEST_WAIT = timedelta(minutes=15)
MOST_TRIES = 20  # of telling it something
A_SLICE = 10


def work() -> bool:
    """
    Make up to ten of the calls that are due; True if more are. Raises what went wrong last, after
    noting it on its call, so that it shows with the sweep.
    """
    if not is_on():
        return False
    failure = None
    for _ in range(A_SLICE):
        call = _claim()
        if call is None:
            break
        try:
            answer, words = _make(call)
        except akismet.ServiceError as error:
            failure = error
            _put_off(call, str(error))
        else:
            _finish(call, answer, words=words)
    if failure:
        raise failure
    return _due().exists()


def _due():
    return ServiceCall.objects.filter(done_at=None, due_at__lte=timezone.now()).order_by("due_at")


@transaction.atomic
def _claim() -> ServiceCall | None:
    call = _due().select_for_update(skip_locked=True).first()
    if call is not None:
        call.attempts += 1
        call.due_at = timezone.now() + LEASE
        call.save(update_fields=["attempts", "due_at"])
    return call


def _make(call: ServiceCall) -> tuple[str, str]:
    """The status that the service's answer asks for, or ''; and the hash of the words it judged."""
    comment = Comment.objects.get(pk=call.comment_id)
    return _answer(call, comment), comment.words_hash


def _answer(call: ServiceCall, comment: Comment) -> str:
    if not comment.sender:  # dropped meanwhile; without it there is nothing to judge by
        return ""
    match call.act:
        case Act.SPAM:
            akismet.submit_spam(comment)
        case Act.HAM:
            akismet.submit_ham(comment)
        case Act.CHECK if comment.status == Status.WAITING:
            finding = akismet.check(comment)
            if finding != akismet.Finding.HAM:
                return Status.TRASH if finding == akismet.Finding.BLATANT else Status.SPAM
            return Status.APPROVED
    return ""


@transaction.atomic
def _finish(call: ServiceCall, answer: str, reason: str = "", words: str = "") -> None:
    comment = Comment.objects.select_for_update(of=("self",)).get(pk=call.comment_id)
    if call.act == Act.CHECK:
        call.refresh_from_db()  # a change of the words may have taken `publish` back
        if words and comment.words_hash != words:
            call.due_at = timezone.now()  # ask about the new words
            call.save(update_fields=["due_at"])
            return
    call.done_at = timezone.now()
    call.error = ""
    call.save(update_fields=["done_at", "error"])
    if call.act != Act.CHECK:
        return
    if comment.status != Status.WAITING:
        return  # somebody decided meanwhile
    source = CommentDecision.Source.SERVICE
    if answer in (Status.SPAM, Status.TRASH):
        decide(comment, answer, source=source, reason="The spam service identified it as spam.")
        return
    if answer == Status.APPROVED and call.publish:
        told = (
            "Its author has approved comments, and neither our rules nor the spam service objected."
        )
        decide(comment, Status.APPROVED, source=source, reason=told)
    elif call.publish:
        Comment.objects.filter(pk=comment.pk).update(reason=reason or LATE)
        comment.reason = reason or LATE
    if not waits_for_click(comment):
        tell_people(comment)


def _put_off(call: ServiceCall, error: str) -> None:
    """Try later; what waits too long goes to the moderators, what is told in vain is dropped."""
    now = timezone.now()
    is_over = (
        call.created_at < now - PATIENCE if call.act == Act.CHECK else call.attempts >= MOST_TRIES
    )
    if is_over:
        _finish(call, "", LATE)
        ServiceCall.objects.filter(pk=call.pk).update(error=error[:300])
        return
    call.due_at = now + min(timedelta(seconds=15) * 2**call.attempts, LONGEST_WAIT)
    call.error = error[:300]
    call.save(update_fields=["due_at", "error"])
