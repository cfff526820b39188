"""A kept database connection that the server has ended is no error to the next reader."""

import time

import pytest
from django.db import close_old_connections, connection

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def kept(settings):
    """The connection as between two requests of a server."""
    connection.close()
    before = connection.settings_dict["CONN_HEALTH_CHECKS"]
    connection.settings_dict["CONN_HEALTH_CHECKS"] = True
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        yield cursor.fetchone()[0]
    connection.settings_dict["CONN_HEALTH_CHECKS"] = before
    connection.close()


def backend() -> int:
    close_old_connections()  # what the start of a request does
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        return cursor.fetchone()[0]


def from_outside(sql: str, pid: int):
    """What another connection is answered when it asks `sql` about the connection `pid`."""
    other = connection.copy()
    try:
        with other.cursor() as cursor:
            cursor.execute(sql, [pid])
            return cursor.fetchone()[0]
    finally:
        other.close()


def end(pid: int) -> None:
    """Have the server end the connection `pid`, as its restart does."""
    from_outside("SELECT pg_terminate_backend(%s, 5000)", pid)
    time.sleep(0.05)  # the process has gone; its last words are on their way


def test_a_page_after_the_server_ended_the_connection(client, kept):
    end(kept)
    close_old_connections()
    assert client.get("/").status_code == 200
    assert backend() != kept


def test_a_connection_that_lives_is_kept_and_not_asked(kept):
    assert backend() == kept
    assert connection.is_usable()
    last = from_outside("SELECT query FROM pg_stat_activity WHERE pid = %s", kept)
    assert last == "SELECT pg_backend_pid()"


def test_a_connection_that_ended_is_seen_where_it_is_looked_at(kept):
    assert connection.is_usable()
    end(kept)
    assert not connection.is_usable()
