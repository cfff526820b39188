"""
What is typical of advertising, weighed: each trait has points, their sum decides.

No trait alone proves anything, so a teacher who writes 'Great post!' or names a medicine keeps
far from SPAM; it is the link beside the praise and the shop's name as a signature that count.
"""

import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property

from ..models import Comment
from .comment_links import host_of, links_in
from .folding import Words, fold, text_of
from .trade_words import FIELD, OPENINGS, PRAISE, SHORTENERS, SIGNATURES, TRADE

SPAM, WAITS = 6, 3  # points from which a comment is spam, or waits

_MARKUP = re.compile(r"\[/?(?:url|link|img|b|size|color)\b|</?a\b", re.IGNORECASE)
_WORD = re.compile(r"[^\W\d_]{2,}")
_CONTACT = re.compile(
    r"(?:whats\s?app|telegram|wechat|viber|skype|t\.me|call|text|hotline)\b[^.\n]{0,30}?"
    r"(?:\+?\d[\d ()-]{6,}|@\w{4,})"
    r"|[\w.+-]+@(?:gmail|yahoo|outlook|hotmail|proton|mail)\w*\.\w+",
    re.IGNORECASE,
)
_MONEY = re.compile(
    r"[$€£₿]\s?\d[\d,.]*|\d+\s?(?:%|percent) (?:off|discount|bonus|guarantee)", re.I
)
_RISKY_END = re.compile(
    r"\.(?:xyz|top|click|icu|pw|tk|ml|ga|cf|gq|loan|win|bid|casino|bet|shop|buzz|cyou|rest|online|site|club)$"
)


@dataclass(frozen=True)
class Trait:
    """One thing about a comment: how much it weighs, and its words for a moderator."""

    points: int
    words: str


class Reading:
    """A comment taken apart once, for all who look at it."""

    def __init__(self, comment: Comment) -> None:
        self.name, self.website = comment.name, comment.website
        self.links = links_in(comment.body)
        self.text = text_of(comment.body)

    @cached_property
    def words(self) -> Words:
        return Words(f"{self.text} {self.name}")

    @cached_property
    def folded(self) -> str:
        return fold(self.text)

    @cached_property
    def words_of_hosts(self) -> Words:
        return Words(" ".join(self.hosts))

    @cached_property
    def hosts(self) -> list[str]:
        """Hosts of the website and of the links."""
        found = [host_of(self.website), *(host_of(f"https://{link}") for link in self.links)]
        return [host for host in found if host]

    @cached_property
    def prose(self) -> list[str]:
        """The words of the text, addresses left out."""
        text = self.text.lower()
        for link in self.links:
            text = text.replace(link, " ")
        return _WORD.findall(re.sub(r"https?://\S*|www\.\S*", " ", text))

    @cached_property
    def traits(self) -> list[Trait]:
        """All traits of the comment, those that speak for it (negative points) too."""
        return [trait for look in _LOOKS for trait in look(self)]

    @cached_property
    def leads_away(self) -> bool:
        """Whether it wants its reader somewhere else."""
        leads = (_MARKUP.search, _CONTACT.search)
        return bool(self.website or self.links or any(look(self.text) for look in leads))


def _links(reading: Reading) -> Iterator[Trait]:
    count = len(reading.links)
    if count > 1:
        yield Trait(min(count - 1, 3), f"{count} links")
    if count and len(reading.prose) < 6 * count and len(reading.prose) < 25:
        yield Trait(2, "hardly a word beside its links")
    if _MARKUP.search(reading.text):
        yield Trait(6, "link markup of forums")


def _hosts(reading: Reading) -> Iterator[Trait]:
    if not reading.hosts:
        return
    if any(
        host in SHORTENERS or host.endswith(tuple(f".{s}" for s in SHORTENERS))
        for host in reading.hosts
    ):
        yield Trait(4, "an address that hides where it leads")
    if any(_RISKY_END.search(host) for host in reading.hosts):
        yield Trait(2, "an address of a kind that advertisers use")
    told = Words(" ".join(re.sub(r"[.\-_]", " ", host) for host in reading.hosts))
    joined = " ".join(reading.hosts).replace("-", "")
    if any(told.hold(word) or (len(word) > 4 and word in joined) for word in SIGNATURES):
        yield Trait(3, "a shop's or agency's address")


