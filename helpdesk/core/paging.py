"""Pages by keyset: page 10,000 costs what page 1 costs, and a new row never shifts what is being read."""

import base64
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar

from django.db.models import DateTimeField, F, Model, Q, QuerySet
from django.db.models.fields.tuple_lookups import Tuple, TupleGreaterThan, TupleLessThan
from django.db.models.functions import Lower

M = TypeVar("M", bound=Model)
Mark = datetime | int
"""What a row is found by: a moment or a number."""
LARGEST = 2**63 - 1


@dataclass(frozen=True, slots=True)
class Page(Generic[M]):
    """One page: its rows and the cursors of its neighbours ("" where there is none)."""

    rows: list[M]
    newer: str
    older: str


def encode_cursor(direction: str, *marks: Mark) -> str:
    """The marks are those of a row in the columns of the order, its key last."""
    plain = [mark.isoformat() if isinstance(mark, datetime) else mark for mark in marks]
    return base64.urlsafe_b64encode(json.dumps([direction, *plain]).encode()).decode().rstrip("=")


def decode_cursor(cursor: str, kinds: Sequence[type] = (datetime,)) -> tuple[Any, ...] | None:
    """The direction, the marks of these kinds and the key of a cursor; None when it is not one of ours."""
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        direction, *marks, pk = json.loads(base64.urlsafe_b64decode(padded))
        found = [_mark(mark, kind) for mark, kind in zip(marks, kinds, strict=True)]
    except (ValueError, TypeError):
        return None
    valid = direction in ("older", "newer") and type(pk) is int and 0 < pk <= LARGEST
    return (direction, *found, pk) if valid else None


def _mark(value: Any, kind: type) -> Mark:
    """Raises ValueError or TypeError for anything but a moment with its zone or a number that fits a column."""
    if kind is datetime:
        moment = datetime.fromisoformat(value)
        if moment.tzinfo is None:
            raise ValueError("a moment without a zone")
        return moment
    if type(value) is not int or not 0 <= value <= LARGEST:
        raise ValueError("not a number of ours")
    return value


def page_of(
    queryset: QuerySet[M], *, by: str | Sequence[str], cursor: str = "", size: int = 50, is_rising: bool = False
) -> Page[M]:
    """The page of `queryset` at `cursor`, by the column or columns `by` (of moments or numbers) and then by key: the
    latest, the largest first, or with `is_rising` last. `older` is the way on, `newer` the way back.

    A cursor that is not one of ours gives the first page.
    """
    columns = (by,) if isinstance(by, str) else tuple(by)
    where = decode_cursor(cursor, kinds_of(queryset.model, columns)) if cursor else None
    backwards = where is not None and where[0] == "newer"
    is_up = backwards is not is_rising
    if where:
        lookup = TupleGreaterThan if is_up else TupleLessThan
        queryset = queryset.filter(lookup(Tuple(*map(F, columns), F("pk")), where[1:]))
    sign = "" if is_up else "-"
    rows = list(queryset.order_by(*(f"{sign}{column}" for column in (*columns, "pk")))[: size + 1])
    more = len(rows) > size
    rows = rows[:size]
    if backwards:
        rows.reverse()
    return _page(
        rows, columns, has_newer=more if backwards else where is not None, has_older=True if backwards else more
    )


def kinds_of(model: type[Model], columns: Sequence[str]) -> tuple[type, ...]:
    """What stands in these columns: moments or numbers."""
    return tuple(datetime if isinstance(model._meta.get_field(name), DateTimeField) else int for name in columns)


def _page(rows: list[M], columns: Sequence[str], *, has_newer: bool, has_older: bool) -> Page[M]:
    def cursor(direction: str, row: M) -> str:
        return encode_cursor(direction, *(getattr(row, column) for column in columns), int(row.pk))

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
