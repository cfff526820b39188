"""The outline of a text: headings with levels and anchors, tables with names, figures."""

from collections import Counter
from typing import Any

from django.utils.text import slugify
from lxml import etree

from .cleaning import ID_PREFIX
from .footnotes import NOTE_CLASSES
from .html_trees import remove, words_of, wrap

HEADINGS = ("h2", "h3", "h4", "h5", "h6")
IN_CONTENTS = (2, 3)
LONGEST_ANCHOR = 60  # characters


def tidy_headings(root: etree._Element) -> list[dict[str, Any]]:
    """
    Give headings unique anchors and levels without gaps, from 2 on (1 is the page's title);
    drop empty ones. Returns the contents.
    """
    headings = []
    for heading in list(root.iter(*HEADINGS)):
        words = words_of(heading, NOTE_CLASSES)
        if words or heading.find(".//img") is not None:
            headings.append((heading, words))
        else:
            remove(heading)
    if not headings:
        return []
    anchors = _Anchors(root)
    contents: list[dict[str, Any]] = []
    above: list[int] = []  # the levels, as written, of the headings that this one stands below
    for heading, words in headings:
        written = int(heading.tag[1])
        while above and above[-1] >= written:
            above.pop()
        level = 2 + len(above)
        above.append(written)
        heading.tag = f"h{level}"
        if not heading.get("id"):
            heading.set("id", anchors.free(words))
        if level in IN_CONTENTS and words and not _set_apart(heading):
            contents.append({"level": level, "id": heading.get("id"), "text": words})
    return contents


class _Anchors:
    """Gives out anchors that the text does not have yet."""

    def __init__(self, root: etree._Element) -> None:
        self.used = {element.get("id") for element in root.iter() if element.get("id")}
        self.last: Counter[str] = Counter()

    def free(self, words: str) -> str:
        slug = slugify(words, allow_unicode=True)[:LONGEST_ANCHOR].rstrip("-_") or "section"
        anchor = None
        while anchor is None or anchor in self.used:
            self.last[slug] += 1
            number = f"-{self.last[slug]}" if self.last[slug] > 1 else ""
            anchor = f"{ID_PREFIX}{slug}{number}"
        self.used.add(anchor)
        return anchor


def _set_apart(element: etree._Element) -> bool:
    """Whether the element belongs to a quotation, table or the like, not to the text itself."""
    return any(
        ancestor.tag in ("blockquote", "table", "figure", "details", "li")
        for ancestor in element.iterancestors()
    )


def wrap_tables(root: etree._Element) -> None:
    """Put each table into a box of its own that scrolls, and that a keyboard can reach."""
    labels: dict[str, int] = {}
    for table in list(root.iter("table")):
        if next(table.iterancestors("table"), None) is not None:
            continue
        caption = table.find("caption")
        if caption is None and table.getparent().tag == "figure":
            caption = table.getparent().find("figcaption")
        label = "Table" if caption is None else words_of(caption, NOTE_CLASSES) or "Table"
        labels[label] = labels.get(label, 0) + 1
        # Regions of one page need names that differ.
        name = label if labels[label] == 1 else f"{label} ({labels[label]})"
        wrap(
            table, "div", {"class": "table", "tabindex": "0", "role": "region", "aria-label": name}
        )


def tidy_figures(root: etree._Element) -> None:
    """Say of figures in the stylesheet's words what the editor says in its own."""
    for figure in root.iter("figure"):
        around = figure.getparent()
        # The editor centers a figure by a box around it.
        if around.get("class") == "align-center" and len(around) == 1 and around.tag == "div":
            figure.set("class", f"{figure.get('class', '')} align-center".strip())
            around.attrib.pop("class")
        for credit in figure.iterfind("figcaption/small"):
            credit.tag = "span"
            credit.set("class", "credit")
