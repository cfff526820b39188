"""
Reading HTML that nh3 has written, tag by tag.

nh3 writes every tree in one form: names in lower case, attributes as ` name="value"`,
`&`, `<`, `>`, `"` and no-break spaces escaped in text and attributes, every element closed
but for the void ones. In that form, and in no other, a pattern finds each tag exactly, so
steps between two passes of the sanitizer need no second parser with opinions of its own.
"""

import re
from html import escape, unescape

TOKEN = re.compile(
    r"<!--(?P<comment>.*?)-->"
    r"|<(?P<slash>/?)(?P<name>[a-z][^\s/>]*)(?P<attributes>(?:\s[^\s=>]+=\"[^\"]*\")*)>",
    re.DOTALL,
)
ATTRIBUTE = re.compile(r"\s([^\s=>]+)=\"([^\"]*)\"")

# https://html.spec.whatwg.org/multipage/syntax.html#void-elements
VOID = frozenset(
    ["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param",
     "source", "track", "wbr"]
)  # fmt: skip


def attributes_of(text: str) -> dict[str, str]:
    """The attributes in the `attributes` group of a token, entities resolved."""
    return {name: unescape(value) for name, value in ATTRIBUTE.findall(text)}


def open_tag(name: str, attributes: dict[str, str]) -> str:
    """A start tag in nh3's form."""
    listed = "".join(f' {key}="{escape(value)}"' for key, value in attributes.items())
    return f"<{name}{listed}>"
