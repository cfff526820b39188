"""Where in the whole database an address stands, whatever table it is and whoever made it."""

from dataclasses import dataclass

from django.db import connection

from .erasure import pattern_of, written_forms

COLUMNS = """
    SELECT table_name, column_name
    FROM information_schema.columns JOIN information_schema.tables USING (table_schema, table_name)
    WHERE table_schema = current_schema() AND table_type = 'BASE TABLE'
      AND data_type IN ('text', 'character varying', 'character', 'json', 'jsonb', 'ARRAY',
                        'tsvector')
    ORDER BY table_name, ordinal_position
"""


@dataclass(frozen=True)
class Trace:
    """So many rows of one column hold the address."""

    table: str
    column: str
    rows: int


def traces(email: str) -> list[Trace]:
    """Every column of the database in whose texts the address stands. Reads all of them."""
    forms, found, name = written_forms(email), [], connection.ops.quote_name
    # Plain words first: they are found thirty times as fast as the pattern.
    plain = " OR ".join(["strpos(lower({0}::text), %s) > 0"] * len(forms))
    holds = f"({plain}) AND {{0}}::text ~* %s"
    arguments = [*(form.lower() for form in forms), pattern_of(forms)]
    with connection.cursor() as cursor:
        cursor.execute(COLUMNS)
        by_table: dict[str, list[str]] = {}
        for table, column in cursor.fetchall():
            by_table.setdefault(table, []).append(column)
        for table, columns in by_table.items():
            counts = ", ".join(
                f"count(*) FILTER (WHERE {holds.format(name(column))})" for column in columns
            )
            # Names of tables and columns come from the database itself, and are quoted.
            cursor.execute(f"SELECT {counts} FROM {name(table)}", arguments * len(columns))  # noqa: S608
            pairs = zip(columns, cursor.fetchone(), strict=True)
            found += [Trace(table, column, rows) for column, rows in pairs if rows]
    return found
