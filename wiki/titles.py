"""How titles of wiki pages are compared, and what is written between two brackets."""

import re

from competencyworks.core.links.titles import title_key

__all__ = ["WIKILINK", "title_key"]

# [[Title]] or [[Title|words that are shown]]. In stored HTML the brackets are text.
WIKILINK = re.compile(r"\[\[\s*([^\[\]|<>]{1,300}?)\s*(?:\|\s*([^\[\]|<>]{1,300}?)\s*)?\]\]")
