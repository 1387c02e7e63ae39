"""What ends with the state that a ticket leaves."""

from tickets.enums import Status
from tickets.models import Ticket

SETTLED = ("snoozed_until", "locked_by", "locked_at", "archived_at")
"""The columns that `settle` may have changed, to be saved with the status."""


def settle(ticket: Ticket) -> None:
    """To be called when the status was set: nobody is on a finished ticket and nothing brings it back, and only
    closed ones are in the archive."""
    if ticket.is_finished:
        ticket.snoozed_until = ticket.locked_by = ticket.locked_at = None
    if ticket.status != Status.CLOSED:
        ticket.archived_at = None
