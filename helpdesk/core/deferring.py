"""Rows that nobody reads before the transaction ends, written together at its end: one statement instead of many."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

Writer = Callable[[list[Any]], object]

_waiting: ContextVar[dict[Writer, list[Any]] | None] = ContextVar("waiting", default=None)


@contextmanager
def writing_together() -> Iterator[None]:
    """Inside the block deferred rows wait; at its end each writer gets its rows, in the order of first use.

    The block stands inside the transaction that the rows belong to. When it is left by an exception nothing is
    written: the transaction is rolled back with the rest.
    """
    waiting: dict[Writer, list[Any]] = {}
    token = _waiting.set(waiting)
    try:
        yield
    finally:
        _waiting.reset(token)
    for writer, rows in waiting.items():
        writer(rows)


def write_soon(writer: Writer, row: Any) -> None:
    """Give `row` to `writer`: at the end of the surrounding block, or at once when there is none."""
    waiting = _waiting.get()
    if waiting is None:
        writer([row])
    else:
        waiting.setdefault(writer, []).append(row)
