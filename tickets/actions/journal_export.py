"""Taking the journal along as a file."""

from typing import TYPE_CHECKING

from django.db import transaction

from helpdesk.core.errors import ensure
from helpdesk.journal.actions import record
from helpdesk.work.actions.asking import ask
from helpdesk.work.models import Job
from tickets.permissions import can_read_journal

if TYPE_CHECKING:
    from helpdesk.accounts.models import User

KIND = "journal"


@transaction.atomic
def take_journal(*, by: "User", filters: str, rows: int) -> None:
    """So many lines leave with the person in the answer to this request; `filters` are the words of the page's URL.
    Writes `journal_exported`. Raises NotAllowed."""
    ensure(can_read_journal(by))
    record(verb="journal_exported", subject=by, by=by, filters=filters, rows=rows)


@transaction.atomic
def ask_for_journal(*, by: "User", filters: str) -> Job:
    """The same for more lines than a request has time for: a worker writes the file. The journal has it by
    `work_asked_for`. Raises NotAllowed, Refused."""
    ensure(can_read_journal(by))
    return ask(kind=KIND, by=by, asked={"filters": filters})
