"""
Addresses that stand alone in a paragraph.

Writers paste the address of a video and expect it to be shown. Nothing is loaded from
another site before a reader asks for it (no frame, no cookie of others), so such a paragraph
becomes a plain link that says where it leads.
"""

import re
from urllib.parse import urlsplit

from lxml import etree

ADDRESS = re.compile(r"https?://[^\s<>\"]+")
VIDEO_HOSTS = {
    "youtube.com": "YouTube",
    "m.youtube.com": "YouTube",
    "youtu.be": "YouTube",
    "vimeo.com": "Vimeo",
}


def _host(address: str) -> str:
    try:
        return (urlsplit(address).hostname or "").removeprefix("www.")
    except ValueError:  # as https://[
        return ""


def _only_link(paragraph: etree._Element) -> etree._Element | None:
    """The link that is all there is in `paragraph`; made where an address stands there bare."""
    text = (paragraph.text or "").strip()
    if not len(paragraph) and ADDRESS.fullmatch(text):
        paragraph.text = None
        link = etree.SubElement(paragraph, "a", {"href": text})
        link.text = text
        return link
    if len(paragraph) == 1 and paragraph[0].tag == "a" and not len(paragraph[0]):
        link = paragraph[0]
        return None if text or (link.tail or "").strip() else link
    return None


def link_addresses(root: etree._Element) -> None:
    """
    Make links of the addresses that stand alone in a paragraph, and give the paragraphs that
    lead to a known video host the class `embed`.
    """
    for paragraph in root.iter("p"):
        link = _only_link(paragraph)
        if link is None:
            continue
        name = VIDEO_HOSTS.get(_host(link.get("href", "")))
        if name:
            paragraph.set("class", "embed")
            if ADDRESS.fullmatch(link.text or ""):
                link.text = f"Watch the video on {name}"
