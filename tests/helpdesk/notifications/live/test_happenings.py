"""What is kept of what happened, and what can be told again."""

import pytest

from helpdesk.notifications.live import bus, happenings
from helpdesk.notifications.live.happenings import Change, Past


def change(word):
    return Change(word, frozenset({"tickets"}))


@pytest.fixture
def past():
    found = Past()
    found.begin("10-0")
    for number in range(1, 4):
        found.add(f"{10 * number}-1", [change(str(number))])
    return found


@pytest.mark.parametrize(
    ("position", "words"),
    [
        ("10-0", ["1", "2", "3"]),
        ("10-1", ["2", "3"]),
        ("9-9", None),
        ("15", ["2", "3"]),
        ("30-1", []),
        ("99-0", None),
        ("", None),
        ("10-x", None),
        ("1e3-0", None),
        ("9" * 30, None),
    ],
)
def test_since_when_asked_then_what_came_after_or_that_it_is_not_known(past, position, words):
    found = past.since(position)

    assert (found if found is None else [each.word for each in found]) == words


def test_since_when_more_came_than_is_kept_then_the_oldest_is_not_known(monkeypatch, past):
    monkeypatch.setattr(happenings, "MOST", 2)

    past.add("40-1", [change("4")])

    assert past.since("10-1") is None
    assert [each.word for each in past.since("20-1") or []] == ["3", "4"]


@pytest.mark.parametrize(("moment", "words"), [(0, None), (1, ["1", "2", "3"]), (9, [])])
def test_since_moment_when_asked_then_what_came_after_and_nothing_where_that_is_later_than_all(moment, words):
    past = Past()
    past.begin("1000-0")
    for number in range(1, 4):
        past.add(f"{1000 + number}-1", [change(str(number))])

    found = past.since_moment(moment)

    assert (found if found is None else [each.word for each in found]) == words


@pytest.mark.parametrize(
    ("oldest", "newest", "goes_on"),
    [
        ("5-0", "40-0", True),
        ("30-1", "30-1", True),
        ("31-0", "40-0", False),
        ("5-0", "30-0", False),
    ],
)
def test_goes_on_from_when_the_stream_was_emptied_or_is_another_then_not(past, oldest, newest, goes_on):
    assert past.goes_on_from(oldest, newest) == goes_on


def test_tell_now_when_valkey_was_away_then_the_first_line_afterwards_says_that_something_is_missing(settings):
    there = settings.REDIS_URL
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    bus._client.cache_clear()
    lost = happenings.tell_now("ticket", [1])
    settings.REDIS_URL = there
    bus._client.cache_clear()
    bus._quiet_until = 0.0

    told = happenings.tell_now("ticket", range(2, 303))

    lines = bus.forgiving([], lambda client: client.xrevrange(happenings.stream_key(), count=3))[::-1]
    assert (lost, told) == (False, True)
    assert [said["kind"] for _position, said in lines] == ["gap", "ticket", "ticket"]
    assert [len(said["keys"].split()) for _position, said in lines] == [0, 200, 101]
