"""
The outside opinion on comments: a spam service, where the operator has set a key for one.

A request never waits for it. The act that stores a comment, or the moderator's that corrects the
service, leaves a row (ServiceCall) here; the worker makes the calls (`service_work`).
"""

from django.conf import settings

from ..models import Comment, ServiceCall

Act, Status = ServiceCall.Act, Comment.Status
ASKED = "The spam service checks it first; it appears automatically if nothing is found."


def is_on() -> bool:
    """Whether there is a service to ask."""
    return bool(settings.AKISMET_KEY)


def may_ask(comment: Comment) -> bool:
    """Whether ask() will have the service asked about a new comment."""
    return bool(is_on() and comment.sender and comment.status == Status.WAITING)


def ask(comment: Comment) -> bool:
    """
    Have the service asked about a new comment, if it may be. Part of the act that stores it.

    False: nobody will be asked.
    """
    if not may_ask(comment):
        return False
    ServiceCall.objects.create(comment=comment, act=Act.CHECK, publish=comment.reason == ASKED)
    return True


def ask_again(comment: Comment) -> None:
    """Have the changed words of a comment judged that it was asked about, unless they will be."""
    if not ServiceCall.objects.filter(comment=comment, act=Act.CHECK, done_at=None).exists():
        ask(comment)


def publishes_no_more(comment: Comment) -> bool:
    """Whether the service has still to be heard on `comment`; its answer publishes nothing then."""
    calls = ServiceCall.objects.filter(comment=comment, act=Act.CHECK, done_at=None)
    return bool(calls.update(publish=False))


def publishes_later(comment: Comment) -> bool:
    """
    Whether the service has still to be heard on `comment`, which nothing else keeps back: then
    its answer publishes it.
    """
    if not is_on():
        return False
    calls = ServiceCall.objects.filter(comment=comment, act=Act.CHECK, done_at=None)
    if not calls.update(publish=True):
        return False
    comment.reason = ASKED
    comment.save(update_fields=["reason"])
    return True


def correct(comment: Comment, was: str, became: str) -> None:
    """Tell the service what a person decided, where that is news to it. Part of the decision."""
    if not (is_on() and comment.sender):
        return
    if became == Status.SPAM:
        ServiceCall.objects.create(comment=comment, act=Act.SPAM)
    elif was == Status.SPAM and became in (Status.APPROVED, Status.WAITING):
        ServiceCall.objects.create(comment=comment, act=Act.HAM)
