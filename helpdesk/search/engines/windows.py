"""How far back a question looks: a common word is answered by the latest documents, a rare one by all of them.

Windows grow tenfold. A window is searched in the index together with the days it covers, so that what a step costs is
about the same whatever word it is and however many documents there are.
"""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from helpdesk.search.engines.compiling import day_of, start_of

FIRST = 30_000
GROWTH = 10
FRESH_SECONDS = 300.0
EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)
MOST_KNOWN = 100
_known: dict[int, tuple[float, datetime | None]] = {}


def starts(
    before: datetime, *, measure: Callable[[datetime, int], datetime | None], earliest: datetime = EARLIEST
) -> list[datetime]:
    """Where the windows that end at `before` begin, the nearest first, as far as they are later than `earliest`; none
    when FIRST documents are all there are.

    `measure(before, count)` is the moment of the document so many places earlier, None where there is none: asked once
    in five minutes for a day."""
    first = _remembered(day_of(before), lambda: measure(before, FIRST))
    if first is None:
        return []
    found: list[datetime] = []
    reach = max(before - first, timedelta(days=1))
    while before - reach > earliest:
        found.append(start_of(day_of(before - reach)))
        reach *= GROWTH
    return found


def begin(ask: Callable[[], datetime | None]) -> datetime:
    """The moment of the very first document, asked once in five minutes."""
    return _remembered(0, ask) or EARLIEST


def _remembered(day: int, ask: Callable[[], datetime | None]) -> datetime | None:
    now = time.monotonic()
    kept = _known.get(day)
    if kept is None or now - kept[0] > FRESH_SECONDS:
        if len(_known) >= MOST_KNOWN:
            _known.clear()
        kept = _known[day] = (now, ask())
    return kept[1]


def begin_anew() -> None:
    """Forget what was measured."""
    _known.clear()
