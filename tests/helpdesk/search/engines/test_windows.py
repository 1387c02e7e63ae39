"""Windows grow, cover their days and no others, and are measured once in a while."""

from datetime import UTC, datetime, timedelta

import pytest

from helpdesk.search.engines import windows
from helpdesk.search.engines.compiling import SPAN, day_of, days_between, moment_marks, start_of

NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def anew():
    windows.begin_anew()


def test_windows_are_none_where_few_documents_are_all():
    assert windows.starts(NOW, measure=lambda before, count: None) == []


def test_windows_grow_tenfold_from_what_was_measured():
    found = windows.starts(NOW, measure=lambda before, count: before - timedelta(days=11))

    assert [(day_of(NOW) - day_of(start)) for start in found] == [11, 110, 1100, 11000]


def test_window_is_measured_once_for_a_day():
    asked = []

    def measure(before, count):
        asked.append((before, count))
        return before - timedelta(days=2)

    for hour in (0, 3):
        windows.starts(NOW + timedelta(hours=hour), measure=measure)
    windows.starts(NOW - timedelta(days=1), measure=measure)

    assert asked == [(NOW, windows.FIRST), (NOW - timedelta(days=1), windows.FIRST)]


@pytest.mark.parametrize(("first", "last"), [(0, 0), (3, 70), (32, 63), (31, 64), (20_700, 20_800)])
def test_marks_cover_each_day_once(first, last):
    days = []
    for mark in days_between(first, last):
        name, _colon, number = mark.partition(":")
        days += range(int(number) * SPAN, (int(number) + 1) * SPAN) if name == "span" else [int(number)]

    assert days == list(range(first, last + 1))


def test_moment_has_its_day_and_span():
    assert moment_marks(NOW) == ["day:20758", "span:648"]
    assert start_of(20758) == NOW.replace(hour=0)
