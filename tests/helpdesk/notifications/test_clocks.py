"""Clocks that are put on and back: when they next show a time, and what that makes of quiet hours and letters."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpdesk.accounts.models import User
from helpdesk.notifications.clocks import next_full_hour, next_showing
from helpdesk.notifications.enums import Channel
from helpdesk.notifications.models import PersonChoice
from helpdesk.notifications.wishes import Wishes

BERLIN = ZoneInfo("Europe/Berlin")
ZONES = ["Europe/Berlin", "America/Santiago", "Asia/Beirut", "Australia/Lord_Howe", "Asia/Kolkata", "Europe/Moscow"]
SPRING, AUTUMN = datetime(2026, 3, 29, tzinfo=UTC), datetime(2026, 10, 25, tzinfo=UTC)
"""Days on which the clock changes in Berlin; so it does about then in the other zones that change it."""

moments = st.builds(
    lambda day, minutes: day + timedelta(minutes=minutes), st.sampled_from([SPRING, AUTUMN]), st.integers(-9000, 20_000)
)
clocks = st.builds(time, st.integers(0, 23), st.sampled_from([0, 15, 30, 45]))
zones = st.sampled_from(ZONES)


def utc(text):
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def wishes(zone="Europe/Berlin", **chosen):
    return Wishes(User(time_zone=zone), frozenset(), PersonChoice(**chosen))


@pytest.mark.parametrize(
    ("clock", "after", "expected"),
    [
        ("07:30", "2026-03-29 00:30", "2026-03-29 05:30"),
        ("07:30", "2026-10-24 22:30", "2026-10-25 06:30"),
        ("02:30", "2026-03-28 23:00", "2026-03-29 01:00"),
        ("02:30", "2026-10-25 00:10", "2026-10-25 00:30"),
        ("02:30", "2026-10-25 00:30", "2026-10-25 01:30"),
        ("02:30", "2026-10-25 01:30", "2026-10-26 01:30"),
        ("00:00", "2026-10-24 22:00", "2026-10-25 23:00"),
    ],
    ids=["shorter night", "longer night", "left out", "first of two", "second of two", "after both", "longer day"],
)
def test_clock_of_berlin_shows_a_time_next(clock, after, expected):
    found = next_showing(time.fromisoformat(clock), after=utc(after), zone=BERLIN)

    assert found == utc(expected)


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        ("2026-03-28 20:30", "2026-03-28 20:30"),
        ("2026-03-28 22:00", "2026-03-29 05:30"),
        ("2026-10-24 21:00", "2026-10-25 06:30"),
        ("2026-10-25 01:30", "2026-10-25 06:30"),
        ("2026-10-25 06:30", "2026-10-25 06:30"),
    ],
    ids=["evening", "spring", "autumn", "hour that comes twice", "end"],
)
def test_quiet_night_ends_when_the_clock_says_so_on_the_nights_of_the_change(now, expected):
    person = wishes(quiet_from=time(22), quiet_until=time(7, 30))

    assert person.due(Channel.PUSH, utc(now)) == utc(expected)


@pytest.mark.parametrize(
    ("hour", "now", "expected"),
    [
        (9, "2026-03-28 12:00", "2026-03-29 07:00"),
        (9, "2026-10-24 12:00", "2026-10-25 08:00"),
        (2, "2026-03-28 12:00", "2026-03-29 01:00"),
        (2, "2026-10-24 12:00", "2026-10-25 00:00"),
        (2, "2026-10-25 00:10", "2026-10-26 01:00"),
    ],
    ids=["spring", "autumn", "left out", "twice", "once a day all the same"],
)
def test_daily_letter_comes_at_its_hour_by_the_clock_of_the_person(hour, now, expected):
    person = wishes(rhythm="daily", digest_hour=hour)

    assert person.due(Channel.EMAIL, utc(now)) == utc(expected)


def test_hourly_letters_come_each_hour_of_the_night_that_has_one_more():
    person = wishes(rhythm="hourly")

    hours = [person.due(Channel.EMAIL, AUTUMN + timedelta(minutes=30 + 60 * at)) for at in range(-1, 3)]

    assert hours == [AUTUMN + timedelta(hours=at) for at in range(4)]


@given(moments, clocks, zones)
def test_clock_shows_the_time_or_was_put_on_past_it_and_not_sooner(after, clock, name):
    zone = ZoneInfo(name)

    found = next_showing(clock, after=after, zone=zone)

    shown, before = found.astimezone(zone), (found - timedelta(minutes=1)).astimezone(zone)
    is_left_out = before.utcoffset() < shown.utcoffset()
    assert after < found <= after + timedelta(hours=25)
    if shown.time() != clock:
        assert is_left_out
        assert before.replace(tzinfo=None) < datetime.combine(shown.date(), clock) < shown.replace(tzinfo=None)
    step = after + timedelta(minutes=1)
    while step < found:
        assert step.astimezone(zone).time().replace(second=0) != clock or step == found
        step += timedelta(minutes=1) if found - step < timedelta(hours=3) else timedelta(hours=1)


@given(moments, clocks, clocks, st.booleans(), zones)
def test_nothing_goes_out_in_quiet_hours_nor_later_than_they_end(now, begin, end, weekends, name):
    person = wishes(
        name, quiet_weekends=weekends, **({"quiet_from": begin, "quiet_until": end} if begin != end else {})
    )
    zone = ZoneInfo(name)

    def is_quiet(at):
        local = at.astimezone(zone)
        within = begin <= local.time() < end if begin < end else begin != end and not end <= local.time() < begin
        return within or (weekends and local.weekday() >= 5)

    due = person.due(Channel.PUSH, now)

    assert due >= now
    assert not is_quiet(due)
    assert due == now or is_quiet(due - timedelta(seconds=1))


@given(moments, zones)
def test_full_hour_is_the_next_one(after, name):
    zone = ZoneInfo(name)

    found = next_full_hour(after, zone)

    assert after < found <= after + timedelta(hours=1, minutes=30)
    assert found.astimezone(zone).minute == 0
