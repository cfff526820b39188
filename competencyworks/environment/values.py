"""Numbers, choices, lists, folders and keys."""

import re
import tempfile
from collections.abc import Iterable
from pathlib import Path
from zoneinfo import ZoneInfo

from .malformed import Malformed

TRUE = {"true", "yes", "on", "1"}
FALSE = {"false", "no", "off", "0"}
LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")
LARGEST = 2**31 - 1  # what PostgreSQL, browsers and the operating system take
SHORTEST_KEY = 50
FEWEST_DIFFERENT = 5
LONGEST_REPEATED = 16  # characters of a piece that a key must not consist of, over and over
ZONES_OF_THE_SYSTEM = Path("/usr/share/zoneinfo")
NO_ZONES = ("localtime", "Factory", "posixrules")  # files that stand beside the zones


def boolean(value: str) -> bool:
    word = value.lower()
    if word in TRUE or word in FALSE:
        return word in TRUE
    raise Malformed(f"is {value!r}. Write true or false.")


def whole_number(value: str, minimum: int = 0, maximum: int = LARGEST) -> int:
    if not re.fullmatch(r"-?[0-9]{1,10}", value) or not minimum <= int(value) <= maximum:
        raise Malformed(f"is {value[:40]!r}. Write a whole number from {minimum} to {maximum}.")
    return int(value)


def one_of(value: str, choices: Iterable[str]) -> str:
    if value in choices:
        return value
    raise Malformed(f"is {value[:40]!r}. Write one of: {', '.join(choices)}.")


def items(value: str) -> list[str]:
    """The parts between commas, without blanks around them; empty ones are left out."""
    return [part.strip() for part in value.split(",") if part.strip()]


def time_zone(value: str) -> str:
    known = re.fullmatch(r"(?!posix/|right/)[A-Za-z0-9_+-]+(?:/[A-Za-z0-9_+-]+)*", value)
    try:
        if not known or value in NO_ZONES:
            raise ValueError(value)
        ZoneInfo(value)
    except (ValueError, LookupError, OSError):
        raise Malformed(
            f"is {value[:40]!r}. Write an IANA time zone, such as America/New_York."
        ) from None
    # Django looks here too, and would stop with a traceback.
    if ZONES_OF_THE_SYSTEM.exists() and not (ZONES_OF_THE_SYSTEM / value).exists():
        raise Malformed(
            f"is {value!r}, which is missing from the time zones of this machine. Install the "
            "package tzdata (Debian: tzdata-legacy for old names)."
        )
    return value


def folder(value: str, *, base: Path, writable: bool = False) -> Path:
    path = base / value
    try:
        nearest = next(each for each in (path, *path.parents) if each.exists())
    except OSError:  # a name too long
        raise Malformed("is not a valid folder name.") from None
    if not nearest.is_dir():
        raise Malformed(f"leads to {nearest}, which is a file. Use a folder.")
    if path.resolve() == Path(path.anchor):
        raise Malformed("is the root of the file system. Use a separate folder for the site.")
    if writable:
        _try_to_write(nearest, path)
    return path


def _try_to_write(nearest: Path, path: Path) -> None:
    """`nearest` is `path`, or the nearest folder above it that exists."""
    try:
        # os.access() would say yes to root, for /proc too. Nothing is left behind.
        with tempfile.TemporaryFile(dir=nearest):
            pass
    except OSError:
        place = path if nearest == path else f"{path}, to be made in {nearest}"
        raise Malformed(
            f"is {place}, where this process cannot write. Change the permissions or use another "
            "folder."
        ) from None


def secret(value: str) -> str:
    if value.isascii() and value.isprintable() and " " not in value:
        return value
    raise Malformed(
        "contains a space or another character that is not valid in a key. Copy it again."
    )


def signing_key(value: str, *, strict: bool) -> str:
    """A key of Django's signatures; outside of production any will do."""
    if strict and _can_be_guessed(value):
        raise Malformed(
            f"can be guessed: a key needs {SHORTEST_KEY} or more random characters, without "
            "spaces, repeated words, or 'django-insecure'. Create one with: "
            "python -c 'import secrets; print(secrets.token_urlsafe(50))'"
        )
    return value


def _can_be_guessed(key: str) -> bool:
    words = re.findall(r"[a-z0-9]{3,}", key.lower())
    return (
        len(key) < SHORTEST_KEY
        or len(set(key)) < FEWEST_DIFFERENT
        or any(each.isspace() for each in key)
        or key.startswith("django-insecure")
        # As 'change-me-change-me-…' and 'secret1secret1secret1…'.
        or (len(words) > 1 and len(set(words)) <= len(words) / 2)
        or any(key.startswith(key[n:]) for n in range(1, LONGEST_REPEATED + 1))
    )
