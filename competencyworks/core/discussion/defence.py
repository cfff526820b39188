"""
What becomes of a comment when it comes in: short rules, asked in order; the first that has
something to say decides.

Bans and limits refuse, with words for the writer. All other rules let the comment be stored, as
spam or to wait, with words for a moderator. There is no riddle to solve for anybody.
"""

from collections.abc import Callable
from dataclasses import dataclass

from .. import floods
from ..client_address import hashed, network_of
from ..models import Comment, DiscussionSettings
from ..prepared import Answers, Statement, asked_together
from . import bans, spam_service
from .folding import phrases_of
from .pace import Pace
from .traits import SPAM, WAITS, Reading

Status = Comment.Status
PERSON_NEEDS = 2.0  # seconds to fill in a form; robots need less
HASTY = 5.0
STALE = 24 * 3600.0
MANY_LINKS = 3  # times the number that makes a comment wait makes it spam
# So short a text is said by many, in earnest.
OWN_WORDS = 40  # characters


@dataclass(frozen=True)
class Sender:
    """Where a comment comes from, as far as its request tells. Empty texts are 'not told'."""

    address: str
    user_agent: str
    referrer: str


@dataclass(frozen=True)
class Verdict:
    """The status that a comment gets, and why, in words for a moderator."""

    status: str
    reason: str


class Refused(ValueError):
    """The comment is not taken. The message is for its writer; nothing is to be stored."""


@dataclass(frozen=True)
class _Case:
    """What the rules look at."""

    reading: Reading
    rules: DiscussionSettings
    honeypot: str = ""
    form_age: float | None = None
    alike: int = 0
    known: bool = False


class Hearing:
    """
    The case of a comment that came in: what to ask of the database, and the verdict on it.

    So that who stores a comment asks everything by one query. A stored comment is one whose words
    were changed: only what they say counts then.
    """

    def __init__(
        self, comment: Comment, sender: Sender, *, honeypot: str, form_age: float | None
    ) -> None:
        self.comment, self.sender, self.reading = comment, sender, Reading(comment)
        self.honeypot, self.form_age = honeypot, form_age
        self.network = hashed(network_of(sender.address)) if sender.address else ""
        self.pace = None
        if not comment.pk:
            address = hashed(comment.email) if comment.email else ""
            self.pace = Pace(self.network, address, _fingerprint(self.reading))

    def questions(self) -> dict[str, Statement]:
        """What verdict() must be told the answers of."""
        asked = bans.questions(self.comment.email, self.sender.address, self.network)
        return {**asked, "attempts": self.pace.question()} if self.pace else asked

    def verdict(self, answers: Answers, *, known: bool) -> Verdict:
        """
        The verdict. `known`: the address has an approved comment. Writes onto a new comment where
        it came from: the network as a keyed hash, and what a spam service judges by, where one is
        set. Raises Refused.
        """
        rules = bans.rules(answers)
        if bans.is_banned(answers, self.sender.address):
            raise Refused("Comments from this address are not accepted on this site.")
        if not self.pace:
            return _first_word(_RULES_OF_TEXT, _Case(self.reading, rules, known=known))
        _remember_sender(self.comment, self.sender, self.network)
        self.pace.hear(answers["attempts"])
        if message := self.pace.refusal():
            raise Refused(message)
        case = _Case(
            self.reading, rules, self.honeypot, self.form_age, self.pace.alike(), known=known
        )
        verdict = _first_word(_RULES, case)
        # What waits for a click of its writer is asked about too, but waits for the click.
        is_approved = verdict.status == Status.APPROVED and self.comment.is_confirmed
        if is_approved and self.comment.sender:
            return Verdict(Status.WAITING, spam_service.ASKED)
        return verdict


def judge(
    comment: Comment, sender: Sender, *, honeypot: str, form_age: float | None, known: bool
) -> Verdict:
    """
    The verdict on a comment (item, parent, name, email, website, body set), whose coming is counted
    unless it is stored already. `form_age`: seconds since the form was fetched; None where that
    cannot be told. See Hearing. Two queries.
    """
    hearing = Hearing(comment, sender, honeypot=honeypot, form_age=form_age)
    verdict = hearing.verdict(asked_together(hearing.questions()), known=known)
    if hearing.pace:
        floods.ATTEMPTS.add(*hearing.pace.attempts())
    return verdict


