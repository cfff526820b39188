"""
Kept connections are looked at before each request (CONN_HEALTH_CHECKS), so that a restart of the
database is no error to anybody. Django asks the server, which costs every page a round trip.

A server that ends a connection says so: its socket can be read. Nothing is sent to a connection
that nobody uses, so where there is nothing to read, the connection is as it was left.
"""

import select

from django.db.backends.base.base import NO_DB_ALIAS
from django.db.backends.postgresql import base

from ..refused_start import StartRefused
from . import asking, ctype

_checked: set[tuple[str, str, str]] = set()  # host, port and name of databases found right


class DatabaseWrapper(base.DatabaseWrapper):
    # What to do where the database was created so that searches find too little.
    ctype_advice = (
        f"It cannot be changed: create a new database with\n  {ctype.CREATE};\nand move the data "
        "with pg_dump and psql (docs/operate.md, Deploy)."
    )

    def get_new_connection(self, conn_params):
        """
        Connect. Raises StartRefused, at a process's first connection to a database, where
        its LC_CTYPE or encoding spoils searches.
        """
        connection = super().get_new_connection(conn_params)
        place = tuple(str(conn_params.get(key, "")) for key in ("host", "port", "dbname"))
        # Tests connect to the server's own database 'postgres' to create theirs.
        if place not in _checked and self.alias != NO_DB_ALIAS:
            try:
                ctype.check(connection, self.ctype_advice)
            except StartRefused:
                connection.close()
                raise
            _checked.add(place)
        return connection

    def is_usable(self) -> bool:
        """Whether the connection lives; asks the server only where there is a reason to."""
        if self.errors_occurred or self._has_news():
            return super().is_usable()
        return True

    def ask(self, seconds: float) -> None:
        """
        Raises OperationalError where the database does not answer within `seconds`.

        By a connection of its own: the kept one would wait as long as a frozen server does.
        """
        with self.wrap_database_errors:
            asking.ask(self.get_connection_params(), seconds)

    def _has_news(self) -> bool:
        """Whether the socket has something to read, or is broken."""
        if self.connection is None or self.connection.closed:
            return True
        poll = select.poll()
        poll.register(self.connection.fileno(), select.POLLIN)
        return bool(poll.poll(0))
