"""
What the demo's readers say: conversations, what waits for a moderator, spam.

The site's own rules judge each comment, oldest first, so that a writer becomes known as on a real
site; what the rules let wait a moderator has decided since, unless the file leaves it undecided.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth.models import User
from django.utils import timezone

from competencyworks.core.client_address import hashed
from competencyworks.core.discussion.confirming import WAITS_FOR_CLICK
from competencyworks.core.discussion.defence import Sender, Verdict, judge
from competencyworks.core.discussion.marks import to_html
from competencyworks.core.discussion.reporting import ENOUGH
from competencyworks.core.models import Comment, CommentDecision, CommentReport, Person
from competencyworks.core.publishing import Publishable
from competencyworks.website.demo.canvas import seeded
from competencyworks.website.demo.content import conversations, table

Status, Source = Comment.Status, CommentDecision.Source
NOWHERE = Sender("", "", "")
BY_MODERATOR = {
    Status.APPROVED: "Approved",
    Status.SPAM: "Marked as spam",
    Status.TRASH: "Put in the trash",
}


@dataclass
class Entry:
    """One comment of the files: what the file says, the row made of it, what it answers."""

    head: Mapping[str, Any]
    comment: Comment
    above: Comment | None


def fill(items: Mapping[str, Publishable], people: Mapping[str, Person], moderator: User) -> int:
    """Make all comments under `items` (by slug), as they came and were decided; how many."""
    entries = _entries(items, people)
    comments = [entry.comment for entry in entries]
    Comment.objects.bulk_create(comments)
    decisions: list[CommentDecision] = []
    known: set[str] = set()
    for entry in entries:
        entry.comment.parent = entry.above  # which has its key only now
        decisions += _history(entry, known, moderator)
        if entry.comment.status == Status.APPROVED:
            known.add(entry.comment.email)
    Comment.objects.bulk_update(comments, ["parent", "status", "reason", "decided_at"])
    CommentDecision.objects.bulk_create(decisions)
    CommentReport.objects.bulk_create(report for entry in entries for report in _reports(entry))
    return len(comments)


def _entries(items: Mapping[str, Publishable], people: Mapping[str, Person]) -> list[Entry]:
    """What the files say, oldest first."""
    readers = table("readers")["reader"]
    entries: list[Entry] = []
    for slug, heads in conversations().items():
        before: list[Comment] = []
        for head in heads:
            above = before[head["answers"] - 1] if "answers" in head else None
            before.append(_comment(items[slug], head, readers, people))
            entries.append(Entry(head, before[-1], above))
    for head in table("unwelcome")["comment"]:
        entries.append(Entry(head, _comment(items[head["under"]], head, readers, people), None))
    return sorted(entries, key=lambda entry: entry.comment.created_at)


def _comment(
    item: Publishable, head: Mapping[str, Any], readers: Mapping[str, Any], people
) -> Comment:
    """The row of one entry, checked, its words made of the marks that readers write."""
    key = head.get("by", "")
    person = people.get(key)
    writer = head if "name" in head else {"name": person.name} if person else readers[key]
    if "ago" in head:
        at = timezone.now() - timedelta(days=head["ago"])
    else:
        at = item.publish_at + timedelta(days=head["days"])
    comment = Comment(
        item=item,
        name=writer["name"],
        email=writer.get("email", f"{key}@readers.example.org"),
        website=writer.get("website", ""),
        person=person,
        body=to_html(head["says"]),
        created_at=at,
        is_pinned=head.get("pinned", False),
        is_confirmed=head.get("confirmed", key != ""),
    )
    comment.clean_fields(exclude=["content_type", "person"])
    return comment


def _history(entry: Entry, known: set[str], moderator: User) -> list[CommentDecision]:
    """The decisions on one comment, which it then has taken on."""
    head, comment = entry.head, entry.comment
    verdict, at = _verdict(entry, known), comment.created_at
    history = [_decide(comment, verdict.status, at, Source.RULE, verdict.reason)]
    became = head.get("decided", Status.APPROVED if not head.get("waits") else verdict.status)
    if became != verdict.status and (verdict.status == Status.WAITING or "decided" in head):
        at = _later(at, seeded(f"decision {at.day} {comment.name}").uniform(0.5, 9))
        reason = f"{BY_MODERATOR[became]} by {moderator}."
        history.append(_decide(comment, became, at, Source.MODERATOR, reason, moderator))
    if len(head.get("reports", [])) >= ENOUGH:
        reason = f"{ENOUGH} readers reported it."
        history.append(_decide(comment, Status.WAITING, _later(at, 30), Source.REPORTS, reason))
    return history


def _verdict(entry: Entry, known: set[str]) -> Verdict:
    """What the rules say when it comes in; a file tells of what they see of its sending alone."""
    head, comment = entry.head, entry.comment
    if "seen" in head:
        return Verdict(head["seen"]["as"], head["seen"]["because"])
    is_known = comment.person is not None or comment.email in known
    verdict = judge(comment, NOWHERE, honeypot="", form_age=None, known=is_known)
    if verdict.status == Status.APPROVED and not comment.is_confirmed:
        return Verdict(Status.WAITING, WAITS_FOR_CLICK)
    return verdict


def _decide(
    comment: Comment, became: str, at: datetime, source: str, reason: str, by: User | None = None
) -> CommentDecision:
    was = comment.status if comment.decided_at else ""
    comment.status, comment.reason, comment.decided_at = became, reason, at
    return CommentDecision(
        comment=comment, at=at, source=source, by=by, was=was, became=became, reason=reason
    )


def _reports(entry: Entry) -> list[CommentReport]:
    return [
        CommentReport(
            comment=entry.comment,
            reporter=hashed(f"demo's reader {number}"),
            reason=reason,
            at=_later(entry.comment.created_at, 10 + number),
        )
        for number, reason in enumerate(entry.head.get("reports", []))
    ]


def _later(at: datetime, hours: float) -> datetime:
    """So many hours later, but not after now."""
    return min(at + timedelta(hours=hours), timezone.now())
