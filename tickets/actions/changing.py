"""What one intent does to a ticket, apart from how many tickets it is done to.

A `Change` holds the rule; `change_one` does it to one ticket, `tickets.actions.together`
to many in as few statements.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from helpdesk.journal.actions import record
from tickets.actions.locking import locked
from tickets.models import Ticket
from tickets.permissions import ensure_can_work
from tickets.signals import ticket_changed

if TYPE_CHECKING:
    from helpdesk.accounts.models import User

Facts = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Change:
    """`verb` is the journal's word, `columns` what may be written. `make` changes a locked ticket in memory and gives
    the journal's facts, None when the ticket is so already; it raises Refused before it has changed anything."""

    verb: str
    columns: tuple[str, ...]
    make: Callable[[Ticket], Facts | None]


def change_one(ticket: Ticket, *, by: "User", change: Change) -> Ticket:
    """Staff do it to one ticket, inside the caller's transaction. Raises NotAllowed, Refused."""
    ticket = locked(ticket)
    ensure_can_work(by, ticket)
    return write_change(ticket, by=by, change=change)


def write_change(ticket: Ticket, *, by: "User", change: Change) -> Ticket:
    """The same to a ticket that the caller has locked and may change."""
    facts = change.make(ticket)
    if facts is not None:
        ticket.save(update_fields=change.columns)
        record(verb=change.verb, subject=ticket, by=by, **facts)
        ticket_changed.send(sender=Ticket, ticket=ticket, change=change.verb)
    return ticket
