"""A database whose LC_CTYPE or encoding spoils searches is refused, with how to create another."""

from contextlib import contextmanager
from urllib.parse import quote

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import DEFAULT_DB_ALIAS, connection

from competencyworks.core.embedded_postgres import base as embedded
from competencyworks.core.postgresql import base, ctype
from tests.production import manage

pytestmark = pytest.mark.django_db(transaction=True)
GOOD = "LOCALE_PROVIDER libc LOCALE 'C.UTF-8'"


@contextmanager
def database(options: str):
    """The name of a new, empty database."""
    name = "tried_ctype"
    with connection.cursor() as cursor:
        cursor.execute(f"DROP DATABASE IF EXISTS {name}")
        cursor.execute(f"CREATE DATABASE {name} TEMPLATE template0 {options}")
    try:
        yield name
    finally:
        with connection.cursor() as cursor:
            cursor.execute(f"DROP DATABASE {name} WITH (FORCE)")


def connect(name: str) -> None:
    found = base.DatabaseWrapper({**connection.settings_dict, "NAME": name}, DEFAULT_DB_ALIAS)
    base._checked.clear()
    try:
        found.ensure_connection()
        assert found.connection.info.transaction_status == 0  # idle: nothing was left open
    finally:
        found.close()


@pytest.mark.parametrize(
    "options",
    [
        GOOD,
        "ENCODING 'UTF8' LOCALE_PROVIDER libc LOCALE 'C' LC_CTYPE 'C.UTF-8'",
        "ENCODING 'UTF8' LOCALE_PROVIDER builtin BUILTIN_LOCALE 'C.UTF-8' LC_CTYPE 'C.UTF-8'",
    ],
)
def test_a_right_database_is_used(options):
    with database(options) as name:
        connect(name)


@pytest.mark.parametrize(
    "options",
    [
        "ENCODING 'UTF8' LOCALE_PROVIDER libc LOCALE 'C'",
        "ENCODING 'UTF8' LOCALE_PROVIDER libc LOCALE 'POSIX'",
        "ENCODING 'UTF8' LOCALE_PROVIDER builtin BUILTIN_LOCALE 'C.UTF-8' LC_CTYPE 'C'",
        "ENCODING 'SQL_ASCII' LOCALE_PROVIDER libc LOCALE 'C'",
        "ENCODING 'LATIN1' LOCALE_PROVIDER libc LOCALE 'C'",
    ],
)
def test_a_wrong_database_is_refused(options):
    with database(options) as name, pytest.raises(ImproperlyConfigured, match="CREATE DATABASE"):
        connect(name)


def test_of_an_old_folder_of_the_embedded_server_it_is_said_how_to_make_it_anew():
    with database("ENCODING 'UTF8' LOCALE_PROVIDER libc LOCALE 'C'") as name:
        settings = {**connection.settings_dict, "NAME": name}
        found = embedded.DatabaseWrapper(settings, DEFAULT_DB_ALIAS)
        base._checked.clear()
        with pytest.raises(ImproperlyConfigured, match="'make clean'"):
            found.ensure_connection()


def test_the_command_that_is_told_makes_a_right_database():
    options = ctype.CREATE.partition("template0 ")[2]
    with database(options) as name:
        connect(name)


def test_what_was_tried_once_is_not_tried_at_each_connection(monkeypatch):
    asked = []
    monkeypatch.setattr(ctype, "check", lambda *args: asked.append(args))
    with database(GOOD) as name:
        connect(name)
        found = base.DatabaseWrapper({**connection.settings_dict, "NAME": name}, DEFAULT_DB_ALIAS)
        found.ensure_connection()
        found.close()
    assert len(asked) == 1


@pytest.mark.parametrize("command", [("migrate",), ("worker", "--once")])
def test_commands_do_not_start_with_it(tmp_path, command):
    place = connection.settings_dict
    with database("ENCODING 'UTF8' LOCALE_PROVIDER libc LOCALE 'C'") as name:
        url = f"postgresql://{place['USER']}@{quote(place['HOST'], safe='')}:{place['PORT']}/{name}"
        result = manage(tmp_path, *command, DATABASE_URL=url)
    assert result.returncode == 1
    assert result.stderr.startswith("The database has LC_CTYPE 'C'")
    assert "Traceback" not in result.stderr
