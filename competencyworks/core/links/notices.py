"""
What readers are told of links that are dead: where a copy is, or that nothing answers.

It is put in when a page is shown, and stands in no stored text: so the text is what its writers
wrote, and the page tells what is known now, whatever was saved or checked last. Which links of an
item are dead comes as a column of the item's own query (see dead_links()); most items have none,
and their text is shown as it is stored.
"""

import re
from html import escape, unescape

from django.db import models
from django.db.models import JSONField
from django.db.models.expressions import RawSQL

from ..prose.html_tokens import TOKEN, attributes_of
from .addresses import outside_key
from .targets import ANCHOR

DEAD = """\
(
  SELECT jsonb_object_agg(outside.key, outside.archived_url)
  FROM core_link link JOIN core_outsideaddress outside ON outside.id = link.outside_id
  WHERE outside.health = 'dead' AND link.source_id = {table}.id AND link.source_type_id = (
    SELECT id FROM django_content_type WHERE app_label = '{app}' AND model = '{model}'
  )
)"""


def dead_links(model: type[models.Model]) -> RawSQL:
    """
    The column `dead_links` of a query over `model`: the keys of the dead addresses that a row leads
    to, each with the address of its archived copy or ''; None where there is none.
    """
    kind = model._meta.concrete_model._meta
    sql = DEAD.format(table=kind.db_table, app=kind.app_label, model=kind.model_name)
    # All of it is written here; the names are those of our own tables.
    return RawSQL(sql, (), JSONField())  # noqa: S611


def with_notices(item: models.Model, html: str | None = None) -> str:
    """
    The `html` of `item` (as it is stored, if it is not given), with a note behind each link to an
    address that is dead. One query; none where the item came with `dead_links`.
    """
    html = item.html if html is None else html
    dead = item.dead_links if hasattr(item, "dead_links") else _ask(item)
    if not dead:
        return html

    def noted(link: re.Match[str]) -> str:
        said = attributes_of(link[1])
        archived = dead.get(outside_key(said.get("href", "")))
        if archived is None:
            return link[0]
        # In a copy of a footnote, which screen readers pass over, the tab key passes over it too.
        aside = ' tabindex="-1"' if said.get("tabindex") == "-1" else ""
        return f"{link[0]} {_note(archived, link[2], aside)}"

    return ANCHOR.sub(noted, html)


def _note(archived: str, inside: str, aside: str) -> str:
    if not archived:
        return '<span class="gone">(no longer available)</span>'
    words = " ".join(unescape(TOKEN.sub("", inside)).split())
    of = f'<span class="visually-hidden"> of “{escape(words)}”</span>' if words else ""
    return f'<span class="gone">(<a href="{escape(archived)}"{aside}>archived copy{of}</a>)</span>'


def _ask(item: models.Model) -> dict[str, str] | None:
    if item.pk is None:
        return None
    rows = type(item)._base_manager.filter(pk=item.pk).annotate(dead_links=dead_links(type(item)))
    return rows.values_list("dead_links", flat=True).first()
