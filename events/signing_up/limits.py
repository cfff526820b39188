"""
How often one may try. Generous: a whole school registers from behind one address, within the
minutes after it was told of an event.
"""

from datetime import timedelta

from django.http import HttpRequest

from competencyworks.core import floods
from competencyworks.core.client_address import client_address, hashed, network_of

REGISTER, WRONG_CODE = "event.register", "event.code"
SPAN = timedelta(hours=1)
FROM_ONE_ADDRESS = 1000
FROM_ONE_NETWORK = 3000
FOR_ONE_MAILBOX = 30  # of a conference with many sessions, one hour
# Codes of invitations are short, and may be guessed; tokens of links are not counted at all.
WRONG_CODES = 60


class TooMany(ValueError):
    """Enough for this hour; the message is for whoever tries."""


def check(request: HttpRequest, email: str) -> None:
    """Raises TooMany where so many have registered, or tried to, that this one has to wait."""
    address, network, mailbox = _who(request, email)
    found = floods.counts(REGISTER, SPAN, address, network, mailbox)
    if found[mailbox] >= FOR_ONE_MAILBOX:
        raise TooMany(
            "There were too many registrations with this email address. Try again in an hour."
        )
    if (address and found[address] >= FROM_ONE_ADDRESS) or (
        network and found[network] >= FROM_ONE_NETWORK
    ):
        raise TooMany("There were too many registrations from your network. Try again in an hour.")


def note(request: HttpRequest, email: str) -> None:
    """Remember that somebody registered, or tried to."""
    floods.note(REGISTER, *dict.fromkeys(_who(request, email)))


def check_guesses(request: HttpRequest, action: str, most: int) -> None:
    """Raises TooMany where one address has guessed wrong too often."""
    who = _source(request)
    if who and floods.counts(action, SPAN, who)[who] >= most:
        raise TooMany(
            "There were too many failed attempts from your network. Try again in an hour."
        )


def note_guess(request: HttpRequest, action: str) -> None:
    """Remember a wrong guess."""
    floods.note(action, _source(request))


def _source(request: HttpRequest) -> str:
    address = client_address(request)
    # Whoever has one address of IPv6 has the whole network.
    return hashed(network_of(address) if ":" in address else address) if address else ""


def _who(request: HttpRequest, email: str) -> tuple[str, str, str]:
    address = client_address(request)
    network = hashed(network_of(address)) if address else ""
    return _source(request), network, hashed(email)
