"""What did not reach a customer is told to the people who think it did."""

from collections.abc import Sequence

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from helpdesk.accounts.models import User
from helpdesk.core.retelling import retold
from helpdesk.journal.actions import record
from helpdesk.notifications.enums import Purpose
from helpdesk.notifications.models import Delivery
from helpdesk.notifications.notices import notify
from tickets.actions.locking import locked, locked_where_worked
from tickets.enums import MessageKind, Status
from tickets.models import Message, Ticket
from tickets.signals import ticket_changed

FAILED, UNKNOWN, BOUNCED = "delivery_failed", "delivery_unknown", "delivery_bounced"
TAG = "undelivered"
MOST_TAGS = 20
_REOPENED = (Status.WAITING, Status.RESOLVED)


@transaction.atomic
def tell(*, deliveries: Sequence[Delivery], verb: str, is_proven: bool = True) -> None:
    """One journal line per message on its ticket, the ticket flagged, its people told by a notice.

    A reply that failed or bounced for anybody reopens a ticket that waits for the customer: they have no answer to
    wait for. Not when that is only guessed (`is_proven`): a stranger could reopen what they like. Deliveries that are
    about no message (notices, sign-in links) tell nobody, so nothing can go round.
    """
    kind = ContentType.objects.get_for_model(Message)
    by_message: dict[int, list[Delivery]] = {}
    for delivery in deliveries:
        if delivery.subject_type_id == kind.pk:
            by_message.setdefault(delivery.subject_id, []).append(delivery)
    messages = Message.objects.filter(pk__in=by_message).select_related("ticket", "author")
    for message in sorted(messages, key=lambda each: (each.ticket_id, each.pk)):
        _tell_about(message, by_message[message.pk], verb, is_proven=is_proven)


def _tell_about(message: Message, deliveries: list[Delivery], verb: str, *, is_proven: bool) -> None:
    ticket = locked_where_worked(locked(message.ticket))
    before = ticket.status
    is_answer = any(delivery.purpose == Purpose.REPLY for delivery in deliveries)
    if is_answer and verb != UNKNOWN:
        _flag(ticket, reopens=is_proven)
    facts = [
        {"address": delivery.recipient, "reason": delivery.reason, "status": delivery.status_code}
        for delivery in deliveries
    ]
    record(verb=verb, subject=ticket, by=None, message=message.pk, recipients=facts, before=before, after=ticket.status)
    if ticket.status != before:
        ticket_changed.send(sender=Ticket, ticket=ticket, change="status_changed")
    person = _who_is_told(ticket, message)
    if person is not None:
        _notify(person, ticket, deliveries, verb)


def _flag(ticket: Ticket, *, reopens: bool) -> None:
    if TAG not in ticket.tags and len(ticket.tags) < MOST_TAGS:
        ticket.tags = [*ticket.tags, TAG]
    if reopens and ticket.status in _REOPENED:
        ticket.status, ticket.resolved_at = Status.OPEN, None
        ticket.active_at = timezone.now()
    ticket.save(update_fields=["tags", "status", "resolved_at", "active_at"])


def _who_is_told(ticket: Ticket, message: Message) -> User | None:
    """Whoever has the ticket, else whoever wrote."""
    if ticket.assignee is not None:
        return ticket.assignee
    return None if message.kind == MessageKind.INBOUND else message.author


def _notify(person: User, ticket: Ticket, deliveries: list[Delivery], verb: str) -> None:
    with translation.override(person.language or settings.LANGUAGE_CODE):
        if verb == UNKNOWN:
            title = _("Perhaps not delivered: #%(number)s %(subject)s")
        else:
            title = _("Not delivered: #%(number)s %(subject)s")
        title %= {"number": ticket.number, "subject": ticket.subject}
        lines = [f"{delivery.recipient}: {retold(delivery.reason)}" for delivery in deliveries]
    notify(
        person=person,
        subject=ticket,
        title=title,
        text="\n".join(lines),
        path=f"/desk/tickets/{ticket.number}/",
        conversation=ticket.number,
        route=deliveries[0].route,
    )
