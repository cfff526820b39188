"""
Whether a database tells letters from other signs.

PostgreSQL's search asks the database's LC_CTYPE what a letter is. With 'C' it knows ASCII alone
and takes the rest, quotation marks and dashes too, for letters: a search for cat does not find
“cat”. That cannot be changed later, so a process does not work with such a database.

It is tried rather than read, for how it shows differs: pg_database has datctype, and beside it
datlocprovider (from 15), daticulocale (15, 16), datlocale (from 17).
"""

from ..refused_start import StartRefused

CREATE = (
    "CREATE DATABASE name OWNER user TEMPLATE template0 ENCODING 'UTF8' "
    "LOCALE_PROVIDER libc LOCALE 'C.UTF-8'"
)
_WHAT = """
SELECT datctype, pg_encoding_to_char(encoding) FROM pg_database WHERE datname = current_database()
"""
_TRY = """
SELECT to_tsvector('simple', '“cat”—dog') = 'cat:1 dog:2' AND lower('É') = 'é'
"""


def check(connection, advice: str) -> None:
    """Raises StartRefused for a psycopg2 connection to a database that spoils searches."""
    with connection.cursor() as cursor:
        cursor.execute(_WHAT)
        ctype, encoding = cursor.fetchone()
        is_right = encoding == "UTF8"
        if is_right:  # another encoding does not have the signs to try it with
            cursor.execute(_TRY)
            (is_right,) = cursor.fetchone()
    connection.rollback()
    if not is_right:
        raise StartRefused(
            f"The database has LC_CTYPE {ctype!r} and the encoding {encoding}. With these, "
            f"search treats quotation marks and dashes as letters and misses results. {advice}"
        )
