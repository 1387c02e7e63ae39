"""Telling senders that their request has arrived: once, and never to a machine."""

import re
from datetime import datetime, timedelta

from django.db.models import Q
from django.utils import timezone

from helpdesk.core.mime import ascii_address
from helpdesk.notifications.actions.outbox import Outgoing, enqueue
from helpdesk.notifications.enums import Purpose
from helpdesk.notifications.models import Delivery
from tickets.actions.recipients import is_read_by_people
from tickets.mail.models import Mailbox
from tickets.mail.tokens import new_message_id
from tickets.models import Message

LATEST = timedelta(hours=1)
LONGEST_LOOP = 3
_OFFICE = re.compile(r"(postmaster|abuse|root)([+\-_.=].*)?", re.I)
"""People may read these, but nobody waits there for a word of ours."""


def acknowledge(*, message: Message, mailbox: Mailbox, may_acknowledge: bool, received_at: datetime) -> None:
    """Put an acknowledgement of the request that `message` opened into the outbox, in the caller's transaction.

    Only where the mailbox does so, once a ticket, to a customer's address that a person may read; not for automata,
    lists, bounces (`may_acknowledge` is False), not for mail older than an hour, not to our own addresses, not when
    the mail has gone round between two programs already. Over budget it is held like everything automatic.
    """
    address = message.from_address.lower()
    if not (mailbox.acknowledge and may_acknowledge and message.is_public and message.author.is_customer):
        return
    if not _is_fresh(message, received_at) or not is_of_a_person(address) or _has_gone_round(message):
        return
    if _is_ours(address) or _is_acknowledged(message):
        return
    domain = (ascii_address(mailbox.address) or mailbox.address).rpartition("@")[2]
    acknowledgement = Outgoing(
        purpose=Purpose.ACKNOWLEDGEMENT,
        recipient=address,
        person_id=message.author_id,
        conversation=message.ticket.number,
        route=mailbox.route,
        message_id=new_message_id(number=message.ticket.number, domain=domain),
    )
    enqueue(subject=message, outgoing=[acknowledgement])


def _is_fresh(message: Message, received_at: datetime) -> bool:
    oldest = timezone.now() - LATEST
    return received_at >= oldest and (message.written_at is None or message.written_at >= oldest)


def is_of_a_person(address: str) -> bool:
    """Whether the address looks like a person's, not like a program's, a list's, an office's or nobody's."""
    local, _, domain = address.rpartition("@")
    return "." in domain and is_read_by_people(address) and not _OFFICE.fullmatch(local)


def _has_gone_round(message: Message) -> bool:
    loop = message.flags.get("loop", 0)
    return isinstance(loop, int) and loop >= LONGEST_LOOP


def _is_ours(address: str) -> bool:
    local, _, domain = address.rpartition("@")
    bare = f"{local.partition('+')[0]}@{domain}"
    named = Q(address__in=[address, bare]) | Q(also_known_as__contains=[address]) | Q(also_known_as__contains=[bare])
    return Mailbox.objects.filter(named).exists()


def _is_acknowledged(message: Message) -> bool:
    return Delivery.objects.filter(conversation=message.ticket.number, purpose=Purpose.ACKNOWLEDGEMENT).exists()
