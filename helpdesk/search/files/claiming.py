"""Taking files to read, and writing down what became of them."""

from collections.abc import Sequence
from datetime import timedelta

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from helpdesk.core.bells import ring
from helpdesk.search.enums import UNFINISHED, FileState
from helpdesk.search.files.reading.outcomes import Outcome, Reading
from helpdesk.search.models import FileText
from helpdesk.search.tasks import read_files

MOST_FILES = 32
MOST_BYTES = 32 * 1024 * 1024
"""At a time, or one that is larger."""
MOST_ATTEMPTS = 3
LEASE = timedelta(minutes=5)
"""Longer than a child may take for all that it was given."""
BACK_OFF = timedelta(seconds=30)
DIED = "Its reader died of it three times"


@transaction.atomic(durable=True)
def claim() -> list[FileText]:
    """What waited longest, leased to the caller. What its last reader died of, or beside, is given out alone; what was
    claimed three times without an end is damaged, which is written here."""
    rows = list(FileText.objects.claimable().without_text().select_for_update(skip_locked=True)[:MOST_FILES])
    for row in rows:
        if row.attempts >= MOST_ATTEMPTS:
            _write(row, Reading(Outcome.DAMAGED, reason=DIED))
    left = [row for row in rows if row.attempts < MOST_ATTEMPTS]
    again = [row for row in left if row.attempts][:1]
    claimed = again or _of_a_size(left)
    FileText.objects.filter(pk__in=[row.pk for row in claimed]).update(
        state=FileState.READING, attempts=F("attempts") + 1, lease_until=timezone.now() + LEASE
    )
    for row in claimed:
        row.state, row.attempts = FileState.READING, row.attempts + 1
    return claimed


def _of_a_size(rows: Sequence[FileText]) -> list[FileText]:
    chosen: list[FileText] = []
    for row in rows:
        if chosen and sum(each.size for each in chosen) + row.size > MOST_BYTES:
            break
        chosen.append(row)
    return chosen


@transaction.atomic(durable=True)
def finish(row: FileText, reading: Reading) -> None:
    """What became of a file in hand, in a transaction that locks nothing else. One that somebody else finished
    meanwhile, the lease being over, stays as it is."""
    ours = FileText.objects.select_for_update().filter(pk=row.pk, state=FileState.READING, attempts=row.attempts)
    if kept := ours.first():
        _write(kept, reading)


def _write(row: FileText, reading: Reading) -> None:
    """The end of a file, whose row is locked; documents are told when it says something else than before."""
    now = timezone.now()
    rows = FileText.objects.filter(pk=row.pk)
    rows.exclude(text=reading.text).update(changed_at=now)
    rows.update(
        state=FileState(reading.outcome.value),
        text=reading.text,
        reason=reading.reason[:200],
        lease_until=None,
        finished_at=now,
    )


@transaction.atomic(durable=True)
def put_back(row: FileText, *, blame: bool) -> None:
    """A file that was not come to waits again; with `blame`, for it may be what its reader died of, somewhat later, and
    the try counts."""
    FileText.objects.filter(pk=row.pk, state=FileState.READING, attempts=row.attempts).update(
        state=FileState.WAITING,
        attempts=F("attempts") - (0 if blame else 1),
        due_at=timezone.now() + (BACK_OFF if blame else timedelta()),
        lease_until=None,
    )


@transaction.atomic
def read_again(*, files: Sequence[FileText]) -> int:
    """Have files read once more that came to an end, what they said being found until then; how many."""
    ended = FileText.objects.filter(~Q(state__in=UNFINISHED), pk__in=[file.pk for file in files])
    count = ended.update(state=FileState.WAITING, reason="", attempts=0, due_at=timezone.now(), finished_at=None)
    if count:
        ring(read_files)
    return count
