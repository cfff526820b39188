"""A rule makes dated sessions, each an event of its own, and none twice."""

import contextlib
import threading
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from hypothesis import given, settings
from hypothesis import strategies as st

from events import times
from events.models import Event
from events.repeating import MOST, BadRule, dates_of, repeat
from tests.events import factories

NEW_YORK = ZoneInfo("America/New_York")


def at(text: str, zone: str = "America/New_York") -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


def event(start: str, zone: str = "America/New_York", **more) -> Event:
    return factories.event(zone=zone, starts_at=at(start, zone), hours=1, **more)


def walls(item: Event, rule: str) -> list[str]:
    return [f"{found.astimezone(item.tz):%Y-%m-%d %H:%M}" for found in dates_of(item, rule)]


@pytest.mark.parametrize(
    ("rule", "dates"),
    [
        ("FREQ=WEEKLY;COUNT=3", ["2017-03-02", "2017-03-09", "2017-03-16"]),
        ("FREQ=WEEKLY;INTERVAL=2;COUNT=2", ["2017-03-02", "2017-03-16"]),
        ("FREQ=WEEKLY;BYDAY=TU,TH;COUNT=3", ["2017-03-02", "2017-03-07", "2017-03-09"]),
        ("FREQ=DAILY;UNTIL=20170304", ["2017-03-02", "2017-03-03", "2017-03-04"]),
        ("FREQ=DAILY;UNTIL=20170303T140000", ["2017-03-02", "2017-03-03"]),
        ("FREQ=DAILY;UNTIL=20170303T190000Z", ["2017-03-02", "2017-03-03"]),
        ("FREQ=DAILY;UNTIL=20170303T185959Z", ["2017-03-02"]),
        ("FREQ=MONTHLY;BYDAY=1TH;COUNT=3", ["2017-03-02", "2017-04-06", "2017-05-04"]),
        ("FREQ=MONTHLY;BYDAY=-1FR;COUNT=3", ["2017-03-02", "2017-03-31", "2017-04-28"]),
        ("RRULE:freq=monthly;count=2", ["2017-03-02", "2017-04-02"]),
        ("FREQ=YEARLY;COUNT=2", ["2017-03-02", "2018-03-02"]),
        ("FREQ=WEEKLY;UNTIL=20160101", ["2017-03-02"]),
    ],
)  # fmt: skip
@pytest.mark.django_db
def test_a_rule_gives_dates_at_the_same_hour(rule, dates):
    item = event("2017-03-02 14:00")
    assert walls(item, rule) == [f"{date} 14:00" for date in dates]


@pytest.mark.django_db
def test_hours_stay_across_the_changes_of_summer_time_and_utc_moves():
    item = event("2017-03-09 14:00")
    dates = dates_of(item, "FREQ=WEEKLY;COUNT=2")
    assert [found.hour for found in dates] == [19, 18]
    london = event("2017-03-20 14:00", "Europe/London")
    assert [found.hour for found in dates_of(london, "FREQ=WEEKLY;COUNT=2")] == [14, 13]
    # An hour that the clocks leave out is the one after it (RFC 5545, 3.3.5).
    night = event("2017-03-05 02:30")
    assert walls(night, "FREQ=WEEKLY;COUNT=3")[1:] == ["2017-03-12 03:30", "2017-03-19 02:30"]


@pytest.mark.parametrize(
    ("rule", "message"),
    [
        ("FREQ=WEEKLY", "more than 100 sessions"),
        ("FREQ=DAILY;COUNT=101", "COUNT must be"),
        ("FREQ=DAILY;UNTIL=20191231", "more than 100 sessions"),
        ("FREQ=SECONDLY;COUNT=3", "FREQ must be"),
        ("COUNT=3", "FREQ must be"),
        ("", "FREQ must be"),
        ("FREQ=DAILY;BYHOUR=1,2,3;COUNT=3", "not supported: BYHOUR"),
        ("FREQ=DAILY;INTERVAL=0;COUNT=3", "INTERVAL must be"),
        ("FREQ=DAILY;COUNT=3;COUNT=4", "each part once"),
        ("FREQ=DAILY;UNTIL=soon", "UNTIL must be a date"),
        ("FREQ=WEEKLY;BYDAY=XX;COUNT=3", "is not a valid repetition rule"),
        ("FREQ=MONTHLY;BYMONTHDAY=a;COUNT=3", "is not a valid repetition rule"),
        ("words", "each part once"),
    ],
)
@pytest.mark.django_db
def test_what_is_no_rule_is_refused_with_its_reason(rule, message):
    with pytest.raises(BadRule, match=message):
        dates_of(event("2017-03-02 14:00"), rule)


@pytest.mark.django_db
def test_a_rule_that_never_comes_true_ends():
    rule = "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30;COUNT=5"
    assert len(dates_of(event("2017-03-02 14:00"), rule)) == 1


@settings(max_examples=150, deadline=None)
@given(rule=st.text(alphabet="FREQ=WKLYDAIONTH;BUSMP1234567890-,:Z ", max_size=40))
def test_any_text_is_a_rule_or_is_refused(rule):
    item = Event(zone="America/New_York", starts_at=at("2017-03-02 14:00"))
    with contextlib.suppress(BadRule):
        assert 1 <= len(dates_of(item, rule)) <= MOST


