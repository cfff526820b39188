"""How titles of wiki pages are compared, and what is written between two brackets."""

import re

from competencyworks.core.links.titles import keys_of, page_and_section, title_key

__all__ = [
    "LENGTH", "UNLINKABLE", "WIKILINK", "keys_of", "page_and_section", "title_key",
]  # fmt: skip

LENGTH = 300  # characters, as the title columns have
# What a title cannot hold, or else no [[link]] could name it.
UNLINKABLE = re.compile(r"[\[\]|<>]")
# [[Title]] or [[Title|words that are shown]]. In stored HTML the brackets are text, in which
# characters may be written as entities. White space around the parts is for the reader to strip.
WIKILINK = re.compile(r"\[\[([^\[\]|<>]*)(?:\|([^\[\]|<>]*))?\]\]")
