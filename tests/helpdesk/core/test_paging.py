"""Pages by keyset: nothing twice, nothing left out, whatever comes in between and whatever is sent as a cursor."""

import base64
import json
from datetime import UTC, datetime, timedelta

import pytest

from helpdesk.accounts.models import User
from helpdesk.core.paging import decode_cursor, encode_cursor, page_of
from tests.factories import UserFactory

START = datetime(2026, 11, 21, 10, tzinfo=UTC)


@pytest.fixture
def seven(db):
    """Two, three and two people of one moment each, latest first."""
    joined = [START + timedelta(hours=hours) for hours in (0, 0, 1, 1, 1, 2, 2)]
    return [UserFactory(date_joined=at) for at in joined][::-1]


def page(cursor="", size=3):
    return page_of(User.objects.all(), by="date_joined", cursor=cursor, size=size)


def walk(direction, cursor, size):
    """The pages from `cursor` on until there is no further one."""
    pages = []
    while cursor:
        found = page(cursor, size)
        pages.append(found.rows)
        cursor = getattr(found, direction)
    return pages


@pytest.mark.parametrize("size", range(1, 9))
def test_walk_when_moments_are_equal_then_each_row_is_met_once_in_order(seven, size):
    first = page(size=size)

    rest = walk("older", first.older, size)

    assert [row for rows in [first.rows, *rest] for row in rows] == seven
    assert first.newer == ""


@pytest.mark.parametrize("size", range(1, 7))
def test_walk_back_when_at_the_end_then_meets_all_that_came_before(seven, size):
    last = encode_cursor("newer", seven[-1].date_joined, seven[-1].pk)

    met = walk("newer", last, size)

    assert [row for rows in reversed(met) for row in rows] == seven[:-1]


def test_page_when_a_row_comes_in_meanwhile_then_the_next_one_is_not_shifted(seven):
    first = page()
    UserFactory(date_joined=START + timedelta(hours=3))

    assert page(first.older).rows == seven[3:6]


def test_page_when_its_last_row_is_gone_then_the_next_one_goes_on_behind_it(seven):
    first = page()
    first.rows[-1].delete()

    assert page(first.older).rows == seven[3:6]


def test_cursors_when_a_page_has_neighbours_then_name_its_own_first_and_last_row(seven):
    middle = page(page().older, size=2)

    assert decode_cursor(middle.newer) == ("newer", seven[3].date_joined, seven[3].pk)
    assert decode_cursor(middle.older) == ("older", seven[4].date_joined, seven[4].pk)


def test_page_when_nothing_is_left_then_has_no_neighbours(seven):
    beyond = page(encode_cursor("older", START - timedelta(days=1), 1))

    assert (beyond.rows, beyond.newer, beyond.older) == ([], "", "")


def test_page_when_it_is_exactly_full_then_there_is_no_older_one(seven):
    assert page(size=7).older == ""


def written(value):
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode()


@pytest.mark.parametrize(
    "cursor",
    [
        "x",
        "%%%",
        "é",
        "AAAA",
        written([]),
        written(7),
        written({"older": 1}),
        written(["older", START.isoformat()]),
        written(["sideways", START.isoformat(), 7]),
        written(["older", "yesterday", 7]),
        written(["older", 7, 7]),
        written(["older", "2026-11-21T10:00:00", 7]),
        written(["older", START.isoformat(), "7"]),
        written(["older", START.isoformat(), True]),
        written(["older", START.isoformat(), 0]),
        written(["older", START.isoformat(), -1]),
        written(["older", START.isoformat(), 2**63]),
    ],
)
def test_cursor_when_it_is_none_of_ours_then_gives_the_first_page(seven, cursor):
    assert decode_cursor(cursor) is None
    assert page(cursor) == page()


@pytest.mark.parametrize("direction", ["older", "newer"])
def test_cursor_when_it_is_ours_then_survives_a_url(direction):
    cursor = encode_cursor(direction, START, 2**63 - 1)

    assert decode_cursor(cursor) == (direction, START, 2**63 - 1)
    assert cursor.replace("-", "").replace("_", "").isalnum()
