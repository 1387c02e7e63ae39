"""Who takes part in a conversation, and whose message may count."""

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from helpdesk.accounts.actions.people import find_or_create_by_address
from helpdesk.core.errors import Refused
from helpdesk.journal.actions import record
from tickets.actions.locking import locked, locked_where_worked
from tickets.enums import Approval, Status
from tickets.models import Message, Participant, Ticket
from tickets.permissions import can_work_tickets, ensure, ensure_can_work
from tickets.rendering import snippet_of
from tickets.signals import message_received

if TYPE_CHECKING:
    from helpdesk.accounts.models import User


@transaction.atomic
def add(*, ticket: Ticket, by: "User", person: "User") -> None:
    """The person gets the answers from now on and may write. Raises NotAllowed."""
    ticket = locked(ticket)
    ensure_can_work(by, ticket)
    let_in(ticket, person)
    record(verb="participant_added", subject=ticket, by=by, person=person.pk)


@transaction.atomic
def add_by_address(*, ticket: Ticket, by: "User", address: str, name: str = "") -> "User":
    """The same for whoever has this e-mail address, a new customer when nobody has. Raises NotAllowed."""
    ensure_can_work(by, ticket)
    person = find_or_create_by_address(address=address, name=name)
    add(ticket=ticket, by=by, person=person)
    return person


@transaction.atomic
def remove(*, ticket: Ticket, by: "User", person: "User") -> None:
    """The person gets nothing more and sees nothing more. Raises NotAllowed."""
    ticket = locked(ticket)
    ensure_can_work(by, ticket)
    Participant.objects.filter(ticket=ticket, user=person).update(is_active=False)
    record(verb="participant_removed", subject=ticket, by=by, person=person.pk)


@transaction.atomic
def approve(*, message: Message, by: "User") -> Message:
    """Let a held message count and its author take part; the ticket reopens as if it came now.

    Raises NotAllowed, Refused."""
    ticket, message = _decide(message, by)
    message.approval = Approval.APPROVED
    message.save(update_fields=["approval"])
    let_in(ticket, message.author)
    ticket.snippet = snippet_of(message.visible_text or message.text)
    for each in _with_where_worked(ticket):
        each.status = Status.NEW if each.status == Status.NEW else Status.OPEN
        each.resolved_at = each.closed_at = None
        each.active_at = timezone.now()
        each.save(update_fields=["status", "resolved_at", "closed_at", "active_at", "snippet"])
    record(verb="message_approved", subject=ticket, by=by, message=message.pk, person=message.author_id)
    message_received.send(sender=Message, message=message)
    return message


@transaction.atomic
def refuse(*, message: Message, by: "User") -> Message:
    """The message stays for staff to read and never counts. Raises NotAllowed, Refused."""
    ticket, message = _decide(message, by)
    message.approval = Approval.REFUSED
    message.save(update_fields=["approval"])
    record(verb="message_refused", subject=ticket, by=by, message=message.pk)
    return message


def _decide(message: Message, by: "User") -> tuple[Ticket, Message]:
    ticket = locked(message.ticket)
    ensure(can_work_tickets(by))
    message = Message.objects.select_for_update(of=("self",)).select_related("author").get(pk=message.pk)
    if message.approval != Approval.PENDING or message.ticket_id != ticket.pk:
        raise Refused(_("Somebody has decided about this message already."))
    for each in _with_where_worked(ticket):
        each.awaits_approval = max(0, each.awaits_approval - 1)
        each.save(update_fields=["awaits_approval"])
    message.ticket = ticket
    return ticket, message


def _with_where_worked(ticket: Ticket) -> list[Ticket]:
    """The locked ticket and, where it is merged, the one on which its messages are shown."""
    return [ticket, locked_where_worked(ticket)] if ticket.is_merged else [ticket]


def let_in(ticket: Ticket, person: "User") -> None:
    """Make the person an active participant of a ticket that the caller has locked."""
    if person.pk != ticket.requester_id:
        Participant.objects.update_or_create(ticket=ticket, user=person, defaults={"is_active": True})
