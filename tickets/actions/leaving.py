"""What becomes of conversations when somebody leaves their organisation."""

from typing import TYPE_CHECKING

from helpdesk.journal.actions import record
from tickets.actions.locking import locked
from tickets.actions.participation import let_in
from tickets.models import Participant, Ticket

if TYPE_CHECKING:
    from helpdesk.accounts.models import User


def hand_over(*, person: "User", organisation: int, by: "User") -> None:
    """In the caller's transaction: the person takes part in nothing of the organisation any more, and `by` gets the
    answers to what they asked and is not finished."""
    taking_part = Participant.objects.filter(user=person, is_active=True, ticket__organisation=organisation)
    asked = Ticket.objects.unfinished().filter(requester=person, organisation=organisation)
    left = Ticket.objects.filter(pk__in=taking_part.order_by().values("ticket"))
    for ticket in left.order_by("pk"):
        ticket = locked(ticket)
        Participant.objects.filter(ticket=ticket, user=person).update(is_active=False)
        record(verb="participant_removed", subject=ticket, by=by, person=person.pk)
    for ticket in asked.order_by("pk"):
        ticket = locked(ticket)
        let_in(ticket, by)
        record(verb="participant_added", subject=ticket, by=by, person=by.pk)
