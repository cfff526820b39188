"""Who suggests something to the wiki, or watches it."""

from django.contrib.contenttypes.models import ContentType
from django.db.models import Q, QuerySet

from competencyworks.core.models import Revision
from competencyworks.core.privacy import NAME_REMOVED, Erasure, Holder, holder

from .models import Resource, Suggestion, Watch, WikiPage
from .suggesting import upkeep

Status = Suggestion.Status
MARK = "suggestion-"


@holder("suggestions")
class Suggestions(Holder):
    """Suggestions to the wiki. What was accepted stays, nameless; the others go."""

    def names(self, email):
        return set(self._of(email).values_list("name", flat=True)) - {NAME_REMOVED, ""}

    def marks(self, email):
        return {f"{MARK}{pk}" for pk in self._of(email).values_list("pk", flat=True)}

    def export(self, email):
        return [
            {
                "of": str(row),
                "address": row.item.path if row.item else "",
                "suggested_at": row.created_at.isoformat(),
                "status": row.status,
                "name": row.name,
                "email": row.email,
                "note": row.note,
                "title": row.title,
                "url": row.url,
                "kind": row.kind,
                "summary": row.summary,
                "content": _said(row),
                "answer": row.answer,
            }
            for row in self._of(email).select_related("revision").prefetch_related("item")
        ]

    def erase(self, erasure: Erasure) -> int:
        # Those out of comments are found by their marks: the comments are nameless by now.
        keys = [mark.rpartition("-")[2] for mark in erasure.marks if mark.startswith(MARK)]
        found = Suggestion.objects.filter(Q(pk__in=keys) | Q(email__iexact=erasure.email))
        mine = list(found.select_for_update(of=("self",)).order_by("pk"))
        accepted = [row for row in mine if row.status == Status.ACCEPTED]
        others = [row for row in mine if row.status != Status.ACCEPTED]
        upkeep.delete([row.pk for row in others], [row.revision_id for row in others])
        Suggestion.objects.filter(pk__in=[row.pk for row in accepted]).update(
            name=NAME_REMOVED, email="", note="", answer="", nonce=None
        )
        revisions = [key for row in accepted for key in (row.revision_id, row.became_id) if key]
        named = Revision.objects.filter(pk__in=revisions)
        erasure.scrub(named, "reason", names=True)
        named.update(credit="")
        self._take_thanks_back([row for row in accepted if not row.is_edit])
        return len(mine) + self._scrub(erasure)

    def _take_thanks_back(self, rows: list[Suggestion]) -> None:
        """The name in the thanks that resources, and their earlier versions, hold."""
        resources = [row.object_id for row in rows]
        Resource.objects.filter(pk__in=resources).update(credit="")
        kind = ContentType.objects.get_for_model(Resource)
        for revision in Revision.objects.filter(content_type=kind, object_id__in=resources):
            content = {**revision.content, "credit": ""}
            Revision.objects.filter(pk=revision.pk).update(content=content)

    def _scrub(self, erasure: Erasure) -> int:
        """Others may have written the address or the name down."""
        rows = Suggestion.objects.all()
        count = erasure.scrub(rows, "note", "answer", "suspicion", names=True)
        count += erasure.scrub(rows, "title", "summary", "url", "name")
        kinds = [ContentType.objects.get_for_model(model) for model in (WikiPage, Resource)]
        found = Revision.objects.filter(content_type__in=kinds)
        return count + erasure.scrub(found, "content", "reason", "credit")

    def _of(self, email: str) -> QuerySet[Suggestion]:
        """What came from the address, and what moderators took out of comments from it."""
        return Suggestion.objects.filter(Q(email__iexact=email) | Q(comment__email__iexact=email))


@holder("watches")
class Watches(Holder):
    """Pages of the wiki that the address watches."""

    def export(self, email):
        return [
            {
                "of": str(row.item or ""),
                "since": row.created_at.isoformat(),
                "confirmed_at": row.confirmed_at and row.confirmed_at.isoformat(),
            }
            for row in self._of(email).prefetch_related("item")
        ]

    def erase(self, erasure: Erasure) -> int:
        return self._of(erasure.email).delete()[0]

    def _of(self, email: str) -> QuerySet[Watch]:
        return Watch.objects.filter(email__iexact=email)


def _said(row: Suggestion) -> dict:
    """What an edit would have the item hold, of what readers can change."""
    if row.revision is None:
        return {}
    fields = ("title", "body", "why", "url")
    return {name: row.revision.content[name] for name in fields if name in row.revision.content}
