"""Pages of lists: by keyset, with opaque cursors that only go forward."""

import base64
import json
from datetime import UTC, datetime
from typing import Annotated, TypeVar

from django.db.models import Model, QuerySet
from pydantic import Field

from helpdesk.core.errors import Refused
from helpdesk.core.paging import decode_cursor, page_of

M = TypeVar("M", bound=Model)

Limit = Annotated[int, Field(ge=1, le=100)]
"""How many items a page holds at most."""


class BadCursor(Refused):
    """The cursor is not one that we gave."""

    def __init__(self) -> None:
        super().__init__("This cursor is not one of ours: use the “next” of the page before, or leave it out.")


def by_key(queryset: QuerySet[M], *, cursor: str, limit: int, newest_first: bool = False) -> tuple[list[M], str | None]:
    """The rows after `cursor` in the order of their integer keys, and the cursor of the next page. Raises BadCursor."""
    if cursor:
        lookup = "pk__lt" if newest_first else "pk__gt"
        queryset = queryset.filter(**{lookup: _key_of(cursor)})
    rows = list(queryset.order_by("-pk" if newest_first else "pk")[: limit + 1])
    more = len(rows) > limit
    rows = rows[:limit]
    return rows, _cursor(rows[-1].pk) if more else None


def by_moment(queryset: QuerySet[M], *, by: str, cursor: str, limit: int) -> tuple[list[M], str | None]:
    """The rows after `cursor`, latest first by the datetime column `by`, and the next cursor. Raises BadCursor."""
    if cursor and not _is_ours(decode_cursor(cursor)):
        raise BadCursor
    page = page_of(queryset, by=by, cursor=cursor, size=limit)
    return page.rows, page.older or None


def _is_ours(found: tuple[str, datetime, int] | None) -> bool:
    if found is None or found[0] != "older":
        return False
    try:
        return found[1].astimezone(UTC).year >= 1970
    except OverflowError:
        return False


def _cursor(key: int) -> str:
    return base64.urlsafe_b64encode(json.dumps(["after", key]).encode()).decode().rstrip("=")


def _key_of(cursor: str) -> int:
    try:
        word, key = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except (ValueError, TypeError, RecursionError) as error:
        raise BadCursor from error
    if word != "after" or type(key) is not int or not 0 < key < 2**63:
        raise BadCursor
    return key
