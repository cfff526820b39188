"""Readers say that a comment is abusive, and what follows when several do."""

from datetime import timedelta

from django.db import transaction

from .. import floods
from ..client_address import hashed, network_of
from ..models import Comment, CommentDecision, CommentReport
from .announcing import REPORTED, tell_people
from .moderation import OF_PEOPLE, decide

Status = Comment.Status
ENOUGH = 3  # different readers
MOST_AN_HOUR = 10  # reports of one network
ACTION = "comment.report"


class TooMany(ValueError):
    """One network reports more than a reader would."""


@transaction.atomic
def report(comment: Comment, address: str, reason: str) -> None:
    """
    Keep the report of a reader at the IP `address`; one a network and comment.

    The third since a person last decided on it sends the comment back to wait, and moderators and
    hosts are told. Raises TooMany.
    """
    reporter = hashed(network_of(address) or "unknown")
    if floods.counts(ACTION, timedelta(hours=1), reporter)[reporter] >= MOST_AN_HOUR:
        raise TooMany("You have sent many reports in a short time. Please try again in an hour.")
    floods.note(ACTION, reporter)
    stored = Comment.objects.select_for_update(of=("self",)).get(pk=comment.pk)
    _, is_new = CommentReport.objects.get_or_create(
        comment=stored, reporter=reporter, defaults={"reason": reason[:500]}
    )
    if is_new and stored.is_public and _since_a_person_decided(stored) >= ENOUGH:
        decide(
            stored,
            Status.WAITING,
            source=CommentDecision.Source.REPORTS,
            reason=f"{ENOUGH} readers reported it.",
        )
        tell_people(stored, occasion=f"{REPORTED}-{stored.reports.count()}")
    comment.status, comment.reason = stored.status, stored.reason


def _since_a_person_decided(comment: Comment) -> int:
    reports = comment.reports.all()
    last = comment.decisions.filter(source__in=OF_PEOPLE).first()
    return (reports.filter(at__gt=last.at) if last else reports).count()
