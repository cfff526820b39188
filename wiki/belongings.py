"""The pages over each wiki page of a query, as a column."""

from django.db.models import JSONField
from django.db.models.expressions import RawSQL

# As deep as anybody can have meant it; a ring of pages, which nothing allows, would end too.
ABOVE = """
(WITH RECURSIVE chain (id, parent_id, height) AS (
  SELECT up.id, up.parent_id, 1 FROM wiki_wikipage up WHERE up.id = wiki_wikipage.parent_id
  UNION ALL
  SELECT up.id, up.parent_id, chain.height + 1
  FROM wiki_wikipage up JOIN chain ON up.id = chain.parent_id WHERE chain.height < 50
) SELECT coalesce(jsonb_agg(chain.id ORDER BY chain.height), '[]') FROM chain)
"""


def above() -> RawSQL:
    """Keys of the pages over a wiki page, the nearest one first; public or not."""
    return RawSQL(ABOVE, (), JSONField())  # noqa: S611 - all of it is written in this file
