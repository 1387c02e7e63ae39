"""When a clock on somebody's wall shows a time, over midnight and over the two nights on which it is put on or back.

Every moment that goes in or comes out is one of UTC: two times of one zone compare by what the clock shows, and that
runs twice through an hour of autumn.
"""

from bisect import bisect_left
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

DAY = timedelta(days=1)
SECOND = timedelta(seconds=1)


def next_showing(clock: time, *, after: datetime, zone: ZoneInfo, once_a_day: bool = False) -> datetime:
    """The first moment later than `after` at which a clock there shows this time, or is put on past it. What it shows
    twice in a night counts twice, but for `once_a_day`."""
    day = after.astimezone(zone).date()
    moments = [moment for at in range(3) for moment in _showings(day + at * DAY, clock, zone)[: 1 if once_a_day else 2]]
    return min(moment for moment in moments if moment > after)


def next_full_hour(after: datetime, zone: ZoneInfo) -> datetime:
    """The first moment later than `after` at which a clock there shows a full hour."""
    shown = (after + timedelta(hours=1)).astimezone(zone)
    begun = timedelta(minutes=shown.minute, seconds=shown.second, microseconds=shown.microsecond)
    return shown.astimezone(UTC) - begun


def _showings(day: date, clock: time, zone: ZoneInfo) -> Sequence[datetime]:
    """One moment on most days, two where the hour is repeated; where it is left out that of the change."""
    wall = datetime.combine(day, clock, tzinfo=zone)
    first, second = (wall.replace(fold=fold).astimezone(UTC) for fold in (0, 1))
    if second < first:
        return [_change_between(second, first, zone)]
    return [first] if first == second else [first, second]


def _change_between(low: datetime, high: datetime, zone: ZoneInfo) -> datetime:
    """When the clock is put on, which it is once between the two."""
    summer = high.astimezone(zone).utcoffset()
    seconds = range(int((high - low).total_seconds()))
    found = bisect_left(seconds, True, key=lambda at: (low + at * SECOND).astimezone(zone).utcoffset() == summer)
    return low + found * SECOND
