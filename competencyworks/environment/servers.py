"""The database and the mail server. Their addresses hold passwords: no message quotes them."""

from urllib.parse import parse_qsl, unquote, urlsplit

import dj_database_url
import psycopg2
from psycopg2.extensions import make_dsn

from .addresses import host
from .malformed import Malformed
from .values import whole_number

RIGHT_DATABASE = "Write postgresql://user:password@host/name"
LONGEST_NAME = 63  # bytes of a PostgreSQL identifier
SSL_MODES = ("disable", "allow", "prefer", "require", "verify-ca", "verify-full")
# Without these a host that does not answer holds a request up for many minutes.
PATIENCE = {
    "connect_timeout": 5,  # seconds
    # For kept connections, whose host may vanish: seconds of silence until it is asked whether it
    # is there, between questions, and how many; milliseconds that what was sent may be unanswered.
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 15_000,
}

MAIL_SCHEMES = {
    "smtp": {"EMAIL_PORT": 25},
    "smtp+tls": {"EMAIL_PORT": 587, "EMAIL_USE_TLS": True},
    "smtp+ssl": {"EMAIL_PORT": 465, "EMAIL_USE_SSL": True},
}
RIGHT_MAIL = "Write smtp+tls://user:password@host:587"
MAIL_TIMEOUT = 20  # seconds for each answer of the server
LONGEST_TIMEOUT = 600


def database(value: str, *, engine: str) -> dict:
    """The entry for Django's DATABASES."""
    if value.partition("://")[0] not in ("postgresql", "postgres"):
        raise Malformed(f"does not begin with postgresql://. {RIGHT_DATABASE}")
    try:
        found = dj_database_url.parse(value, engine=engine)
    except Exception:  # the parser raises what it likes, and quotes the password
        raise Malformed(
            f"cannot be read. {RIGHT_DATABASE}, and percent-encode special characters."
        ) from None
    if not found["NAME"]:
        raise Malformed(f"names no database. {RIGHT_DATABASE}")
    if len(found["NAME"].encode()) > LONGEST_NAME:
        raise Malformed(f"names a database with more than {LONGEST_NAME} bytes. {RIGHT_DATABASE}")
    texts = [str(found.get(key) or "") for key in ("NAME", "USER", "PASSWORD", "HOST")]
    if any("\0" in text or "\n" in text or "\r" in text for text in texts):
        raise Malformed(f"holds an encoded line break or NUL. {RIGHT_DATABASE}")
    options = found.setdefault("OPTIONS", {})
    _check_options(options)
    for name, standard in PATIENCE.items():
        options.setdefault(name, standard)
    return found


def _check_options(options: dict) -> None:
    try:
        make_dsn(dbname="x", **options)
    except (psycopg2.Error, TypeError, ValueError):
        unknown = ", ".join(sorted(options))
        raise Malformed(f"has an option among {unknown} that PostgreSQL does not know.") from None
    if options.get("sslmode", "prefer") not in SSL_MODES:
        raise Malformed(f"has an unknown sslmode. It is one of {', '.join(SSL_MODES)}.")
    for name in PATIENCE:
        try:
            whole_number(str(options.get(name, 1)), minimum=1)
        except Malformed:
            raise Malformed(f"has a {name} that is not a whole number of 1 or more.") from None


def mail_server(value: str) -> dict:
    """Django's settings for the SMTP server."""
    scheme = value.partition("://")[0]
    if scheme not in MAIL_SCHEMES or "://" not in value:
        raise Malformed(f"begins with one of {', '.join(MAIL_SCHEMES)}. {RIGHT_MAIL}")
    try:
        parts = urlsplit(value)
        port, name = parts.port, parts.hostname or ""
        asked = dict(
            parse_qsl(parts.query, keep_blank_values=True, strict_parsing=bool(parts.query))
        )
    except ValueError:
        raise Malformed(
            f"cannot be read. {RIGHT_MAIL}, and percent-encode special characters."
        ) from None
    if not name:
        raise Malformed(f"names no host. {RIGHT_MAIL}")
    try:
        host(f"[{name}]" if ":" in name else name)
    except Malformed:
        raise Malformed(f"has an invalid host. {RIGHT_MAIL}") from None
    if port == 0 or parts.path not in ("", "/") or parts.fragment:
        raise Malformed(f"has an invalid port, path, or fragment. {RIGHT_MAIL}")
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    if not (user + password).isascii() or not (user + password).isprintable():
        raise Malformed("has a user name or password that SMTP cannot send: use ASCII characters.")
    if password and not user:
        raise Malformed(f"has a password without a user name. {RIGHT_MAIL}")
    timeout = asked.pop("timeout", str(MAIL_TIMEOUT))
    if asked:
        raise Malformed(f"has an unknown option ({', '.join(sorted(asked))[:80]}); timeout is one.")
    if (
        not timeout.isascii()
        or not timeout.isdigit()
        or not 0 < int(timeout[:9]) <= LONGEST_TIMEOUT
    ):
        raise Malformed(f"has a timeout that is not a number from 1 to {LONGEST_TIMEOUT}.")
    return {
        "EMAIL_HOST": name,
        "EMAIL_HOST_USER": user,
        "EMAIL_HOST_PASSWORD": password,
        "EMAIL_USE_TLS": False,
        "EMAIL_USE_SSL": False,
        **MAIL_SCHEMES[scheme],
        **({"EMAIL_PORT": port} if port else {}),
        "EMAIL_TIMEOUT": int(timeout),
    }
