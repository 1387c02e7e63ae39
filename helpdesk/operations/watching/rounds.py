"""One round of the watch."""

from collections.abc import Callable, Iterable, Iterator
from functools import partial

import structlog
from django.db import DatabaseError, connection, transaction

from helpdesk.operations.models import Sample
from helpdesk.operations.watching import certificates, judging, keeping, machine, outside, pulses, queues, telling
from helpdesk.operations.watching.readings import Reading

log = structlog.get_logger(__name__)
LOCK = 0x68_64_77_61
"""Key of the advisory lock: of two beats that run by mistake one makes the round."""


def go_round(*, beat_lives: bool) -> None:
    """Measure, judge, tell; then say outside that all is well, if it is and `beat_lives`. Raises what the database says
    when it is away: there is no round then, and whoever watches from outside hears nothing."""
    certificates.look()
    if sample():
        judging.judge()
        telling.tell()
    pulses.ring_pulses()
    if beat_lives and pulses.all_alive():
        outside.tell_all()


def sample() -> bool:
    """Keep the figures of this minute; False when that was done already."""
    at = keeping.this_minute()
    if Sample.objects.filter(at=at).exists():
        return False
    earlier = keeping.before(at)
    readings = list(_readings(earlier))
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [LOCK])
        if not cursor.fetchone()[0] or Sample.objects.filter(at=at).exists():
            return False
        keeping.keep(readings, at=at, earlier=earlier)
    return True


def _readings(earlier: dict[str, Sample]) -> Iterator[Reading]:
    marks = {name: row.mark for name, row in earlier.items() if row.mark is not None}
    for name, probe in queues.probes():
        yield from _asked(name, partial(queues.queue_readings, name, probe, marks))
    yield from _asked("pulses", queues.pulse_readings)
    yield from _asked("disk", machine.disk_readings)
    yield from _asked("database", machine.database_readings)
    yield from _asked("certificates", machine.certificate_readings)
    yield from _asked("backup", machine.backup_readings)


def _asked(what: str, ask: Callable[[], Iterable[Reading]]) -> list[Reading]:
    """One that can't be asked is named in the log and has no sample; the others do."""
    try:
        with transaction.atomic():
            return list(ask())
    except (DatabaseError, OSError, ValueError) as error:
        log.error("watch_not_measured", what=what, error=f"{type(error).__name__}: {error}".splitlines()[0])
        return []
