"""
How often comments come: from a network, under an address, in the same words.

All three are counted by keyed hashes in the rows of `floods`, read by one question. A network may
hold a whole school that writes within one lesson, so its limits are wide; an address is a person.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.utils import timezone

from .. import floods
from ..models import Attempt
from ..prepared import Statement

ACTION = "comment"
HOUR, DAY, WEEK = timedelta(hours=1), timedelta(days=1), timedelta(days=7)
# Comments within a span.
OF_A_NETWORK = {timedelta(minutes=10): 40, HOUR: 100, DAY: 300}
OF_AN_ADDRESS = {timedelta(minutes=1): 4, HOUR: 20, DAY: 60}


@dataclass
class Pace:
    """What came lately: moments, the newest first, by whom and by what words (keyed hashes)."""

    network: str
    address: str
    words: str
    moments: dict[str, list[datetime]] = field(default_factory=dict)

    def question(self) -> Statement:
        """What asks for what hear() is to be told."""
        spans = {self.network: DAY, self.address: DAY, self.words: WEEK}
        return floods.question(ACTION, spans)

    def hear(self, rows: Iterable[Mapping[str, str]]) -> None:
        self.moments = floods.moments(rows)

    def attempts(self) -> list[Attempt]:
        """What counts a comment once it is stored."""
        return floods.attempts(ACTION, self.network, self.address, self.words)

    def refusal(self) -> str:
        """What to tell the writer of one comment too many; '' if there may be another."""
        waits = [self._wait(self.network, OF_A_NETWORK), self._wait(self.address, OF_AN_ADDRESS)]
        if (longest := max(waits)) <= timedelta(0):
            return ""
        return f"You have posted many comments in a short time. Please try again {_in(longest)}."

    def alike(self) -> int:
        """How many comments in the same words came within a week."""
        return len(self.moments.get(self.words, ())) if self.words else 0

    def _wait(self, who: str, limits: dict[timedelta, int]) -> timedelta:
        """How long until `who` is below all limits."""
        now, longest = timezone.now(), timedelta(0)
        moments = self.moments.get(who, []) if who else []
        for span, most in limits.items():
            if len(moments) >= most:
                # Once the comment that stands at the limit has left the span, there is room.
                longest = max(longest, moments[most - 1] + span - now)
        return longest


def _in(wait: timedelta) -> str:
    minutes = -(-wait // timedelta(minutes=1))
    if minutes <= 1:
        return "in a minute"
    if minutes < 60:
        return f"in {minutes} minutes"
    hours = -(-minutes // 60)
    return "in an hour" if hours == 1 else f"in {hours} hours"
