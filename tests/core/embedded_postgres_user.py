"""A process that uses an embedded server, for test_embedded_postgres: what it runs."""

import os
import threading
from multiprocessing.connection import Connection
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.db import DatabaseError, connection

from competencyworks.core.embedded_postgres import server

STANDARD = 3  # descriptors below this are standard input, output and errors


def configure(var: Path, options: dict) -> None:
    """Set Django up with the database that `server.database` gives for these."""
    settings.configure(DATABASES={"default": server.database(var, **options)}, USE_TZ=True)
    apps.populate([])  # all of django.setup() that is needed, in half its time


def serve(commands: Connection, var: Path, options: dict) -> None:
    """Answer each command, a name and its arguments, until the other end closes."""
    os.setpgid(0, 0)  # as a shell starts a job, so that Ctrl-C reaches it alone
    configure(var, options)
    while True:
        try:
            name, *arguments = commands.recv()
        except EOFError:
            return
        if name == "close_descriptors":
            arguments.append(commands.fileno())
        commands.send(COMMANDS[name](*arguments))


def sql(statement: str) -> object:
    """The first value that the statement gives on a new connection."""
    try:
        with connection.cursor() as cursor:
            cursor.execute(statement)
            return cursor.fetchone()[0] if cursor.description else None
    except DatabaseError as error:
        return f"error: {error}"
    finally:
        connection.close()


def threads(number: int, statement: str) -> list:
    """What `sql` gives in each of that many threads, all let go at once."""
    answers, barrier = [], threading.Barrier(number)

    def ask() -> None:
        barrier.wait()
        answers.append(sql(statement))

    started = [threading.Thread(target=ask) for _ in range(number)]
    for thread in started:
        thread.start()
    for thread in started:
        thread.join()
    return answers


def fork(survivor: str) -> int:
    """Fork; the `survivor`, 'parent' or 'child', goes on and answers its number, the other ends."""
    child = os.fork()
    if (survivor == "child") == bool(child):
        os._exit(0)
    if child:
        os.waitpid(child, 0)
    return os.getpid()


def close_descriptors(spared: int) -> None:
    """What a daemon does: close every descriptor that it inherited, but one."""
    os.closerange(STANDARD, spared)
    os.closerange(spared + 1, 1000)


def patience(seconds: float) -> None:
    """Shorten how long a start is tried."""
    server.PATIENCE = seconds


COMMANDS = {
    command.__name__: command for command in (sql, threads, fork, close_descriptors, patience)
}
