"""The addresses that a comment carries."""

import re
from urllib.parse import urlsplit

from .folding import text_of

_HREF = re.compile(r'\shref="(https?:[^"]*)"', re.IGNORECASE)
_BARE = re.compile(r"(?:https?://|\bwww\.)[^\s<>\"'\]\[)]+", re.IGNORECASE)
# A name of a host with one of the usual ends, with no scheme before it.
_NAMED = re.compile(
    r"(?<![\w@./-])(?:[a-z0-9-]+\.)+"
    r"(?:com|net|org|info|biz|ru|cn|xyz|top|site|online|shop|club|icu|pw|tk|link|click|io|me|co|ly|gd|gl|cc)\b"
    r"(?:/[^\s<>\"']*)?",
    re.IGNORECASE,
)


def links_in(body: str) -> list[str]:
    """The different addresses in the cleaned HTML `body`, linked or only written."""
    text = text_of(body)
    found = [*_HREF.findall(body), *_BARE.findall(text), *_NAMED.findall(text)]
    return list(dict.fromkeys(address for each in found if (address := _bare(each))))


def host_of(address: str) -> str:
    """The host of an address, or ''."""
    try:
        return (urlsplit(address).hostname or "").removeprefix("www.")
    except ValueError:
        return ""


def _bare(address: str) -> str:
    """`address` as it is compared: without scheme, www, and punctuation of the sentence."""
    short = re.sub(r"^https?://", "", address.strip().lower().replace("&amp;", "&"))
    return short.removeprefix("www.").rstrip(".,;:!?/")
