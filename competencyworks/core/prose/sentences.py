"""The first sentence of a text, for lists that have room for no more."""

import re

# A full stop that ends a sentence: what follows begins like one.
_END = re.compile(r"[.!?…][”’\"')\]]*(?=\s+[“‘\"'(\[]*[^\W_a-z])")
# Words before a full stop that does not.
_SHORT = re.compile(
    r"(?:^|[\s(“‘\"'])(?:[A-Z]|Mr|Mrs|Ms|Dr|Prof|St|Sen|Rep|Gov|Jr|Sr|No|Nos|vs|cf|etc|e\.g|i\.e"
    r"|U\.S|U\.K|D\.C|Ph\.D|Ed\.D|M\.A|B\.A|Inc|Dept|Univ|Fig|Ch|p|pp)\.$"
)


def first_sentence(text: str) -> str:
    """The first sentence of plain `text`; all of a text without an end of a sentence."""
    for end in _END.finditer(text):
        if not _SHORT.search(text[: end.start() + 1]):
            return text[: end.end()]
    return text
