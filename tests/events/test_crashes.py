"""Processes that are killed while people register lose no seat and no mail."""

from tests.events.crashing import crash, problems


def test_no_seat_without_its_mail_and_none_twice_whatever_is_killed():
    found = crash(kills=6, seed=1)
    assert found["killed"] == {"web": 2, "worker": 2, "PostgreSQL": 2}
    assert len(found["registrations"]) == 7 * 12
    assert found["ever_confirmed"]
    assert problems(found) == []
