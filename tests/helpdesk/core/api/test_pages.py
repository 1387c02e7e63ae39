"""Pages of the API."""

import base64
import json
from datetime import UTC, datetime

import pytest

from helpdesk.accounts.models import User
from helpdesk.core.api import by_key, by_moment
from helpdesk.core.api.pages import BadCursor
from helpdesk.core.paging import encode_cursor
from tests.factories import UserFactory

MOMENT = datetime(2026, 11, 21, tzinfo=UTC)


@pytest.fixture
def five(db):
    return [UserFactory(date_joined=MOMENT) for _ in range(5)]


def walked(page, limit):
    """All rows, by the `next` of each page, and how many pages it took."""
    rows, cursor, pages = [], "", 0
    while cursor is not None:
        found, cursor = page(cursor, limit)
        rows += found
        pages += 1
    return rows, pages


@pytest.mark.parametrize(("limit", "pages"), [(1, 5), (2, 3), (5, 1), (9, 1)])
@pytest.mark.parametrize("newest_first", [False, True])
def test_pages_by_key_hold_each_row_once_in_order(five, limit, pages, newest_first):
    def page(cursor, limit):
        return by_key(User.objects.all(), cursor=cursor, limit=limit, newest_first=newest_first)

    assert walked(page, limit) == (five[::-1] if newest_first else five, pages)


@pytest.mark.parametrize(("limit", "pages"), [(1, 5), (2, 3), (5, 1), (9, 1)])
def test_pages_by_moment_hold_each_row_once_latest_first(five, limit, pages):
    def page(cursor, limit):
        return by_moment(User.objects.all(), by="date_joined", cursor=cursor, limit=limit)

    assert walked(page, limit) == (five[::-1], pages)


def test_pages_of_nothing_are_one_empty_page(db):
    assert by_key(User.objects.all(), cursor="", limit=5) == ([], None)
    assert by_moment(User.objects.all(), by="date_joined", cursor="", limit=5) == ([], None)


def written(value):
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


FOREIGN = ["x", "%%%", "é", written([]), written(7), written("after"), written(None), written(["after", [1]])]
KEYS = ["before", -1], ["after", 0], ["after", -1], ["after", 2**63], ["after", True], ["after", "1"], ["after", 1.5]


@pytest.mark.parametrize("cursor", [*FOREIGN, *map(written, KEYS), encode_cursor("older", MOMENT, 7)])
def test_cursor_by_key_that_is_none_of_ours_is_refused(db, cursor):
    with pytest.raises(BadCursor):
        by_key(User.objects.all(), cursor=cursor, limit=5)


@pytest.mark.parametrize(
    "cursor",
    [
        *FOREIGN,
        written(["after", 7]),
        encode_cursor("newer", MOMENT, 7),
        written(["older", "0001-01-01T00:00:00+14:00", 7]),
        written(["older", "9999-12-31T23:59:59-14:00", 7]),
        written(["older", "1969-12-31T23:59:59+00:00", 7]),
    ],
)
def test_cursor_by_moment_that_is_none_of_ours_is_refused(db, cursor):
    with pytest.raises(BadCursor):
        by_moment(User.objects.all(), by="date_joined", cursor=cursor, limit=5)
