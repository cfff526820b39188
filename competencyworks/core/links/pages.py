"""
What is read out of a page of another site: its title, its words, whether it says 'not found'.

The page may be broken, cut off or hostile. It is read by lxml's parser of HTML, which takes
anything, and nothing of it is kept but a title and a digest.
"""

import hashlib
import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from lxml import etree

from ..outside.fetching import Fetched

# What frames the page, changes at each view, or is not shown.
AROUND = (
    "script", "style", "noscript", "template", "nav", "header", "footer", "aside", "svg",
    "iframe", "time", "title",
)  # fmt: skip
WORD = re.compile(r"[^\W\d_]{3,}")
# The names of days and months come and go with dates.
DATES = frozenset(
    "monday tuesday wednesday thursday friday saturday sunday january february march april may "
    "june july august september october november december mon tue wed thu fri sat sun jan feb "
    "mar apr jun jul aug sep sept oct nov dec ago hours minutes days".split()
)
# One part of a title, or a heading, that says it and nothing else.
NOT_FOUND = re.compile(
    r"(oops|sorry|whoops|error|http)?[\s!,.:…]*(error\s*)?404\W*(error)?\W*"
    r"((page|file)?\s*not found)?"
    r"|(oops|sorry|whoops|error)?[\s!,.:…]*(the|this|that|your)?\s*(requested\s*)?"
    r"(page|file|document|content|article|resource|url|site)?\s*"
    r"((you (requested|are looking for|were looking for))\s*)?"
    r"((is|was|were|could|can|has|have)?\s*(not|n[’']t|no longer|cannot)\s*(been|be)?\s*found"
    r"|cannot be found|can[’']t be found|couldn[’']t be found|wasn[’']t found"
    r"|(does not|doesn[’']t|no longer) exists?"
    r"|(is )?(no longer|not) available|(is )?unavailable|(has been )?removed)\W*",
    re.IGNORECASE,
)
PARTS_OF_TITLE = re.compile(r"\s+[|–—·»«:-]+\s+|[|»«]|:\s")
SAYS_NOT_FOUND = re.compile(
    r"(page|file|document|article|url|address)\b[^.]{0,60}?"
    r"(could not|can not|cannot|can[’']t|couldn[’']t|was not|wasn[’']t) be? ?found"
    r"|page not found|404 not found|error 404"
    r"|(page|document|article)\b[^.]{0,60}?(no longer exists?|does not exist|doesn[’']t exist)",
    re.IGNORECASE,
)
FEW_WORDS = 120  # with more, the page tells of something
LONGEST_PART = 100  # characters; a longer title says more than 'not found'
HOME = re.compile(r"/?((en|es)([_-][a-z]{2})?/?)?((index|home|default)(\.\w+)?/?)?", re.IGNORECASE)
HTML = ("text/html", "application/xhtml+xml")


@dataclass(frozen=True)
class Page:
    """What a page is known by; `says_not_found` of one that answers as if all were well."""

    title: str = ""
    digest: str = ""
    says_not_found: bool = False


def read(answer: Fetched) -> Page:
    """The page in `answer`, of whatever type. Never raises."""
    kind, _, more = answer.headers.get("Content-Type", "").partition(";")
    if kind.strip().lower() not in HTML:
        return Page(digest=_digest_of_file(answer))
    charset = re.search(r"charset=[\"']?([\w-]+)", more, re.IGNORECASE)
    root = _tree(answer.content, charset[1] if charset else None)
    if root is None:
        return Page(digest=_digest_of_file(answer))
    title = _words(root.find(".//title"))
    heading = _words(root.find(".//h1"))
    for element in list(root.iter(*AROUND)):
        _drop(element)
    # Of a page that marks what it is about, only this; what stands beside it changes often.
    main = next((e for e in root.iter("main", "article") if _words(e)), root)
    words = _words(main)
    found = [word for word in WORD.findall(words.lower()) if word not in DATES]
    return Page(
        title=title[:300],
        digest=hashlib.sha256(" ".join(found).encode("utf-8", "replace")).hexdigest(),
        says_not_found=_says_not_found(title, heading, words),
    )


def is_home(url: str) -> bool:
    """Whether `url` is the first page of its site (in some language)."""
    parts = urlsplit(url)
    return not parts.query and HOME.fullmatch(parts.path) is not None


def _says_not_found(title: str, heading: str, words: str) -> bool:
    parts = [*PARTS_OF_TITLE.split(title[:1000]), title, heading]
    for part in map(str.strip, parts):
        if part and len(part) <= LONGEST_PART and NOT_FOUND.fullmatch(part):
            return True
    return len(words.split()) <= FEW_WORDS and bool(SAYS_NOT_FOUND.search(words[:3000]))


def _tree(content: bytes, charset: str | None) -> etree._Element | None:
    """The tree of `content`; None where there is nothing to make one of."""
    try:
        parser = etree.HTMLParser(
            encoding=charset, remove_comments=True, remove_pis=True, no_network=True
        )
    except LookupError:  # no such charset
        return _tree(content, None)
    try:
        return etree.fromstring(content, parser)
    except (etree.XMLSyntaxError, ValueError):  # nothing in it, or nothing but signs
        return None


def _words(element: etree._Element | None) -> str:
    return "" if element is None else " ".join(" ".join(element.itertext()).split())


def _drop(element: etree._Element) -> None:
    """Take `element` out with all it holds, but keep the text after it."""
    parent = element.getparent()
    if parent is None:
        return
    if element.tail:
        previous = element.getprevious()
        if previous is not None:
            previous.tail = f"{previous.tail or ''} {element.tail}"
        else:
            parent.text = f"{parent.text or ''} {element.tail}"
    parent.remove(element)


def _digest_of_file(answer: Fetched) -> str:
    """Of the bytes that were read, and of the length of all."""
    length = answer.headers.get("Content-Length", "") if answer.cut else ""
    return hashlib.sha256(answer.content + length.encode()).hexdigest()
