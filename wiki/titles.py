"""How titles of wiki pages are compared, and what is written between two brackets."""

import re
import unicodedata

LENGTH = 300  # characters, as the title columns have
# What a title cannot hold, or else no [[link]] could name it.
UNLINKABLE = re.compile(r"[\[\]|<>]")
# [[Title]] or [[Title|words that are shown]]. In stored HTML the brackets are text, in which
# characters may be written as entities. White space around the parts is for the reader to strip.
WIKILINK = re.compile(r"\[\[([^\[\]|<>]*)(?:\|([^\[\]|<>]*))?\]\]")


def title_key(title: str) -> str:
    """`title` as titles are compared: letter case, spaces and `_` do not count."""
    folded = unicodedata.normalize("NFKC", title).casefold().replace("_", " ")
    return " ".join(unicodedata.normalize("NFKC", folded).split())[:LENGTH]
