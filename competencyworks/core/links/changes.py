"""
'What is cited here has changed': texts that cite an item which says something else since.

An act notes the change once (note), for all links that lead to the item then; texts that are
written later know what they cite. A text is settled when somebody has looked at it (looked_at),
not when it is saved: a mended comma is no new look.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.contrib.contenttypes.models import ContentType
from django.db import models, transaction
from django.db.models import JSONField, Q, QuerySet
from django.db.models.expressions import RawSQL
from django.utils.dateparse import parse_datetime

from ..models.links import CitedChange, Link
from .kinds import with_pages
from .mentions import links_to

CHANGED = """
(
  SELECT jsonb_agg(
    jsonb_build_object('type', change.cited_type_id, 'pk', change.cited_id, 'at', change.changed_at)
    ORDER BY change.changed_at DESC
  )
  FROM core_citedchange change JOIN core_link link ON link.id = change.link_id
  WHERE link.source_id = {table}.id AND link.source_type_id = {kind}
)
"""


@dataclass(frozen=True, slots=True)
class Change:
    """A public item that says something else since `at`; `noun` is what readers call it."""

    noun: str
    title: str
    path: str
    at: datetime

    @property
    def named(self) -> str:
        """'A policy', 'An article'."""
        return f"{'An' if self.noun[:1] in 'aeio' else 'A'} {self.noun}"


@transaction.atomic
def note(item: models.Model, outsides: Iterable[int], at: datetime) -> int:
    """
    Say of everything that cites `item`, by its page or by one of its addresses outside (keys),
    that what it cites says something else since `at`. Returns how many links lead there.
    """
    leading = Q(pk__in=links_to(item)) | Q(outside__in=list(outsides))
    kinds = ContentType.objects.get_for_models(*with_pages()).values()
    itself = Q(source_type=ContentType.objects.get_for_model(item), source_id=item.pk)
    links = Link.objects.filter(leading, source_type__in=kinds).exclude(itself)
    kind = ContentType.objects.get_for_model(item)
    changes = [
        CitedChange(link_id=key, cited_type=kind, cited_id=item.pk, changed_at=at)
        for key in links.order_by("pk").values_list("pk", flat=True)
    ]
    CitedChange.objects.bulk_create(
        changes,
        update_conflicts=True,
        unique_fields=["link", "cited_type", "cited_id"],
        update_fields=["changed_at"],
    )
    return len(changes)


def noted_of(item: models.Model) -> QuerySet:
    """What `item` cites that says something else since."""
    kind = ContentType.objects.get_for_model(item)
    return CitedChange.objects.filter(link__source_type=kind, link__source_id=item.pk)


def to_look_at() -> QuerySet:
    """All that is noted of texts that are not in the trash."""
    kept = Q()
    for model in with_pages():
        kept |= Q(
            link__source_type__app_label=model._meta.app_label,
            link__source_type__model=model._meta.model_name,
            link__source_id__in=model.objects.kept().order_by().values("pk"),
        )
    return CitedChange.objects.filter(kept)


def pass_on(noted: Iterable[CitedChange], links: Iterable[Link]) -> None:
    """
    Let what was `noted` of a text hold of `links` too, where they lead to the same: links of the
    item that the text is in now.
    """
    targets = {(link.outside_id, link.path, link.title): link for link in links}
    CitedChange.objects.bulk_create(
        CitedChange(
            link=link,
            cited_type_id=change.cited_type_id,
            cited_id=change.cited_id,
            changed_at=change.changed_at,
        )
        for change in noted
        if (link := targets.get((change.link.outside_id, change.link.path, change.link.title)))
    )


def looked_at(item: models.Model) -> None:
    """Somebody has looked at `item`: what it says holds, whatever has changed until now."""
    noted_of(item).delete()


def changed(model: type[models.Model]) -> RawSQL:
    """The column `cited_changes` of a query over `model`; nothing in it comes from outside."""
    table = model._meta.concrete_model._meta.db_table
    sql = CHANGED.format(table=table, kind=ContentType.objects.get_for_model(model).pk)
    return RawSQL(sql, (), JSONField())  # noqa: S611


def changes_in(item: models.Model) -> list[Change]:
    """
    The public items that `item` cites and that say something else since, the latest first.

    One query a kind; none for an item that came with_links() and cites nothing that changed.
    """
    if hasattr(item, "cited_changes"):
        noted = [
            (row["type"], row["pk"], parse_datetime(row["at"])) for row in item.cited_changes or ()
        ]
    else:
        noted = list(noted_of(item).values_list("cited_type", "cited_id", "changed_at"))
    moments = {(kind, pk): at for kind, pk, at in reversed(noted)}
    found = []
    for kind in {kind for kind, _ in moments}:
        model = ContentType.objects.get_for_id(kind).model_class()
        rows = model.objects.published().light()
        for cited in rows.filter(pk__in=[pk for each, pk in moments if each == kind]):
            found.append(Change(cited.noun, cited.title, cited.path, moments[kind, cited.pk]))
    return sorted(found, key=lambda change: change.at, reverse=True)
