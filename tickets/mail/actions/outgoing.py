"""What staff wrote goes into the outbox."""

from collections.abc import Iterable

from django.db import connection
from psycopg.types.json import Jsonb

from helpdesk.accounts.enums import MailTopic
from helpdesk.notifications.actions.outbox import Outgoing, enqueue
from helpdesk.notifications.enums import Purpose
from helpdesk.notifications.models import Delivery
from tickets.actions.recipients import Recipient
from tickets.enums import MessageKind
from tickets.mail.routing import Routing, routing_of
from tickets.mail.tokens import new_message_id
from tickets.models import Message, Ticket

STAMP = """
WITH known AS (INSERT INTO mail_knownid (value, ticket_id, message_id) VALUES (%%s, %%s, %%s))
UPDATE tickets_message
SET message_id = %%s, in_reply_to = coalesce((%(latest)s), ''), sent_to = %%s, sent_cc = %%s
WHERE id = %%s
"""


def send_out(*, message: Message, recipients: Iterable[Recipient]) -> list[Delivery]:
    """Stamp the message's signed Message-ID and write one outbox row per recipient, in the caller's transaction.

    Four statements for any number of recipients. Nobody is written to twice, nobody who chose to get no such mail, and
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
    _stamp(message, answers=purpose == Purpose.REPLY)
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


def _stamp(message: Message, *, answers: bool) -> None:
    """The message has its Message-ID, by which an answer to it is known, and names what it answers: the last thing that
    a customer said before it. One statement."""
    said = Message.objects.public().filter(ticket=message.ticket_id, kind=MessageKind.INBOUND, pk__lt=message.pk)
    answered = said.exclude(message_id="").order_by("-pk").values("message_id")[:1]
    latest, keys = answered.query.sql_with_params() if answers else ("''", ())
    with connection.cursor() as cursor:
        cursor.execute(
            STAMP % {"latest": latest},
            [
                *(message.message_id, message.ticket_id, message.pk),
                *(message.message_id, *keys, Jsonb(message.sent_to), Jsonb(message.sent_cc), message.pk),
            ],
        )
