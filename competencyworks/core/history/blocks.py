"""
A clean rich text as a list of pieces, by which texts are merged and long ones compared.

A piece is a paragraph, heading, list item, table row or the like that holds no other such element,
or the tag that opens or closes what holds some. Put together, the pieces are the text again.
"""

from itertools import pairwise

from ..prose.html_tokens import TOKEN

# What is one piece with all that it holds, unless it holds another of these.
BLOCKS = frozenset(
    ["p", "h2", "h3", "h4", "h5", "h6", "li", "tr", "dt", "dd", "pre", "figure", "blockquote",
     "div", "ul", "ol", "dl", "table", "caption", "colgroup", "thead", "tbody", "tfoot",
     "details", "summary", "figcaption"]
)  # fmt: skip
# Pieces whatever they hold: half a row is no row, half a figure no figure.
WHOLE = frozenset(["tr", "pre", "figure", "summary", "colgroup", "caption"])
ALONE = frozenset(["hr"])


def pieces(html: str) -> list[str]:
    """`html` (clean) cut into its pieces; joined, they are `html`."""
    cuts: list[int] = [0]
    opened: list[tuple[str, int]] = []  # name, and how many cuts there were
    whole = 0  # how many elements of WHOLE are open
    for token in TOKEN.finditer(html):
        name = token["name"]
        if name in ALONE and not whole:
            cuts += [token.start(), token.end()]
        elif name not in BLOCKS:
            continue
        elif not token["slash"]:
            if not whole:
                cuts.append(token.start())
            opened.append((name, len(cuts)))
            whole += name in WHOLE
        elif opened and opened[-1][0] == name:
            _, cuts_then = opened.pop()
            whole -= name in WHOLE
            if not whole:
                if len(cuts) > cuts_then:  # it holds other pieces, so its end is one of its own
                    cuts.append(token.start())
                cuts.append(token.end())
    cuts.append(len(html))
    found = [html[start:end] for start, end in pairwise(cuts)]
    return _with_white_space(found)


def _with_white_space(found: list[str]) -> list[str]:
    """White space between two pieces belongs to the one before it."""
    kept: list[str] = []
    for piece in found:
        if kept and not piece.strip():
            kept[-1] += piece
        elif piece:
            kept.append(piece)
    return kept
