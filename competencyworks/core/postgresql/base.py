"""
Kept connections are looked at before each request (CONN_HEALTH_CHECKS), so that a restart of the
database is no error to anybody. Django asks the server, which costs every page a round trip.

A server that ends a connection says so: its socket can be read. Nothing is sent to a connection
that nobody uses, so where there is nothing to read, the connection is as it was left.
"""

import select

from django.db.backends.postgresql import base


class DatabaseWrapper(base.DatabaseWrapper):
    def is_usable(self) -> bool:
        """Whether the connection lives; asks the server only where there is a reason to."""
        if self.errors_occurred or self._has_news():
            return super().is_usable()
        return True

    def _has_news(self) -> bool:
        """Whether the socket has something to read, or is broken."""
        if self.connection is None or self.connection.closed:
            return True
        poll = select.poll()
        poll.register(self.connection.fileno(), select.POLLIN)
        return bool(poll.poll(0))
