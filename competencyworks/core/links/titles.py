"""How the titles of wiki pages are compared: `[[Title]]` finds a page however it is typed."""

import re
import unicodedata

# Signs that keyboards, phones and word processors put in each other's place.
ALIKE = str.maketrans(
    dict.fromkeys("‘’‚‛ʼʻ′`´", "'")
    | dict.fromkeys("“”„‟«»″", '"')
    | dict.fromkeys("‐‑‒–—―−﹘﹣", "-")
    | dict.fromkeys("\u00ad\u200b\u2060\ufeff")  # drawn as nothing
)
# 'Self-paced', 'Self–paced' and 'Self paced' are one title; 'C-' and 'C' are two.
BETWEEN_WORDS = re.compile(r"(?<=\w)\s*-+\s*(?=\w)")
# 'Page#Section'; but 'C#' and 'F# minor' name no section.
WITH_SECTION = re.compile(r"(?P<page>.*\S)\s*#(?P<section>[^#\s][^#]*)")


def title_key(title: str) -> str:
    """
    `title` as titles are compared: letter case, spaces and `_` do not count, nor whether quotes
    and dashes are typographic, nor whether a hyphen, a dash or a blank stands between two words.
    """
    folded = unicodedata.normalize("NFKC", title.translate(ALIKE)).casefold().replace("_", " ")
    folded = unicodedata.normalize("NFKC", folded).translate(ALIKE)
    return " ".join(BETWEEN_WORDS.sub(" ", folded).split())[:300]


def page_and_section(title: str) -> tuple[str, str]:
    """
    The parts of 'Page#Section'; both '' for a title that cannot name a section. Whether it does
    depends on the pages that there are: a page may have the whole as its title.
    """
    found = WITH_SECTION.fullmatch(title)
    return (found["page"], found["section"].strip()) if found else ("", "")


def keys_of(title: str) -> list[str]:
    """The keys under which `title` may find a page: that of the whole, and that before a '#'."""
    page, _ = page_and_section(title)
    return list(dict.fromkeys(filter(None, map(title_key, (title, page)))))
