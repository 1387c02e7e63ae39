"""Until when: mornings by the reader's clock, also over the days when clocks change."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from tickets.forms.snooze import MONDAY, TOMORROW, WEEK, SnoozeForm, moment_of, offered, on_clock

BERLIN, KATHMANDU, NEW_YORK = (ZoneInfo(name) for name in ("Europe/Berlin", "Asia/Kathmandu", "America/New_York"))


@pytest.mark.parametrize(
    ("zone", "now", "choice", "expected"),
    [
        (BERLIN, "2026-03-28T18:00", TOMORROW, "2026-03-29T09:00+02:00"),  # clocks go forward in the night
        (BERLIN, "2026-03-27T18:00", MONDAY, "2026-03-30T09:00+02:00"),
        (BERLIN, "2026-10-24T18:00", TOMORROW, "2026-10-25T09:00+01:00"),  # and back
        (BERLIN, "2026-10-20T08:00", WEEK, "2026-10-27T09:00+01:00"),
        (BERLIN, "2026-11-23T08:00", MONDAY, "2026-11-30T09:00+01:00"),  # a Monday: the next one
        (BERLIN, "2026-11-22T08:00", MONDAY, "2026-11-23T09:00+01:00"),
        (KATHMANDU, "2026-03-28T23:50", TOMORROW, "2026-03-29T09:00+05:45"),
    ],
)
def test_choice_means_nine_in_the_morning_on_the_readers_clock(zone, now, choice, expected):
    with timezone.override(zone):
        found = moment_of(choice, now=datetime.fromisoformat(now).replace(tzinfo=zone))

    assert found == datetime.fromisoformat(expected)


@given(
    now=st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31)),
    zone=st.sampled_from([BERLIN, KATHMANDU, NEW_YORK]),
    choice=st.sampled_from([TOMORROW, MONDAY, WEEK]),
)
def test_every_choice_is_to_come_within_eight_days_at_nine(now, zone, choice):
    moment = now.replace(tzinfo=zone)
    with timezone.override(zone):
        found = moment_of(choice, now=moment)
        here = timezone.localtime(found)

    assert timedelta(0) < found - moment <= timedelta(days=8)
    assert here.time() == time(9)
    assert choice != MONDAY or here.weekday() == 0


@pytest.mark.parametrize(
    ("day", "clock", "expected"),
    [
        ("2026-03-29", "02:30", "2026-03-29T03:30+02:00"),  # there is no such time
        ("2026-10-25", "02:30", "2026-10-25T02:30+02:00"),  # there are two
    ],
)
def test_time_that_the_clocks_leave_out_or_repeat_is_a_moment(day, clock, expected):
    with timezone.override(BERLIN):
        found = on_clock(datetime.fromisoformat(day).date(), time.fromisoformat(clock))

    assert found == datetime.fromisoformat(expected)


def test_form_takes_a_moment_as_browsers_send_it():
    with timezone.override(BERLIN):
        form = SnoozeForm({"until": "moment", "moment": "2026-12-01T14:00"})
        valid = form.is_valid()

    assert valid
    assert form.cleaned_data["at"] == datetime.fromisoformat("2026-12-01T14:00+01:00")


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"until": "never"},
        {"until": "moment"},
        {"until": "moment", "moment": "soon"},
        {"until": "moment", "moment": "0001-01-01T00:00"},
        {"until": "moment", "moment": "9" * 29},
    ],
)
def test_form_that_says_no_moment_has_one_sentence_why(fields):
    with timezone.override(BERLIN):
        form = SnoozeForm(fields)

        assert not form.is_valid()
        assert form.first_error


def test_what_is_offered_says_until_when():
    with timezone.override(BERLIN):
        words = [each["until"] for each in offered(now=datetime(2026, 11, 20, 17, tzinfo=BERLIN))]

    assert words == ["until tomorrow 9:00", "until Monday 9:00", "until 27 Nov 9:00"]
