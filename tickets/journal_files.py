"""The journal as a CSV file: in an answer, or by a worker."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import IO

from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from helpdesk.accounts.models import User
from helpdesk.core.errors import ensure
from helpdesk.core.spreadsheets import MEDIA_TYPES, csv_lines
from helpdesk.journal.models import Entry
from helpdesk.work.models import Job
from helpdesk.work.registries import Kind, Tell, kinds
from tickets.actions.journal_export import KIND
from tickets.forms.journal import read_journal_criteria
from tickets.journal_lines import Change, JournalLine, lines_of
from tickets.permissions import can_read_journal
from tickets.queries.journal import JournalCriteria, journal_lines

FILENAME = "journal.csv"
CHUNK = 1_000


def register() -> None:
    """Make the export known as a kind of long work; called once when the program starts."""
    kinds.register(KIND, Kind(gettext_lazy("The journal as a file"), FILENAME, MEDIA_TYPES["csv"], write_journal))


def journal_csv(entries: Iterable[Entry], user: User) -> bytes:
    """These lines as a whole file, in the current language and time zone."""
    return b"".join(csv_lines([_heads(), *(_cells(line) for line in lines_of(entries, user))]))


def write_journal(job: Job, out: IO[bytes], tell: Tell) -> None:
    """The lines that were there when the job was asked for, latest first. Raises NotAllowed when its owner may not read
    the journal any more."""
    ensure(can_read_journal(job.owner))
    criteria = read_journal_criteria(QueryDict(job.asked["filters"]), by=job.owner).criteria
    until = min(criteria.until, job.created_at) if criteria.until else job.created_at
    criteria = replace(criteria, until=until)
    total = journal_lines(job.owner, criteria).count()
    tell(0, total)
    for done, line in enumerate(csv_lines(_rows(job.owner, criteria))):
        out.write(line)
        if done % CHUNK == 0:
            tell(min(done, total), total)
    tell(total, total)


def _rows(user: User, criteria: JournalCriteria) -> Iterator[Sequence[object]]:
    yield _heads()
    found = journal_lines(user, criteria).order_by("-pk")
    chunk = list(found[:CHUNK])
    while chunk:
        yield from map(_cells, lines_of(chunk, user))
        chunk = list(found.filter(pk__lt=chunk[-1].pk)[:CHUNK])


def _heads() -> list[str]:
    return [
        _("number of the line"),
        _("at"),
        _("who"),
        _("what"),
        _("verb"),
        _("kind of thing"),
        _("number of the thing"),
        _("thing"),
        _("before"),
        _("after"),
        _("door"),
        _("address"),
        _("request"),
        _("facts"),
    ]


def _cells(line: JournalLine) -> list[object]:
    return [
        line.key,
        timezone.localtime(line.at).isoformat(sep=" ", timespec="seconds"),
        line.who,
        line.what,
        line.verb,
        line.kind,
        line.thing_key,
        line.thing,
        "; ".join(_part(change, change.before) for change in line.changes if not change.is_fact),
        "; ".join(_part(change, change.after) for change in line.changes),
        line.door,
        line.address,
        line.request_id,
        line.raw,
    ]


def _part(change: Change, value: str) -> str:
    return f"{change.name}: {value}" if change.name else value