def _name(reading: Reading) -> Iterator[Trait]:
    if re.search(r"https?:|www\.|\w\.(?:com|net|org|ru|info|xyz|io|shop)\b", reading.name, re.I):
        yield Trait(4, "an address as its name")
    found = Words(reading.name).first(SIGNATURES)
    if found:
        yield Trait(3 if reading.leads_away else 2, f"“{found}” as its name")
    elif len(reading.name.split()) > 4:
        yield Trait(1, "a name of many words")


def _trade(reading: Reading) -> Iterator[Trait]:
    said = list(reading.words.held(TRADE))
    if points := sum(TRADE[phrase] for phrase in said):
        yield Trait(min(points, 7), "advertising: " + ", ".join(f"“{word}”" for word in said[:4]))


def _praise(reading: Reading) -> Iterator[Trait]:
    count = sum(1 for _ in reading.words.held(PRAISE))
    if count and reading.leads_away:
        yield Trait(2 + min(count, 3), "general praise, and an address")
    elif count > 1:
        yield Trait(1, "general praise")
    if reading.leads_away and reading.words.first(OPENINGS):
        yield Trait(2, "the opening of a mass mailing")


def _contact(reading: Reading) -> Iterator[Trait]:
    if _CONTACT.search(reading.text):
        yield Trait(3, "asks to be called or written to")
    if len(_MONEY.findall(reading.text)) > 1:
        yield Trait(1, "sums of money")


def _scripts(reading: Reading) -> Iterator[Trait]:
    told = f"{reading.text} {reading.name}"
    if told.isascii():
        return
    letters = [letter for letter in reading.text if letter.isalpha()]
    foreign = sum(1 for letter in letters if not _is_latin(letter))
    if letters and foreign > len(letters) / 2:
        yield Trait(3, "written in another script")
        if reading.leads_away:
            yield Trait(3, "another script, and an address")
    if any(_is_mixed(word) for word in re.findall(r"\w{3,}", told)):
        yield Trait(4, "letters of different alphabets in one word")


def _manner(reading: Reading) -> Iterator[Trait]:
    capitals = re.findall(r"\b[A-Z]{4,}\b", reading.text)
    if len(capitals) > 3 or reading.text.count("!") > 4:
        yield Trait(1, "it shouts")
    if re.search(r"[\U0001f4b0-\U0001f4b8\U0001f911\U0001f449\U0001f525\U0001f680]", reading.text):
        yield Trait(1, "signs that advertisers like")
    if re.search(r"\w[\u200b-\u200f\u2060]\w", reading.text):
        yield Trait(4, "invisible characters in words")


def _field(reading: Reading) -> Iterator[Trait]:
    """Words of teaching speak for a comment, a little."""
    known = set(reading.folded.split()) & FIELD
    if len(known) > 1:
        yield Trait(-1 if len(known) < 4 else -2, "speaks of teaching")


_LOOKS: list[Callable[[Reading], Iterator[Trait]]] = [
    _links, _hosts, _name, _trade, _praise, _contact, _scripts, _manner, _field,
]  # fmt: skip


def _is_latin(letter: str) -> bool:
    return letter < "\u0250" or unicodedata.name(letter, "").startswith(
        ("LATIN", "FULLWIDTH LATIN")
    )


def _is_mixed(word: str) -> bool:
    kinds = {unicodedata.name(letter, "").partition(" ")[0] for letter in word if letter.isalpha()}
    return len(kinds & {"LATIN", "CYRILLIC", "GREEK"}) > 1 or bool(
        kinds & {"MATHEMATICAL", "FULLWIDTH", "CIRCLED"}
    )
