"""Rows of migrations (channels, states, roles) that emptied tables get back."""

from django.apps import apps
from django.core.management.color import no_style
from django.db import connection


def put_back(serialized: str) -> None:
    """
    Load `serialized` (of `connection.creation.serialize_db_to_string`) into empty tables.

    The rows come with their keys and leave the sequences alone, and emptying tables by the
    command `flush` restarts those: without a reset the next new row gets a key that is taken.
    """
    connection.creation.deserialize_db_from_string(serialized)
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), apps.get_models()):
            cursor.execute(statement)
