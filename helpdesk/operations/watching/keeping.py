"""Samples in their table: fine for days, thinned after, gone after a season."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.utils import timezone

from helpdesk.operations.models import Sample
from helpdesk.operations.watching.readings import Reading

FINE = timedelta(days=3)
KEPT = timedelta(days=90)
COARSE = 15
"""Minutes of a thinned sample."""
LOOK_BACK = timedelta(minutes=15)
"""How old the sample before may be for its figures to be compared with: after a longer pause a rate would mislead."""
THIN = """
    WITH old AS (DELETE FROM operations_sample WHERE span = 1 AND at < %(before)s RETURNING *)
    INSERT INTO operations_sample (series, at, span, waiting, failed, oldest_seconds, came, went, level)
    SELECT series, date_bin('15 minutes', at, timestamptz '2000-01-01') + interval '15 minutes' - interval '1 second',
           %(minutes)s, max(waiting), max(failed), max(oldest_seconds), sum(came), sum(went),
           CASE WHEN series LIKE 'certificate:%%' THEN min(level) ELSE max(level) END
    FROM old GROUP BY 1, 2
    ON CONFLICT (at, series) DO NOTHING
"""


def this_minute() -> datetime:
    return timezone.now().replace(second=0, microsecond=0)


def before(at: datetime) -> dict[str, Sample]:
    """By series: the last fine sample before this minute, if it is not too old."""
    rows = Sample.objects.filter(at__gte=at - LOOK_BACK, at__lt=at, span=1).order_by("at", "pk")
    return {row.series: row for row in rows}


def keep(readings: Iterable[Reading], *, at: datetime, earlier: Mapping[str, Sample]) -> list[Sample]:
    """Write the samples of this minute. One that another process has written meanwhile stays."""
    rows = [_sample(reading, at, earlier.get(reading.series)) for reading in readings]
    return Sample.objects.bulk_create(rows, ignore_conflicts=True)


def latest() -> list[Sample]:
    """The samples of the newest round of the last day; none when there was none."""
    since = timezone.now() - timedelta(days=1)
    newest = Sample.objects.filter(at__gte=since, span=1).order_by("-at").values("at")[:1]
    return list(Sample.objects.filter(at=newest).order_by("series"))


@transaction.atomic
def thin() -> None:
    """Once a day: of what is older than `FINE` one row for each quarter of an hour; nothing older than `KEPT`."""
    now = timezone.now()
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    with connection.cursor() as cursor:
        cursor.execute(THIN, {"before": midnight - FINE, "minutes": COARSE})
    Sample.objects.filter(at__lt=now - KEPT).delete()


def _sample(reading: Reading, at: datetime, last: Sample | None) -> Sample:
    return Sample(
        series=reading.series,
        at=at,
        waiting=reading.waiting,
        failed=reading.failed,
        oldest_seconds=reading.oldest_seconds,
        came=reading.came,
        went=_went(reading, last),
        level=reading.level,
        mark=reading.mark,
    )


def _went(reading: Reading, last: Sample | None) -> int | None:
    """What came and is not waiting any more. Rows that wait again (released, put back) make it too small by their
    number."""
    if reading.came is None or reading.waiting is None or last is None or last.waiting is None:
        return None
    return max(0, reading.came + last.waiting - reading.waiting)
