"""Parts of a page that no marks say (tables, pictures …): kept, and named in the text."""

import re
from dataclasses import dataclass, field

NAMES = {
    "table": "table", "img": "picture", "figure": "picture", "pre": "code", "ul": "list",
    "ol": "list", "dl": "list", "blockquote": "quote", "hr": "line",
}  # fmt: skip
OTHER = "box"
PART = re.compile(r"\{(?:table|picture|code|list|quote|line|box) \d{1,4}\}")
# Stands for a part while the text around it is cleaned. No character of a text: Unicode keeps
# these for private use, and they are taken out of what readers write.
OPEN, CLOSE = "\ue000", "\ue001"
TOKEN = re.compile(f"{OPEN}(\\d+){CLOSE}")


@dataclass
class Parts:
    """What was kept of one text: its name as it stands there → its HTML."""

    html: dict[str, str] = field(default_factory=dict)
    blocks: set[str] = field(default_factory=set)

    def keep(self, tag: str, html: str, *, is_block: bool = False) -> str:
        """Keep `html`, an element `tag`; returns the name that stands for it in the text."""
        name = f"{{{NAMES.get(tag, OTHER)} {len(self.html) + 1}}}"
        self.html[name] = html
        if is_block:
            self.blocks.add(name)
        return name

    def token(self, name: str, *, is_block: bool | None = None) -> str:
        """What stands for the part `name` in HTML; '' if there is none (or no block, if asked)."""
        if name not in self.html or (is_block and name not in self.blocks):
            return ""
        return f"{OPEN}{list(self.html).index(name)}{CLOSE}"

    def put_into(self, html: str) -> str:
        """HTML with each part in the place of its token."""
        kept = list(self.html.values())
        return TOKEN.sub(lambda found: kept[int(found[1])], html)

    def drop(self, count: int) -> None:
        """Forget all but the first `count` parts."""
        for name in list(self.html)[count:]:
            del self.html[name]
            self.blocks.discard(name)


def without_tokens(text: str) -> str:
    return text.replace(OPEN, "").replace(CLOSE, "")