@pytest.mark.django_db
def test_sessions_are_drafts_that_keep_their_distances():
    item = event(
        "2017-03-09 14:00", title="Office hours",
        opens_at=at("2017-03-01 09:00"), closes_at=at("2017-03-09 12:00"),
    )  # fmt: skip
    made = repeat(item, "FREQ=WEEKLY;COUNT=3")
    assert [session.status for session in made] == ["draft", "draft"]
    assert [times.when(session) for session in made] == [
        "Thursday, March 16, 2017, 2:00–3:00 p.m. ET",
        "Thursday, March 23, 2017, 2:00–3:00 p.m. ET",
    ]
    assert made[0].opens_at == at("2017-03-08 09:00")
    assert made[0].closes_at == at("2017-03-16 12:00")
    assert [session.slug for session in made] == ["office-hours-2", "office-hours-3"]
    item.refresh_from_db()
    assert {session.repetition for session in made} == {item.repetition}
    assert len({session.uid for session in [item, *made]}) == 3


@pytest.mark.django_db
def test_run_twice_it_makes_none_twice_also_after_sessions_were_moved_or_trashed():
    item = event("2017-03-09 14:00")
    first, second = repeat(item, "FREQ=WEEKLY;COUNT=3")
    first.starts_at += timedelta(days=1)
    first.ends_at += timedelta(days=1)
    first.save()
    second.trashed_at = datetime(2017, 3, 1, tzinfo=UTC)
    second.save()
    assert repeat(item, "FREQ=WEEKLY;COUNT=3") == []
    # Also from the moved event itself, and a longer rule makes only what is new.
    item.refresh_from_db()
    item.starts_at += timedelta(hours=2)
    item.ends_at += timedelta(hours=2)
    item.save()
    fourth = repeat(item, "FREQ=WEEKLY;COUNT=4")
    assert [session.starts_at for session in fourth] == [at("2017-03-30 14:00")]
    assert Event.objects.count() == 4


@pytest.mark.django_db(transaction=True)
def test_two_at_the_same_time_make_none_twice():
    item = event("2017-03-09 14:00")
    begin, failed = threading.Barrier(2), []

    def run():
        try:
            begin.wait()
            repeat(Event.objects.get(pk=item.pk), "FREQ=WEEKLY;COUNT=5")
        except Exception as error:
            failed.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failed
    dates = Event.objects.values_list("rule_date", flat=True)
    assert len(dates) == len(set(dates)) == 5


# --- in the admin ------------------------------------------------------------------------------


def choose(client, item, **choices):
    data = {"every": "WEEKLY", "interval": "1", "count": "", "until": "", "rule": "", **choices}
    return client.post(f"/admin/events/event/{item.pk}/repeat/", data)


@pytest.mark.parametrize(
    ("choices", "made"),
    [
        ({"count": "3"}, ["2017-03-09", "2017-03-16"]),
        ({"until": "2017-03-16"}, ["2017-03-09", "2017-03-16"]),
        ({"interval": "2", "count": "2"}, ["2017-03-16"]),
        ({"days": ["MO", "TH"], "count": "3"}, ["2017-03-06", "2017-03-09"]),
        ({"every": "DAILY", "count": "2"}, ["2017-03-03"]),
        ({"every": "MONTHLY", "count": "2"}, ["2017-04-02"]),
        ({"every": "MONTHLY_DAY", "count": "2"}, ["2017-04-06"]),
        ({"rule": "FREQ=MONTHLY;BYDAY=-1FR;COUNT=2"}, ["2017-03-31"]),
    ],
)
def test_plain_choices_make_sessions(manager, choices, made):
    item = event("2017-03-02 14:00")
    shown = choose(manager, item, **choices).content.decode()
    word = f"{len(made)} session{'s' if len(made) > 1 else ''}"
    assert f'value="Create {word}"' in shown
    assert Event.objects.count() == 1
    response = choose(manager, item, _make="1", **choices)
    assert response.status_code == 302
    sessions = Event.objects.exclude(pk=item.pk).order_by("starts_at")
    assert [f"{s.starts_at.astimezone(NEW_YORK):%Y-%m-%d}" for s in sessions] == made
    again = choose(manager, item, **choices).content.decode()
    assert "already exists" in again
    assert 'name="_make"' not in again
    choose(manager, item, _make="1", **choices)
    assert Event.objects.count() == 1 + len(made)


@pytest.mark.parametrize(
    ("choices", "message"),
    [
        ({}, "Enter the number of sessions or an end date"),
        ({"until": "2016-01-01"}, "is before the event"),
        ({"count": "101"}, "less than or equal to 100"),
        ({"every": "DAILY", "until": "2019-01-01"}, "more than 100 sessions"),
        ({"rule": "FREQ=HOURLY;COUNT=3"}, "FREQ must be one of"),
    ],
)
def test_a_choice_that_cannot_be_is_explained(manager, choices, message):
    item = event("2017-03-02 14:00")
    response = choose(manager, item, _make="1", **choices)
    assert message in response.content.decode()
    assert Event.objects.count() == 1
