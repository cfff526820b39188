"""Comments, what was decided and reported of them, and bans."""

from django.contrib.contenttypes.models import ContentType
from django.db.models import Q, QuerySet

from ..client_address import hashed, hashes
from ..mail import strangers
from ..models import Attempt, Ban, Comment, CommentDecision, CommentReport, ProvenAddress, Revision
from .erasure import NAME_REMOVED, Erasure
from .registry import Holder, holder

WORDS_REMOVED = "<p>This text was removed at the writer’s request.</p>"


def written_by(email: str) -> QuerySet[Comment]:
    return Comment.objects.filter(email__iexact=email)


def revisions_of(pks: list[int]) -> QuerySet[Revision]:
    kind = ContentType.objects.get_for_model(Comment)
    return Revision.objects.filter(content_type=kind, object_id__in=pks)


@holder("comments")
class Comments(Holder):
    """Comments. Public ones stay, nameless, so that their threads can be read."""

    def names(self, email):
        names = dict(written_by(email).values_list("pk", "name"))
        earlier = revisions_of(list(names)).values_list("content__name", flat=True)
        return {name for name in (*names.values(), *earlier) if name}

    def marks(self, email):
        pks = written_by(email).values_list("pk", flat=True)
        return {mark for pk in pks for mark in (f"comment-{pk}", f"comments/{pk}")}

    def export(self, email):
        earlier: dict[int, list] = {}
        rows = list(written_by(email).prefetch_related("item"))
        for revision in revisions_of([row.pk for row in rows]).order_by("number"):
            earlier.setdefault(revision.object_id, []).append(
                {"at": revision.created_at.isoformat(), "content": revision.content}
            )
        return [
            {
                "address": row.get_absolute_url(),
                "under": str(row.item or ""),
                "written_at": row.created_at.isoformat(),
                "status": row.status,
                "name": row.name,
                "email": row.email,
                "website": row.website,
                "body": str(row.body),
                "wants_replies": row.wants_replies,
                "network_address": row.sender,
                "browser": row.user_agent,
                "versions": earlier.get(row.pk, []),
            }
            for row in rows
        ]

    def erase(self, erasure):
        mine = written_by(erasure.email).select_for_update().order_by("pk")
        # What no reader sees is of no use to anybody else, unless it holds a thread together.
        hidden = [row.pk for row in mine if not row.is_public and not row.answers.exists()]
        kept = [row.pk for row in mine if row.pk not in hidden]
        revisions_of(hidden).delete()
        Comment.objects.filter(pk__in=hidden).delete()
        self._make_nameless(kept, erasure)
        decisions = CommentDecision.objects.filter(comment__in=kept)
        reports = CommentReport.objects.filter(comment__in=kept)
        for rows in (decisions, reports, Comment.objects.filter(pk__in=kept)):
            erasure.scrub(rows, "reason", names=True)
        # Others may have written the address down.
        others = erasure.scrub(Comment.objects.all(), "body", "name", "website", "reason")
        erasure.scrub(Revision.objects.filter(content_type=_kind()), "content", "reason")
        erasure.scrub(CommentDecision.objects.all(), "reason")
        erasure.scrub(CommentReport.objects.all(), "reason")
        return len(hidden) + len(kept) + others

    def _make_nameless(self, pks: list[int], erasure: Erasure) -> None:
        nameless = {"name": NAME_REMOVED, "website": ""}
        if erasure.words:
            nameless["body"] = WORDS_REMOVED
        Comment.objects.filter(pk__in=pks).update(
            **nameless,
            email="",
            person=None,
            nonce=None,
            network="",
            sender=None,
            user_agent="",
            wants_replies=False,
        )
        for revision in revisions_of(pks):
            content = revision.content | nameless | {"email": ""}
            content = {name: content[name] for name in revision.content}
            Revision.objects.filter(pk=revision.pk).update(content=content)


@holder("bans")
class Bans(Holder):
    """Bans of the address. They stay, as a keyed hash that only the address itself matches."""

    def export(self, email):
        rows = self._of(email)
        return [{"since": ban.created_at.isoformat(), "reason": ban.reason} for ban in rows]

    def erase(self, erasure):
        count = 0
        for ban in self._of(erasure.email).exclude(value__in=hashes(erasure.email)):
            # Perhaps the same ban was kept before.
            Ban.objects.filter(kind=Ban.Kind.EMAIL, value=hashed(erasure.email)).delete()
            ban.value = hashed(erasure.email)
            ban.save(update_fields=["value"])
            count += 1
        erasure.scrub(Ban.objects.all(), "reason", names=True)
        return count

    def _of(self, email: str) -> QuerySet[Ban]:
        rows = Ban.objects.filter(kind=Ban.Kind.EMAIL)
        return rows.filter(value__iexact=email) | rows.filter(value__in=hashes(email))


@holder("attempts")
class Attempts(Holder):
    """How often the address was used lately, kept as a keyed hash against floods."""

    def export(self, email):
        rows = _attempts(email).order_by("at")
        return [{"action": row.action, "at": row.at.isoformat()} for row in rows]

    def erase(self, erasure):
        return _attempts(erasure.email).delete()[0]


def _attempts(email: str) -> QuerySet[Attempt]:
    """What was counted of the address, and the mails that were counted of its mailbox."""
    mails = Q(action__in=strangers.ACTIONS, who__in=hashes(strangers.mailbox(email)))
    return Attempt.objects.filter(mails | Q(who__in=hashes(email)))


@holder("proofs")
class Proofs(Holder):
    """That the address was proven by a link in a mail, kept as a keyed hash."""

    def export(self, email):
        rows = ProvenAddress.objects.filter(who__in=hashes(email))
        return [{"proven_at": row.at.isoformat()} for row in rows]

    def erase(self, erasure):
        return ProvenAddress.objects.filter(who__in=hashes(erasure.email)).delete()[0]


def _kind() -> ContentType:
    return ContentType.objects.get_for_model(Comment)
