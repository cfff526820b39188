"""
What is public as long as it is there: people, channels, the site's settings.

Such a kind has no states and no dates, but its texts and addresses lead somewhere like those of
publishables: its saves keep the graph of links, and its queries answer to the same names.
"""

from datetime import datetime

from django.contrib.contenttypes.fields import GenericRelation
from django.db import models, transaction
from django.db.models import CharField, DateTimeField, F, JSONField, Value
from django.db.models.expressions import RawSQL
from django.db.models.functions import Cast, Concat
from django.utils.functional import classproperty

from .addresses import remember_change, stored
from .links import graph
from .links.changes import changed
from .links.mentions import linked
from .links.notices import dead_links


class StandingQuerySet(models.QuerySet):
    """Queries over one standing kind."""

    def published(self, at: datetime | None = None) -> "StandingQuerySet":
        """What the public may see: all."""
        return self.all()

    def kept(self) -> "StandingQuerySet":
        """Everything: such kinds have no trash."""
        return self.all()

    def light(self) -> "StandingQuerySet":
        """Without the columns that only an item's own page needs."""
        return self.defer(*self.model.link_texts)

    def with_links(self) -> "StandingQuerySet":
        """With the columns of the same method of publishing.PublishableQuerySet."""
        return self.annotate(
            is_linked=linked(self.model),
            cited_changes=changed(self.model),
            dead_links=dead_links(self.model),
        )

    def as_mentions(self, kind: str) -> "StandingQuerySet":
        """Rows of links.mentions.Mention, whose kind is `kind`."""
        path = Concat(
            Value(self.model.path_start), "slug", Value("/"), output_field=CharField()
        )  # fmt: skip
        return (
            self.order_by()
            .annotate(
                label=Value(kind, CharField()),
                shown_as=F("name"),
                shown_at=path,
                no_date=Cast(None, DateTimeField()),
                no_dates=Cast(None, JSONField()),
            )
            .values_list("label", "pk", "shown_as", "shown_at", "no_date", "no_dates")
        )

    def at_path(self, column: str) -> "StandingQuerySet":
        """Those whose address, without the slash at its end, is in `column` of the query around."""
        start = self.model.path_start
        slug = f"substr({column}, {len(start) + 1})"
        # All of it is of our own code.
        slug = RawSQL(f"CASE WHEN starts_with({column}, '{start}') THEN {slug} END", ())  # noqa: S611
        return self.filter(slug=slug)


class Standing(models.Model):
    """Abstract base of the kinds that are public as long as they are there."""

    objects = StandingQuerySet.as_manager()

    links = GenericRelation("core.Link", "source_id", "source_type")
    # Columns that the graph reads (see links.targets): HTML, and single addresses.
    link_texts: tuple[str, ...] = ()
    link_fields: tuple[str, ...] = ()
    # What stands before the slug in the addresses of their pages; empty where they have none.
    path_start = ""

    is_public = True

    class Meta:
        abstract = True

    @classproperty
    def path_sql(cls) -> str:  # noqa: N805
        """The address of a row in SQL; empty for kinds without pages."""
        return f"'{cls.path_start}' || {{table}}.slug" if cls.path_start else ""

    def get_absolute_url(self) -> str:
        return f"{self.path_start}{self.slug}/"

    @property
    def title(self) -> str:
        return str(self)

    @property
    def noun(self) -> str:
        """What readers call an item of its kind, as 'person'."""
        return str(self._meta.verbose_name)

    def save(self, *args, update_fields=None, **kwargs) -> None:
        """Save, keep the address that the page had leading here, and record what it leads to."""
        with transaction.atomic(savepoint=False):
            before = stored(self)
            remember_change(self, before)
            super().save(*args, update_fields=update_fields, **kwargs)
            columns = {"slug", *self.link_texts, *self.link_fields}
            if update_fields is None or not columns.isdisjoint(update_fields):
                graph.record_change(self, before)
