"""Comments and their threads."""

from collections import defaultdict
from dataclasses import dataclass

from django.contrib.contenttypes.models import ContentType
from django.utils import timezone

from competencyworks.core.email_addresses import stored_form
from competencyworks.core.models import Comment
from competencyworks.core.publishing import Publishable

from .content import Prepared, finish, plain_text
from .exported import CommentOfItem, Item
from .models import ImportedItem
from .pictures import Library
from .publication import moment
from .records import digest, fingerprint
from .report import Report
from .vocabulary import Vocabulary

Kind = ImportedItem.Kind
STATES = {
    "1": Comment.Status.APPROVED,
    "approve": Comment.Status.APPROVED,
    "approved": Comment.Status.APPROVED,
    "0": Comment.Status.WAITING,
    "hold": Comment.Status.WAITING,
    "spam": Comment.Status.SPAM,
    "trash": Comment.Status.TRASH,
    "post-trashed": Comment.Status.TRASH,
}
KINDS = {
    "": Comment.Kind.COMMENT,
    "comment": Comment.Kind.COMMENT,
    "pingback": Comment.Kind.PINGBACK,
    "trackback": Comment.Kind.TRACKBACK,
}
KEPT = ("status", "kind", "name", "email", "website", "body")


@dataclass
class Thread:
    """The comments under one item that was brought in, with their bodies as prepared."""

    row: Publishable
    item: Item
    bodies: list[Prepared]
    library: Library
    links: dict[str, str]


@dataclass
class _Work:
    said: CommentOfItem
    key: str
    mark: str
    comment: Comment
    parent: str
    record: ImportedItem | None = None


def comments_in(item: Item) -> int:
    """How many comments the export holds under `item` that can be brought in."""
    return sum(said.kind in KINDS for said in item.comments)


def share_comments(item: Item, report: Report) -> None:
    """Tell what comments the export holds under `item`."""
    for said in item.comments:
        if said.kind not in KINDS:
            report.skip("comments", said.line, f"comments of the type “{said.kind}”")
        elif KINDS[said.kind] != Comment.Kind.COMMENT:
            report.share("comments", "ping- or trackbacks")
        else:
            report.share("comments", STATES.get(said.approved, Comment.Status.WAITING).value)


def bring_in_comments(
    source: str, vocabulary: Vocabulary, threads: list[Thread], report: Report
) -> None:
    """Bring in what is new of the comments in `threads`. Call it in a transaction."""
    works = [work for thread in threads for work in _works(thread, vocabulary)]
    if not works:
        return
    keys = {work.key for work in works} | {work.parent for work in works if work.parent}
    rows = ImportedItem.objects.filter(source=source, kind=Kind.COMMENT, key__in=list(keys))
    records = {row.key: row for row in rows}
    new: dict[str, _Work] = {}
    for work in works:
        work.record = records.get(work.key)
        if work.record is not None:
            _change(work, report)
        elif work.key in new:
            report.refuse("comments", work.said.line, work.comment.name, "Its number comes twice.")
        else:
            new[work.key] = work
    made = _make(new, records, report)
    kind = ContentType.objects.get_for_model(Comment)
    ImportedItem.objects.bulk_create(
        ImportedItem(
            source=source,
            kind=Kind.COMMENT,
            key=work.key,
            content_type=kind,
            object_id=work.comment.pk,
            fingerprint=work.mark,
            written=_written(work.comment),
        )
        for work in made
    )
    report.count("comments", "made", len(made))


def _works(thread: Thread, vocabulary: Vocabulary) -> list[_Work]:
    works = []
    target = ContentType.objects.get_for_model(thread.row)
    for said, body in zip(thread.item.comments, thread.bodies, strict=True):
        if said.kind not in KINDS:
            continue
        status = STATES.get(said.approved, Comment.Status.WAITING)
        kind = KINDS[said.kind]
        date = moment(said.date_gmt, said.date)
        comment = Comment(
            content_type=target,
            object_id=thread.row.pk,
            kind=kind,
            status=status,
            name=plain_text(said.author)[:200],
            # As the form keeps them: by it a commenter is known again.
            email=stored_form(said.email.lower())[:254] if "@" in said.email else "",
            website=said.url[:500] if said.url.startswith(("http://", "https://")) else "",
            person_id=vocabulary.people_by_number.get(said.user),
            body=finish(body, thread.library, thread.links).html,
            created_at=date or thread.row.publish_at or timezone.now(),
            # Spam and trash are emptied by this date: staff have 30 days to look through them.
            decided_at=timezone.now(),
        )
        if said.number is None:
            key = f"{thread.item.number}-{digest([said.author, said.date, said.content])[:16]}"
        else:
            key = str(said.number)
        parent = str(said.parent) if said.parent else ""
        works.append(_Work(said, key, fingerprint(said), comment, parent))
    return works


def _make(new: dict[str, _Work], records: dict[str, ImportedItem], report: Report) -> list[_Work]:
    """Store new comments level by level, so that an answer finds its parent's row."""
    stored = {key: record.object_id for key, record in records.items() if record.object_id}
    answers = defaultdict(list)
    level = []
    for work in new.values():
        if work.parent in new and work.parent != work.key:
            answers[work.parent].append(work)
        else:
            level.append(work)
            if work.parent and work.parent not in stored:
                _tell_of_parent(work, report)
    made: list[_Work] = []
    while level:
        for work in level:
            work.comment.parent_id = stored.get(work.parent) if work.parent != work.key else None
        Comment.objects.bulk_create(work.comment for work in level)
        stored |= {work.key: work.comment.pk for work in level}
        made += level
        level = [answer for work in level for answer in answers.pop(work.key, [])]
        if not level and answers:
            # They answer one another in a circle: one of them has to begin.
            work = next(iter(answers.values())).pop()
            answers = defaultdict(list, {key: each for key, each in answers.items() if each})
            _tell_of_parent(work, report)
            work.parent = ""
            level = [work]
    return made


def _tell_of_parent(work: _Work, report: Report) -> None:
    words = f"It answers the comment {work.parent}, which is not there; put at the top."
    report.note("comments", work.said.line, work.comment.name, words)


def _written(comment: Comment) -> str:
    return digest({name: str(getattr(comment, name)) for name in KEPT})


def _change(work: _Work, report: Report) -> None:
    record = work.record
    if record.fingerprint == work.mark:
        report.count("comments", "unchanged")
        return
    there = record.item
    if there is None:
        report.refuse("comments", work.said.line, work.comment.name, "It was deleted here.")
    elif _written(there) != record.written:
        report.keep("comments", work.said.line, work.comment.name, "It was changed here, too.")
    else:
        for name in KEPT:
            setattr(there, name, getattr(work.comment, name))
        there.save()
        record.fingerprint, record.written = work.mark, _written(there)
        record.save()
        report.count("comments", "changed")
