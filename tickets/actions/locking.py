"""The order of locks: ticket, then message, then outbox and raw mail. Actions that change a ticket begin here."""

from tickets.models import Ticket


def locked(ticket: Ticket) -> Ticket:
    """The ticket as it stands now with its requester, locked (the ticket alone) until the transaction ends."""
    return Ticket.objects.select_for_update(of=("self",)).select_related("requester").get(pk=ticket.pk)
