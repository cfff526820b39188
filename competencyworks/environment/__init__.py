"""
The environment, read strictly: a value is right, or the process does not start.

`Environment` reads one variable at a time. Blanks around a value are taken away, and an empty
value, or a list of empty parts, counts as not set. What is wrong raises StartRefused with the
variable's name, what is wrong with it, and what would be right; never with the value of a secret.

What makes a value right is decided by the functions in `values` (numbers, folders, keys),
`addresses` (hosts, networks, URLs, mailboxes) and `servers` (database, mail). Each takes the text
of the variable and raises Malformed.
"""

import unicodedata
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path
from typing import Any

from environs import Env

from competencyworks.core.refused_start import StartRefused

from . import addresses, servers, values
from .malformed import Malformed

MODES = ("production", "demo", "development", "test")


class Environment:
    """The variables of this process, and of the file `file` where the process has none."""

    def __init__(self, file: Path | None = None):
        self._env = Env()
        try:
            if file is not None:
                self._env.read_env(file, recurse=False)
        except (ValueError, OSError) as error:
            raise StartRefused(
                f"{file} cannot be read. Save it in UTF-8, with one NAME=value per line. "
                "See docs/operate.md."
            ) from error
        self.production = True  # until mode() has been asked

    def read(
        self,
        name: str,
        parse: Callable[[str], Any],
        default: Any = None,
        *,
        required: str = "",
        is_list: bool = False,
    ):
        """
        What `parse` makes of the variable `name`. Where it is not set: `default`, called if it is
        a function; production refuses to start instead if `required` says what the variable is.
        """
        value = self._text(name)
        if not value or (is_list and not values.items(value)):
            if required and self.production:
                raise StartRefused(f"Set {name}: {required} (see docs/operate.md).")
            return default() if callable(default) else default
        return self._parsed(name, value, parse)

    def _parsed(self, name: str, value: str, parse: Callable[[str], Any]):
        try:
            return parse(value)
        except Malformed as error:
            words = str(error)
        except (ValueError, OSError):
            words = "cannot be read."  # the exception may quote a secret
        raise StartRefused(f"{name} {words.rstrip('.')}. See docs/operate.md.")

    def _text(self, name: str) -> str:
        value = (self._env.str(name, None) or "").strip()
        for character in value:
            # Controls, and the halves of characters that bytes outside of UTF-8 are read as.
            if unicodedata.category(character) in ("Cc", "Cs", "Zl", "Zp"):
                raise StartRefused(
                    f"{name} contains a line break, another control character, or bytes that are "
                    "not UTF-8. Use one line of plain text. See docs/operate.md."
                )
        return value

    def is_empty(self, name: str) -> bool:
        """Whether the variable is there, and empty."""
        return self._env.str(name, None) is not None and not self._text(name)

    # --- Plain values ------------------------------------------------------------------------

    def mode(self, name: str) -> str:
        """Which kind of process this is; everything read afterwards depends on it."""
        found = self.one_of(name, MODES, "production")
        self.production = found == "production"
        return found

    def one_of(self, name: str, choices: Iterable, default="", **more):
        return self.read(name, partial(values.one_of, choices=tuple(choices)), default, **more)

    def log_level(self, name: str, default="INFO"):
        return self.read(name, lambda value: values.one_of(value.upper(), values.LEVELS), default)

    def time_zone(self, name: str, default):
        return self.read(name, values.time_zone, default)

    def folder(self, name: str, default: Path, *, base: Path, writable=False) -> Path:
        """A folder that exists or can be made; a relative one lies below `base`."""
        parse = partial(values.folder, base=base, writable=writable)
        # The default is looked at too: it may be taken by a file, or closed to this process.
        return self.read(name, parse, lambda: self._parsed(name, str(default), parse))

    def secret(self, name: str, default="", **more):
        """A key or password that another service gave out."""
        return self.read(name, values.secret, default, **more)

    def secret_key(self, name: str, default, *, required):
        parse = partial(values.signing_key, strict=self.production)
        return self.read(name, parse, default, required=required)

    def secret_keys(self, name: str):
        """Keys of ours that are no longer signed with, but still believed."""

        def parse(value):
            return [values.signing_key(key, strict=self.production) for key in values.items(value)]

        return self.read(name, parse, [], is_list=True)

    # --- Addresses ---------------------------------------------------------------------------

    def hosts(self, name: str, default):
        parse = partial(addresses.hosts, everything=not self.production)
        return self.read(name, parse, default, is_list=True)

    def networks(self, name: str):
        """IP addresses and networks."""
        return self.read(name, addresses.networks, [], is_list=True)

    def site_url(self, name: str, default, *, required):
        parse = partial(addresses.site_url, only_https=self.production)
        return self.read(name, parse, default, required=required)

    def url(self, name: str, default="", **more):
        """An http or https address without query."""
        return self.read(name, addresses.http_url, default, **more)

    def issuer(self, name: str):
        return self.read(name, addresses.issuer, "")

    def mailbox(self, name: str, default):
        return self.read(name, addresses.mailbox, default)

    def sentry_dsn(self, name: str):
        return self.read(name, addresses.sentry_dsn, "")

    # --- Servers -----------------------------------------------------------------------------

    def database(self, name: str, default, *, engine, required):
        parse = partial(servers.database, engine=engine)
        return self.read(name, parse, default, required=required)

    def mail_server(self, name: str, default, *, required):
        return self.read(name, servers.mail_server, default, required=required)

    # --- Named as in environs; last, because these names hide Python's own ------------------------

    def list(self, name: str, default: Iterable = (), **more):
        """Texts with commas between; blanks around them and empty ones are left out."""
        return self.read(name, values.items, lambda: [*default], is_list=True, **more)

    def int(self, name: str, default=0, *, minimum=0, maximum=values.LARGEST, **more):
        parse = partial(values.whole_number, minimum=minimum, maximum=maximum)
        return self.read(name, parse, default, **more)

    def bool(self, name: str, default=False, **more):
        return self.read(name, values.boolean, default, **more)

    def str(self, name: str, default="", **more):
        """One line of text."""
        return self.read(name, lambda value: value, default, **more)
