"""How the site's mails begin, and the words that they use."""

import re
from pathlib import Path

import pytest

from events.wording import USUAL

MAILS = sorted(Path("templates/mail").rglob("*.*"))
SALUTATION = re.compile(r'\{% include "mail/greeting.txt" %\}|Hello,')
NO_WORDS = re.compile(r"(?:\s|<[^>]+>|\{%[^%]+%\})*")
BRANCH = re.compile(r"\{% (?:if|elif|else)[^%]*%\}")
# What a copy editor would not let pass: (not this, but that).
NOT_THESE = re.compile(
    r"\ba mail\b|\bthis mail\b|\be-mail|\bthe way in\b|\bany more\b", re.IGNORECASE
)


def beginnings(text: str) -> list[str]:
    """What may come first in the text after a salutation: of a condition each branch."""
    start = text.removeprefix("</p>").lstrip()
    start = start[re.match(r"(?:<[^>]+>)*", start).end() :]
    first = start.partition("{% endif %}")[0]
    branches = BRANCH.split(first)[1:] if BRANCH.match(start) else [start]
    return [words for each in branches if (words := each[NO_WORDS.match(each).end() :])]


def test_nothing_continues_in_lower_case_after_a_salutation():
    found = [
        (str(path), words[:40])
        for path in MAILS
        for text in SALUTATION.split(path.read_text())[1:]
        for words in beginnings(text)
        if path.name != "greeting.txt"
    ]
    assert len(found) > 30
    assert [each for each in found if each[1][0].islower()] == []
    for kind, usual in USUAL.items():
        assert usual.opening[0].isupper(), kind


@pytest.mark.parametrize("path", MAILS, ids=str)
def test_mails_use_the_usual_words(path):
    # Not what stands in braces, or in a comment or style.
    words = re.sub(r"\{%.*?%\}|\{\{.*?\}\}|<[^>]+>", " ", path.read_text())
    words = re.sub(r"The mark in cells.*", "", words)
    assert not NOT_THESE.search(words), NOT_THESE.search(words)
