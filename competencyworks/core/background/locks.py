"""
Locks between processes, for work that only one may do at a time.

They are PostgreSQL's advisory locks, held by a transaction of a connection of their own. Thus the
lock of a process that dies is free at once, on whatever host it ran, with no lease to choose and no
clock to trust; and it works behind PgBouncer's transaction pooling, where a session's lock would
not. An idle transaction that has written and read nothing hinders no vacuum.
"""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import DEFAULT_DB_ALIAS, Error, connections

logger = logging.getLogger(__name__)


@contextmanager
def held(name: str) -> Iterator[bool]:
    """
    Hold the lock `name` in the block. Yields False, at once, if another process holds it.

    Raises django.db.OperationalError if the database cannot be reached. If the
    connection is lost meanwhile, the block goes on without the lock: what it does must be
    idempotent.
    """
    connection = connections.create_connection(DEFAULT_DB_ALIAS)
    try:
        connection.set_autocommit(False)
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL idle_in_transaction_session_timeout = 0")
            cursor.execute("SELECT pg_try_advisory_xact_lock(hashtextextended(%s, 0))", [name])
            got = cursor.fetchone()[0]
        yield got
    finally:
        try:
            # Closing would do too, but only once the server notices: who asks next may be faster.
            connection.rollback()
            connection.close()
        except Error:
            logger.warning("The connection that held the lock %s was lost.", name, exc_info=True)
