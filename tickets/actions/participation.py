"""Who takes part in a conversation, and whose message may count."""

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from helpdesk.accounts.actions.people import find_or_create_by_address
from helpdesk.core.errors import Refused, ensure
from helpdesk.journal.actions import record
from tickets.actions.indexing import index_again
from tickets.actions.locking import locked, locked_where_worked
from tickets.actions.news import tell_watchers
from tickets.actions.settling import SETTLED, settle
from tickets.enums import Approval, News, Status
from tickets.models import Message, Participant, Ticket
from tickets.permissions import can_work_tickets, ensure_can_work
from tickets.rendering import snippet_of
from tickets.signals import message_received

if TYPE_CHECKING:
    from helpdesk.accounts.models import User


class OtherOrganisation(Refused):
    """The person is not of the customer's organisation: whoever asked has to say that they mean it."""


@transaction.atomic
def add(*, ticket: Ticket, by: "User", person: "User", is_meant: bool = True) -> None:
    """The person gets the answers from now on and may write. Raises NotAllowed, Locked; OtherOrganisation for somebody
    of another organisation than the ticket's, unless `is_meant`."""
    ticket = locked(ticket)
    ensure_can_work(by, ticket)
    if not is_meant:
        _ensure_same_organisation(ticket, person)
    if let_in(ticket, person):
        record(verb="participant_added", subject=ticket, by=by, person=person.pk)


@transaction.atomic
def add_by_address(*, ticket: Ticket, by: "User", address: str, name: str = "", is_meant: bool = True) -> "User":
    """The same for whoever has this e-mail address, a new customer when nobody has."""
    ensure_can_work(by, ticket)
    person = find_or_create_by_address(address=address, name=name)
    add(ticket=ticket, by=by, person=person, is_meant=is_meant)
    return person


@transaction.atomic
def remove(*, ticket: Ticket, by: "User", person: "User") -> None:
    """The person gets nothing more and sees nothing more. Raises NotAllowed."""
    ticket = locked(ticket)
    ensure_can_work(by, ticket)
    if Participant.objects.filter(ticket=ticket, user=person, is_active=True).update(is_active=False):
        record(verb="participant_removed", subject=ticket, by=by, person=person.pk)


@transaction.atomic
def approve(*, message: Message, by: "User") -> Message:
    """Let a held message count and its author take part; the ticket reopens as if it came now.

    Raises NotAllowed, Refused."""
    ticket, message = _decide(message, by)
    message.approval = Approval.APPROVED
    message.save(update_fields=["approval"])
    index_again(message)
    let_in(ticket, message.author)
    ticket.snippet = snippet_of(message.visible_text or message.text)
    before = ticket.status
    for each in _with_where_worked(ticket):
        each.status = Status.NEW if each.status == Status.NEW else Status.OPEN
        each.resolved_at = each.closed_at = None
        each.active_at = timezone.now()
        each.snoozed_until = None
        settle(each)
        each.save(update_fields=["status", "resolved_at", "closed_at", "active_at", "snippet", *SETTLED])
    facts = {"message": message.pk, "person": message.author_id}
    record(verb="message_approved", subject=ticket, by=by, before=before, after=ticket.status, **facts)
    tell_watchers(ticket, News.RECEIVED, verb="received", by=message.author, message=message, before=before)
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


def _ensure_same_organisation(ticket: Ticket, person: "User") -> None:
    if person.organisation_id is not None and person.organisation_id != ticket.organisation_id:
        raise OtherOrganisation(
            _("%(person)s is of another organisation (%(organisation)s) and would read the whole conversation.")
            % {"person": person, "organisation": person.organisation}
        )


def let_in(ticket: Ticket, person: "User") -> bool:
    """Make the person an active participant of a ticket that the caller has locked; False when they are already."""
    if person.pk == ticket.requester_id:
        return False
    part, is_new = Participant.objects.get_or_create(ticket=ticket, user=person, defaults={"is_active": True})
    if is_new or part.is_active:
        return is_new
    part.is_active = True
    part.save(update_fields=["is_active"])
    return True
