"""Readers say that a comment is abusive."""

from datetime import timedelta

from django.db import transaction

from .. import floods
from ..client_address import hashed, network_of
from ..models import Comment, CommentDecision, CommentReport
from .moderation import decide

Status = Comment.Status
ENOUGH = 3  # different reporters
MOST_AN_HOUR = 10  # reports of one network
ACTION = "comment.report"


class TooMany(ValueError):
    """One network reports more than a reader would."""


@transaction.atomic
def report(comment: Comment, address: str, reason: str) -> None:
    """
    Keep the report of a reader at the IP `address`; one a network and comment.

    The third since a moderator's last decision sends the comment back to wait. Raises TooMany.
    """
    reporter = hashed(network_of(address) or "unknown")
    if floods.counts(ACTION, timedelta(hours=1), reporter)[reporter] >= MOST_AN_HOUR:
        raise TooMany("That were many reports in a short time. Please try again in an hour.")
    floods.note(ACTION, reporter)
    Comment.objects.select_for_update(of=("self",)).get(pk=comment.pk)
    CommentReport.objects.get_or_create(
        comment=comment, reporter=reporter, defaults={"reason": reason[:500]}
    )
    reports = comment.reports.all()
    seen = comment.decisions.filter(source=CommentDecision.Source.MODERATOR).first()
    if seen:
        reports = reports.filter(at__gt=seen.at)
    if reports.count() >= ENOUGH and comment.status == Status.APPROVED:
        decide(
            comment, Status.WAITING, source=CommentDecision.Source.REPORTS,
            reason=f"{ENOUGH} readers reported it.",
        )  # fmt: skip
