"""
Against robots and floods: what is refused, and what is kept apart as looking like spam.

Nothing here decides for the curators: a suggestion is never public before they accept it.
"""

from dataclasses import dataclass
from datetime import timedelta

from competencyworks.core import floods
from competencyworks.core.client_address import hashed, network_of
from competencyworks.core.discussion import bans, marks
from competencyworks.core.discussion.folding import phrases_of
from competencyworks.core.discussion.traits import SPAM, Reading
from competencyworks.core.models import Comment
from competencyworks.core.prepared import asked_together

ACTION = "wiki.suggestion"
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
# A class may suggest within one lesson; a mailbox is a person, who gets a mail for each.
OF_A_NETWORK = {HOUR: 100, DAY: 300}
OF_A_MAILBOX = {HOUR: 10, DAY: 30}


class Refused(ValueError):
    """A suggestion that is not taken; the message is for its writer."""


@dataclass(frozen=True)
class Words:
    """What a reader says: name and address, and in `text` all that they wrote themselves."""

    name: str
    email: str
    text: str
    website: str = ""


def check(words: Words, address: str) -> str:
    """
    What makes the suggestion look like spam; '' for nothing. Counts it. Raises Refused for who is
    banned, and for one too many from the IP `address` or for the mailbox. Four queries.
    """
    network = hashed(network_of(address)) if address else ""
    mailbox = hashed(words.email) if words.email else ""
    answers = asked_together(bans.questions(words.email, address, network))
    if bans.is_banned(answers, address):
        raise Refused("Suggestions from this address are not accepted on this site.")
    for span in (HOUR, DAY):
        found = floods.counts(ACTION, span, network, mailbox)
        if (network and found[network] >= OF_A_NETWORK[span]) or (
            mailbox and found[mailbox] >= OF_A_MAILBOX[span]
        ):
            when = "in an hour" if span == HOUR else "tomorrow"
            raise Refused(f"You have sent many suggestions recently. Please try again {when}.")
    floods.note(ACTION, network, mailbox)
    return _suspicion(words, bans.rules(answers))


def _suspicion(words: Words, rules) -> str:
    reading = Reading(
        Comment(name=words.name, website=words.website, body=marks.to_html(words.text))
    )
    listed = phrases_of(rules.words_of_spam)
    if found := reading.words.first(listed) or reading.words_of_hosts.first(listed):
        return f"It contains “{found}”, which is on the list of spam words."
    traits = [trait for trait in reading.traits if trait.points > 0]
    if sum(trait.points for trait in reading.traits) < SPAM:
        return ""
    traits.sort(key=lambda trait: -trait.points)
    return f"Typical of spam: {'; '.join(trait.words for trait in traits)}."[:300]
