"""What only registrants may know, and where it stands in answers of the site."""

import re
from html import unescape
from urllib.parse import unquote

from events.models import Event, Registration, VideoPlace
from events.patterns import plain

TOKEN = re.compile(rb"[A-Za-z0-9_.:-]{20,}")


def ways_in() -> set[str]:
    """Each join address, personal join address and line of instructions that there is."""
    found = set(VideoPlace.objects.exclude(join_url="").values_list("join_url", flat=True))
    for event in Event.objects.all():
        found |= {event.join_url, event.video_meeting}
        for note in (event.join_note, event.venue_note):
            found |= set(plain(note).splitlines())
    return found - {""}


def tokens() -> set[str]:
    """The token of each registrant's page."""
    return {row.token for row in Registration.objects.all()}


def readings(body: bytes) -> str:
    """
    What an answer says, as sent and with the ways undone in which it may write an address:
    lines folded as in calendars, escaped as in HTML and JSON, encoded as in a query.
    """
    text = body.decode("utf-8", "replace")
    plain_text = unescape(re.sub(r"\r\n[ \t]", "", text)).replace("\\/", "/").replace("\\n", "\n")
    escapes = re.sub(r"\\u00([0-9a-f]{2})", lambda found: chr(int(found[1], 16)), plain_text)
    return "\n".join({text, plain_text, escapes, unquote(escapes), unquote(unquote(escapes))})


def leaks(bodies: dict[str, bytes], secrets: set[str], keys: set[str]) -> list[str]:
    """Each answer (by its address) that holds one of `secrets`, or one of `keys` as a word."""
    found = []
    for address, body in bodies.items():
        text = readings(body)
        held = [secret for secret in secrets if secret in text]
        held += keys.intersection(word.decode() for word in TOKEN.findall(text.encode()))
        found += [f"{address} holds {secret}" for secret in held]
    return sorted(found)
