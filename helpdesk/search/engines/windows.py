"""How far back a question looks: a common word is answered by the latest documents, a rare one by all of them.

The first window is as large as the planner's estimate asks for, then they grow tenfold. A window is searched in the
index together with the days it covers, so that what a step costs is about the same whatever word it is and however many
documents there are.
"""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import TypeVar, cast

from helpdesk.search.engines.compiling import day_of, start_of

FIRST = 30_000
GROWTH = 10
FRESH_SECONDS = 300.0
EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)
MOST_KNOWN = 100
_known: dict[int | str, tuple[float, object]] = {}
T = TypeVar("T")


def starts(
    before: datetime,
    *,
    measure: Callable[[datetime, int], datetime | None],
    earliest: datetime = EARLIEST,
    wanted: int = FIRST,
) -> list[datetime]:
    """Where the windows that end at `before` begin, the nearest first, as far as they are later than `earliest`. The
    first holds about `wanted`, never less than FIRST of them; none when FIRST documents are all there are.

    `measure(before, count)` is the moment of the document so many places earlier, None where there is none: asked once
    in five minutes for a day."""
    first = _remembered(day_of(before), lambda: measure(before, FIRST))
    if first is None:
        return []
    found: list[datetime] = []
    reach = max(before - first, timedelta(days=1)) * max(1.0, wanted / FIRST)
    while before - reach > earliest:
        found.append(start_of(day_of(before - reach)))
        reach *= GROWTH
    return found


def begin(ask: Callable[[], datetime | None]) -> datetime:
    """The moment of the very first document, asked once in five minutes."""
    return _remembered("begin", ask) or EARLIEST


def documents(ask: Callable[[], int]) -> int:
    """How many documents there are, asked once in five minutes."""
    return _remembered("documents", ask)


def _remembered(what: int | str, ask: Callable[[], T]) -> T:
    now = time.monotonic()
    kept = _known.get(what)
    if kept is None or now - kept[0] > FRESH_SECONDS:
        if len(_known) >= MOST_KNOWN:
            _known.clear()
        kept = _known[what] = (now, ask())
    return cast(T, kept[1])


def begin_anew() -> None:
    """Forget what was measured."""
    _known.clear()