def _remember_sender(comment: Comment, sender: Sender, network: str) -> None:
    comment.network, comment.sender, comment.user_agent = network, None, ""
    if spam_service.is_on() and sender.address:
        comment.sender, comment.user_agent = sender.address, sender.user_agent[:300]


def _first_word(rules: "list[Callable[[_Case], Verdict | None]]", case: _Case) -> Verdict:
    return next(verdict for rule in rules if (verdict := rule(case)))


def _fingerprint(reading: Reading) -> str:
    """A keyed hash of the words, the same for the same words in another dress; '' for few words."""
    folded = reading.folded
    return hashed(f"words {folded}") if len(folded) > OWN_WORDS else ""


def _filled_trap(case: _Case) -> Verdict | None:
    if case.honeypot:
        return Verdict(Status.SPAM, "It filled in a field that people cannot see.")
    return None


def _too_fast(case: _Case) -> Verdict | None:
    if case.form_age is None or case.form_age >= HASTY:
        return None
    status = Status.SPAM if case.form_age < PERSON_NEEDS else Status.WAITING
    return Verdict(status, f"Sent {max(case.form_age, 0):.1f} seconds after the form was opened.")


def _too_old(case: _Case) -> Verdict | None:
    if case.form_age is not None and case.form_age > STALE:
        return Verdict(Status.WAITING, "The form was more than a day old.")
    return None


def _words_of_spam(case: _Case) -> Verdict | None:
    if found := _listed(case, case.rules.words_of_spam):
        return Verdict(Status.SPAM, f"It contains “{found}”, which is on the list of spam words.")
    return None


def _far_too_many_links(case: _Case) -> Verdict | None:
    count, most = len(case.reading.links), case.rules.most_links
    if most and count >= MANY_LINKS * most:
        return Verdict(Status.SPAM, f"It has {count} links.")
    return None


def _typical_spam(case: _Case) -> Verdict | None:
    return _weighed(case, SPAM, Status.SPAM)


def _said_again_and_again(case: _Case) -> Verdict | None:
    if case.alike > 2:
        return Verdict(Status.SPAM, f"The same text was posted {case.alike} times in a week.")
    return None


def _said_before(case: _Case) -> Verdict | None:
    if case.alike:
        return Verdict(Status.WAITING, "The same text was posted before, within the last week.")
    return None


def _words_that_wait(case: _Case) -> Verdict | None:
    if found := _listed(case, case.rules.words_that_wait):
        return Verdict(
            Status.WAITING,
            f"It contains “{found}”, which is on the list of words that require review.",
        )
    return None


def _many_links(case: _Case) -> Verdict | None:
    count, most = len(case.reading.links), case.rules.most_links
    if most and count >= most:
        return Verdict(Status.WAITING, f"It has {count} links.")
    return None


def _like_spam(case: _Case) -> Verdict | None:
    return _weighed(case, WAITS, Status.WAITING)


def _not_known(case: _Case) -> Verdict | None:
    if not case.known:
        return Verdict(Status.WAITING, "This author has no approved comment yet.")
    return None


def _nothing_against_it(case: _Case) -> Verdict:
    return Verdict(Status.APPROVED, "Its author has approved comments, and no rule matched.")


_RULES_OF_TEXT = [
    _words_of_spam,
    _far_too_many_links,
    _typical_spam,
    _words_that_wait,
    _many_links,
    _like_spam,
    _not_known,
    _nothing_against_it,
]
_RULES = [
    _filled_trap,
    _words_of_spam,
    _far_too_many_links,
    _typical_spam,
    _said_again_and_again,
    _too_fast,
    _too_old,
    _said_before,
    _words_that_wait,
    _many_links,
    _like_spam,
    _not_known,
    _nothing_against_it,
]


def _listed(case: _Case, lines: str) -> str:
    """The first phrase of a list that name, website or text hold."""
    phrases = phrases_of(lines)
    if found := case.reading.words.first(phrases):
        return found
    return case.reading.words_of_hosts.first(phrases)


def _weighed(case: _Case, threshold: int, status: str) -> Verdict | None:
    traits = case.reading.traits
    if sum(trait.points for trait in traits) < threshold:
        return None
    against = sorted((each for each in traits if each.points > 0), key=lambda each: -each.points)
    return Verdict(status, f"Typical of spam: {'; '.join(each.words for each in against)}."[:300])
