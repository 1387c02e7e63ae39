"""Asking for a long conversation as a file."""

from typing import TYPE_CHECKING

from django.db import transaction

from helpdesk.accounts.capabilities import Capability
from helpdesk.core.errors import ensure
from helpdesk.work.actions.asking import ask
from helpdesk.work.models import Job
from tickets.models import Ticket

if TYPE_CHECKING:
    from helpdesk.accounts.models import User

KIND = "conversation"


@transaction.atomic
def ask_for_conversation(*, ticket: Ticket, by: "User", with_notes: bool) -> Job:
    """A worker writes the PDF. The journal has it by `work_asked_for`. Raises NotAllowed to customers; Refused."""
    ensure(by.can(Capability.ENTER_DESK))
    return ask(kind=KIND, by=by, asked={"ticket": ticket.pk, "with_notes": with_notes})
