"""The block editor's markup: comments that say what a block is, around the HTML that it saved."""

import re

# https://developer.wordpress.org/block-editor/getting-started/fundamentals/markup-representation-block/
BLOCK = re.compile(
    r"<!--\s+(?P<slash>/?)wp:(?P<name>[a-z][a-z0-9_-]*(?:/[a-z][a-z0-9_-]*)?)\s"
    r"(?P<rest>.*?)(?P<void>/?)-->",
    re.DOTALL,
)
# What these show is made anew with each page view, and nothing of it is in the text.
MADE_BY_WORDPRESS = {
    "archives": "a list of archives",
    "block": "a block that is used in several places",
    "calendar": "a calendar",
    "categories": "a list of categories",
    "latest-comments": "a list of comments",
    "latest-posts": "a list of posts",
    "query": "a list of posts",
    "rss": "entries of a feed",
    "search": "a search form",
    "tag-cloud": "a cloud of tags",
}


def has_blocks(text: str) -> bool:
    """Whether the block editor wrote `text`; else it needs paragraphs (the classic editor)."""
    return "<!-- wp:" in text


def without_blocks(text: str) -> tuple[str, list[str]]:
    """`text` without the comments that mark blocks, and what was left out with them."""
    left_out: dict[str, None] = {}

    def drop(block: re.Match) -> str:
        if block["void"] and not block["slash"]:
            name = block["name"].removeprefix("core/")
            what = MADE_BY_WORDPRESS.get(name, f"the block “{name}”")
            left_out[f"Left out: {what}, which WordPress made itself."] = None
        return ""

    return BLOCK.sub(drop, text), list(left_out)
