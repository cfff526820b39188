"""How the titles of wiki pages are compared: `[[Title]]` finds a page however it is typed."""

import unicodedata


def title_key(title: str) -> str:
    """`title` as titles are compared: letter case, spaces and `_` do not count."""
    folded = unicodedata.normalize("NFKC", title).casefold().replace("_", " ")
    return " ".join(unicodedata.normalize("NFKC", folded).split())[:300]
