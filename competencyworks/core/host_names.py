"""Names of hosts in ASCII, as computers look them up, and in their own letters."""

import idna


def ascii_host(name: str) -> str:
    """
    A host in ASCII, as browsers and `core.outside` ask for it: IDNA 2008 after UTS 46, in which
    faß.de and fass.de are two. '' for what cannot be one.
    """
    if name.isascii():
        return name
    try:
        return idna.encode(name, uts46=True).decode()
    except UnicodeError:  # idna's own errors are of this kind
        return ""


def readable_host(name: str) -> str:
    """A host in its own letters; `name` where it has no others."""
    if "xn--" not in name:
        return name
    try:
        return idna.decode(name)
    except UnicodeError:
        return name
