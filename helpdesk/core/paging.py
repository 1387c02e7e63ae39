"""Pages by keyset: page 10,000 costs what page 1 costs, and a new row never shifts what is being read."""

import base64
import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar

from django.db.models import Model, Q, QuerySet
from django.db.models.functions import Lower

M = TypeVar("M", bound=Model)


@dataclass(frozen=True, slots=True)
class Page(Generic[M]):
    """One page: its rows and the cursors of its neighbours ("" where there is none)."""

    rows: list[M]
    newer: str
    older: str


def encode_cursor(direction: str, at: datetime, pk: int) -> str:
    return base64.urlsafe_b64encode(json.dumps([direction, at.isoformat(), pk]).encode()).decode().rstrip("=")


def decode_cursor(cursor: str) -> tuple[str, datetime, int] | None:
    """The direction, moment and key of a cursor; None when it is not one of ours."""
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        direction, at, pk = json.loads(base64.urlsafe_b64decode(padded))
        moment = datetime.fromisoformat(at)
    except (ValueError, TypeError):
        return None
    valid = direction in ("older", "newer") and type(pk) is int and 0 < pk < 2**63 and moment.tzinfo is not None
    return (direction, moment, pk) if valid else None


def page_of(queryset: QuerySet[M], *, by: str, cursor: str = "", size: int = 50) -> Page[M]:
    """The page of `queryset` at `cursor`, latest first by the datetime column `by`, then by key.

    A cursor that is not one of ours gives the first page.
    """
    where = decode_cursor(cursor) if cursor else None
    backwards = where is not None and where[0] == "newer"
    if where:
        _, at, pk = where
        lookup = "gt" if backwards else "lt"
        # The first condition repeats what the others imply: PostgreSQL can start its index scan from it.
        queryset = queryset.filter(
            Q(**{f"{by}__{lookup}e": at}) & (Q(**{f"{by}__{lookup}": at}) | Q(**{f"pk__{lookup}": pk}))
        )
    order = (by, "pk") if backwards else (f"-{by}", "-pk")
    rows = list(queryset.order_by(*order)[: size + 1])
    more = len(rows) > size
    rows = rows[:size]
    if backwards:
        rows.reverse()
    return _page(rows, by, has_newer=more if backwards else where is not None, has_older=True if backwards else more)


def _page(rows: list[M], by: str, *, has_newer: bool, has_older: bool) -> Page[M]:
    def cursor(direction: str, row: M) -> str:
        at: Any = getattr(row, by)
        return encode_cursor(direction, at, int(row.pk))

    if not rows:
        return Page(rows=[], newer="", older="")
    return Page(
        rows=rows,
        newer=cursor("newer", rows[0]) if has_newer else "",
        older=cursor("older", rows[-1]) if has_older else "",
    )


def encode_place(direction: str, text: str, pk: int) -> str:
    return base64.urlsafe_b64encode(json.dumps([direction, text, pk]).encode()).decode().rstrip("=")


def decode_place(cursor: str) -> tuple[str, str, int] | None:
    """The direction, text and key of a cursor of `page_by_text`; None when it is not one of ours."""
    try:
        direction, text, pk = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        text.encode()
    except (ValueError, TypeError, AttributeError):
        return None
    valid = direction in ("on", "back") and isinstance(text, str) and "\0" not in text
    return (direction, text, pk) if valid and type(pk) is int and 0 < pk < 2**63 else None


def page_by_text(queryset: QuerySet[M], *, by: str, cursor: str = "", size: int = 50) -> Page[M]:
    """The page of `queryset` at `cursor` in the order of the text `by`, whatever the case of its letters, then of the
    key. Its `newer` is what comes before, its `older` what comes after.

    A cursor that is not one of ours gives the first page.
    """
    where = decode_place(cursor) if cursor else None
    backwards = where is not None and where[0] == "back"
    placed: QuerySet[Any] = queryset.annotate(place=Lower(by))
    if where:
        _, text, pk = where
        lookup = "lt" if backwards else "gt"
        placed = placed.filter(
            Q(**{f"place__{lookup}e": text}) & (Q(**{f"place__{lookup}": text}) | Q(**{f"pk__{lookup}": pk}))
        )
    order = ("-place", "-pk") if backwards else ("place", "pk")
    rows: list[M] = list(placed.order_by(*order)[: size + 1])
    more = len(rows) > size
    rows = rows[:size]
    if backwards:
        rows.reverse()
    if not rows:
        return Page(rows=[], newer="", older="")
    before, after = (more, True) if backwards else (where is not None, more)
    return Page(
        rows=rows, newer=_place("back", rows[0]) if before else "", older=_place("on", rows[-1]) if after else ""
    )


def _place(direction: str, row: M) -> str:
    return encode_place(direction, str(getattr(row, "place", "")), int(row.pk))


def page_by_key(queryset: QuerySet[M], *, before: int = 0, after: int = 0, size: int = 50) -> Page[M]:
    """The page of `queryset` that ends before a key, or begins after one, latest key first; cursors are those keys."""
    backwards = after > 0
    if backwards:
        queryset = queryset.filter(pk__gt=after)
    elif before > 0:
        queryset = queryset.filter(pk__lt=before)
    rows = list(queryset.order_by("pk" if backwards else "-pk")[: size + 1])
    more, rows = len(rows) > size, rows[:size]
    if backwards:
        rows.reverse()
    if not rows:
        return Page(rows=[], newer="", older="")
    has_newer = more if backwards else before > 0
    has_older = True if backwards else more
    return Page(rows=rows, newer=str(rows[0].pk) if has_newer else "", older=str(rows[-1].pk) if has_older else "")
