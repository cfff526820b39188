"""
Bounds on what a parser of HTML is made to build.

The time of an HTML5 parser grows with the square of the depth, and each paragraph opens
again every formatting element that was left open before it
(https://html.spec.whatwg.org/multipage/parsing.html#reconstruct-the-active-formatting-elements),
so a megabyte of `<div>`, or of `<b>` and `<p>`, would hold a process for minutes. Articles
come nowhere near these bounds; beyond them the tags are left out and the text stays.
"""

import re
from collections import Counter

DEEPEST = 200
MOST_FORMATTING = 12

FORMATTING = frozenset(
    ["a", "b", "big", "code", "em", "font", "i", "nobr", "s", "small", "strike", "strong",
     "tt", "u"]
)  # fmt: skip
# Elements without an end tag, or whose end tag may be left out: they end with their parent.
UNCOUNTED = frozenset(
    ["area", "base", "br", "col", "colgroup", "dd", "dt", "embed", "hr", "img", "input", "li",
     "link", "meta", "option", "p", "param", "rb", "rp", "rt", "source", "tbody", "td",
     "tfoot", "th", "thead", "tr", "track", "wbr"]
)  # fmt: skip
TAG = re.compile(r"<(/?)([A-Za-z][A-Za-z0-9]*)[^<>]*>")


def shallow(html: str) -> str:
    """`html` without the start tags that would open more elements than the bounds allow."""
    if html.count("<") <= MOST_FORMATTING:
        return html
    open_now: Counter[str] = Counter()
    totals = {True: 0, False: 0}
    limits = {True: MOST_FORMATTING, False: DEEPEST}

    def keep(tag: re.Match[str]) -> str:
        name = tag[2].lower()
        if name in UNCOUNTED:
            return tag[0]
        formatting = name in FORMATTING
        if tag[1]:
            if open_now[name]:
                open_now[name] -= 1
                totals[formatting] -= 1
        elif totals[formatting] >= limits[formatting]:
            return ""
        else:
            open_now[name] += 1
            totals[formatting] += 1
        return tag[0]

    return TAG.sub(keep, html)
