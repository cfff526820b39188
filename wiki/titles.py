"""How titles of wiki pages are compared, and what is written between two brackets."""

import re
import unicodedata

# [[Title]] or [[Title|words that are shown]]. In stored HTML the brackets are text.
WIKILINK = re.compile(r"\[\[\s*([^\[\]|<>]{1,300}?)\s*(?:\|\s*([^\[\]|<>]{1,300}?)\s*)?\]\]")


def title_key(title: str) -> str:
    """`title` as titles are compared: letter case, spaces and `_` do not count."""
    folded = unicodedata.normalize("NFKC", title).casefold().replace("_", " ")
    return " ".join(unicodedata.normalize("NFKC", folded).split())[:300]
