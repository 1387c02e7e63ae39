"""What staff wrote goes into the outbox."""

from collections.abc import Iterable

from django.db.models import Subquery, Value
from django.db.models.functions import Coalesce

from helpdesk.accounts.enums import MailTopic
from helpdesk.notifications.actions.outbox import Outgoing, enqueue
from helpdesk.notifications.enums import Purpose
from helpdesk.notifications.models import Delivery
from tickets.actions.recipients import Recipient
from tickets.enums import MessageKind
from tickets.mail.models import KnownId
from tickets.mail.routing import Routing, routing_of
from tickets.mail.tokens import new_message_id
from tickets.models import Message, Ticket


def send_out(*, message: Message, recipients: Iterable[Recipient]) -> list[Delivery]:
    """Stamp the message's signed Message-ID and write one outbox row per recipient, in the caller's transaction.

    Six statements for any number of recipients. Nobody is written to twice, nobody who chose to get no such mail, and
    never an address of our own: that would be a loop, so the message does not name it either. Any other note than a
    forwarded one goes nowhere. What may be taken back is not due before it may no longer.
    """
    purpose = _purpose(message)
    if purpose is None:
        return []
    ticket = message.ticket
    routing = routing_of(ticket)
    receivers = [each for each in _receivers(recipients, routing) if _is_welcome(each, ticket)]
    if not receivers:
        return []
    message.message_id = new_message_id(number=ticket.number, domain=routing.domain)
    message.sent_to, message.sent_cc = _foreign(message.sent_to, routing), _foreign(message.sent_cc, routing)
    Message.objects.filter(pk=message.pk).update(
        message_id=message.message_id,
        in_reply_to=_answered(message) if purpose == Purpose.REPLY else Value(""),
        sent_to=message.sent_to,
        sent_cc=message.sent_cc,
    )
    KnownId.objects.create(value=message.message_id, ticket=ticket, message=message)
    return enqueue(
        subject=message,
        outgoing=[
            Outgoing(
                purpose=purpose,
                recipient=receiver.address,
                person_id=receiver.person.pk if receiver.person else None,
                conversation=ticket.number,
                route=routing.route,
                message_id=message.message_id,
                due_at=message.held_until,
            )
            for receiver in receivers
        ],
    )


def _purpose(message: Message) -> Purpose | None:
    if message.kind == MessageKind.REPLY:
        return Purpose.REPLY
    forwarded = message.kind == MessageKind.NOTE and message.flags.get("forwarded")
    return Purpose.FORWARD if forwarded else None


def _receivers(recipients: Iterable[Recipient], routing: Routing) -> list[Recipient]:
    each = {recipient.address.lower(): recipient for recipient in recipients if recipient.address}
    return [recipient for address, recipient in each.items() if not routing.is_ours(address)]


def _is_welcome(recipient: Recipient, ticket: Ticket) -> bool:
    """Whether the person chose to get answers to their own requests, or to those they follow, by mail."""
    if recipient.person is None:
        return True
    is_own = recipient.person.pk == ticket.requester_id
    return recipient.person.wants(MailTopic.OWN if is_own else MailTopic.FOLLOWED)


def _foreign(people: list[dict[str, str]], routing: Routing) -> list[dict[str, str]]:
    return [person for person in people if not routing.is_ours(person["address"])]


def _answered(message: Message) -> Coalesce:
    """The Message-ID of the last thing a customer said before this."""
    said = Message.objects.public().filter(ticket=message.ticket_id, kind=MessageKind.INBOUND, pk__lt=message.pk)
    return Coalesce(Subquery(said.exclude(message_id="").order_by("-pk").values("message_id")[:1]), Value(""))
