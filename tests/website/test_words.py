"""
The words of the site: phrases that an American copy editor would not let pass are nowhere.

This looks at what may be shown: the text of templates, the strings of Python and JavaScript (not
comments and docstrings) and the manuals. The texts of the demo are articles, and stay as they are.
"""

import ast
import re
from pathlib import Path

import pytest

# Not this: but that.
BANNED = {
    r"look into your e?mail": "Check your email",
    r"\bthe way in\b|\bways in\b": "How to join, Browse",
    r"(?-i:^To come$)": "Upcoming",
    r"\bcomments? waits?\b|\bthat waits?\b|\bwho waits?\b": "awaiting review, on the waiting list",
    r"\bnarrow this list\b": "Filter",
    r"\bor look through\b": "Browse all topics",
    r"\bbelow this page\b": "Pages in this section",
    r"\bsend me no more\b": "Unsubscribe, Stop these emails",
    r"\bsend to the curators\b": "Submit suggestion",
    r"\bchange what you would change\b": "Edit",
    r"\blook it over\b": "Preview, review",
    r"\bread on this\b|\bevents on this\b": "Related posts, Related events",
    r"\bpage is not here\b": "The page could not be found",
    r"\bfault is ours\b": "This is our error",
    r"\bdid not come through\b": "could not be saved",
    r"\bno worker has been seen\b": "Background worker is not running",
    r"\bfor ever\b": "Permanently, for good",
    r"\btick (?:this|the|it|a)\b|\bticked\b|\bto tick\b": "select, check the box",
    r"\be-mails?\b|\bmails\b": "email, emails",
    r"\b(?:a|the|this|each|one|by|no|another) mail\b(?! (?:server|program|service))": "email",
    r"\bany more\b": "no longer",
    r"\bwill work no more\b|\bin no more\b": "no longer",
    r"\bafterwards\b|\btowards\b": "afterward, toward",
    r"(?-i:\b[Cc]ancell(?:ed|ing)\b)": "canceled, canceling",
    r"\bcolour|\bgrey\b|\blicence\b|\borganis|\brecognis": "color, gray, license, organiz-",
    r"(?<![/\w-])catalogue": "catalog",
    r"\b365 days\b": "a year",
    r"\bnobody whom\b|\bthose whom\b": "nobody, the people who",
}  # fmt: skip
PHRASES = [(re.compile(phrase, re.IGNORECASE), better) for phrase, better in BANNED.items()]

# What is not shown, or is not ours: articles of the demo, what migrations froze, words that are
# read from elsewhere and so must be known as others write them.
NOT_SHOWN = re.compile(
    r"(?:^|/)(?:migrations|demo|tests|node_modules|vendor)/|^wiki/catalogue/columns.py"
)
ATTRIBUTES = re.compile(
    r'\b(?:title|alt|placeholder|value|aria-label|aria-description|label|words|what)="([^"]*)"'
)


def of_template(text: str) -> list[str]:
    """The text between tags, and the attributes that are read."""
    text = re.sub(r"\{% comment %\}.*?\{% endcomment %\}|<style.*?</style>", " ", text, flags=re.S)
    quoted = re.findall(r'(?:words|label|title|what)="([^"]*)"', text)
    text = re.sub(r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}", " ", text, flags=re.S)
    shown = [" ".join(each.split()) for each in re.sub(r"<[^>]*>", "\n", text).split("\n")]
    return [*shown, *quoted, *ATTRIBUTES.findall(text)]


def of_python(text: str) -> list[str]:
    """The strings that are words: with a blank, or a capital first; no docstrings."""
    tree = ast.parse(text)
    docstrings = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    strings = [
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and id(node) not in docstrings
    ]
    strings = [re.sub(r"<[^>]*>", " ", each) for each in strings]
    return [each for each in strings if " " in each.strip() or each[:1].isupper()]


def of_script(text: str) -> list[str]:
    """The strings with a blank, or a capital first."""
    text = re.sub(r"/\*.*?\*/|(?m:^\s*//.*$)", " ", text, flags=re.S)
    strings = re.findall(r'"([^"\n]*)"|\'([^\'\n]*)\'|`([^`]*)`', text)
    found = [first or second or third for first, second, third in strings]
    return [each for each in found if " " in each.strip() or each[:1].isupper()]


def of_manual(text: str) -> list[str]:
    """Its lines, without code."""
    text = re.sub(r"(?s:```.*?```)|`[^`\n]*`", " ", text)
    return text.split("\n")


READERS = {
    "templates": ("*.html", of_template),
    "templates/": ("*.txt", of_template),
    "competencyworks": ("*.py", of_python),
    "blog": ("*.py", of_python),
    "wiki": ("*.py", of_python),
    "events": ("*.py", of_python),
    "competencyworks/static": ("*.js", of_script),
    "docs": ("writing.md", of_manual),
    "docs/": ("operate.md", of_manual),
}  # fmt: skip
FILES = [
    (str(path), read)
    for folder, (names, read) in READERS.items()
    for path in sorted(Path(folder).rglob(names))
    if not NOT_SHOWN.search(path.as_posix())
]


def faults(words: list[str]) -> list[str]:
    return [
        f"{each.strip()[:120]!r}: not {found[0]!r}, say: {better}"
        for each in words
        for phrase, better in PHRASES
        if (found := phrase.search(each))
    ]


def test_the_words_of_all_rooms_are_looked_at():
    names = [name for name, _ in FILES]
    assert len(names) > 400
    for name in ("templates/base.html", "templates/mail/event_seat.txt", "events/wording.py"):
        assert name in names
    assert any(name.endswith(".js") for name in names)


def faults_of_files() -> dict[str, list[str]]:
    found = {path: faults(read(Path(path).read_text())) for path, read in FILES}
    return {path: each for path, each in found.items() if each}


def test_words_are_those_of_an_american_editor():
    assert faults_of_files() == {}


@pytest.mark.parametrize(
    ("words", "read"),
    [
        ('<button aria-label="Narrow this list">x</button>', of_template),
        ("<p>Look into your\n mail</p>".replace("\n", ""), of_template),
        ('{% include "mail/button.html" with words="Send me no more" %}', of_template),
        ('x = ("It is kept "\n "for ever.")', of_python),
        ('x = f"{count} mails go out"', of_python),
        ('say("Tick this box")', of_script),
        ("The event is **cancelled**.", of_manual),
    ],
)
def test_a_banned_phrase_is_found_where_words_stand(words, read):
    assert faults(read(words))


@pytest.mark.parametrize(
    ("words", "read"),
    [
        ("{# the way in #}{% if is_cancelled %}<p class='cancelled'>x</p>{% endif %}", of_template),
        ('"""The way in."""\nx = "cancelled"  # cancelled events', of_python),
        ("// the way in\nconst kind = 'cancelled'", of_script),
        ("Set `a mail` there.", of_manual),
    ],
)  # fmt: skip
def test_names_and_comments_are_no_words(words, read):
    assert faults(read(words)) == []
