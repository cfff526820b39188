"""All that a site keeps, to compare before and after: every row of every table, and every file."""

import hashlib
from pathlib import Path

from django.conf import settings
from django.db import connection


def everything_stored() -> dict[str, str]:
    """A digest of each table and of each file in the media folder."""
    found = {}
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            rows = f'SELECT md5(string_agg(t::text, $$|$$ ORDER BY t::text)) FROM "{table}" t'
            cursor.execute(rows)
            found[table] = cursor.fetchone()[0] or ""
    for path in Path(settings.MEDIA_ROOT).rglob("*"):
        if path.is_file():
            found[str(path)] = hashlib.sha256(path.read_bytes()).hexdigest()
    return found
