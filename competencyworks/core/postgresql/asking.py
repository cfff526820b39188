"""
Whether a database answers, found out within a time that holds whatever state it is in.

connect_timeout ends with the connection, and statement_timeout is kept by the server, which may be
what hangs. So the connection is an asynchronous one, and the waiting is done here.
"""

import select
import time

import psycopg2
from psycopg2 import extensions

QUERY = "SELECT 1"


def ask(parameters: dict, seconds: float) -> None:
    """
    Connect anew and run a query. Raises psycopg2.OperationalError where that fails or takes longer.

    Looking a host's name up is the one step that may take longer: libpq leaves it to the system.
    """
    deadline = time.monotonic() + seconds
    connection = psycopg2.connect(**parameters, async_=True)
    try:
        _wait(connection, deadline)
        cursor = connection.cursor()
        cursor.execute(QUERY)
        _wait(connection, deadline)
    finally:
        connection.close()


def _wait(connection, deadline: float) -> None:
    events = {extensions.POLL_READ: select.POLLIN, extensions.POLL_WRITE: select.POLLOUT}
    while (state := connection.poll()) != extensions.POLL_OK:
        poll = select.poll()
        poll.register(connection.fileno(), events[state])
        left = deadline - time.monotonic()
        if left <= 0 or not poll.poll(left * 1000):
            raise psycopg2.OperationalError("no answer in time")
