"""Which ticket a mail belongs to. First hit wins; each answer says by what signal and how sure it is.

Order: our own signed Message-ID (nearest first) or signed address, any known Message-ID, a signed subject token, a
plain number. What a mail proves is which conversation is meant; who may speak in it is decided in `admission`.
An answer to a merged ticket means that ticket still: its people may speak there, and nobody reads them on the other.
What it is merged into is woken when the message is taken in.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from tickets.mail.enums import Signal
from tickets.mail.knowledge import Knowledge, nearest_first
from tickets.mail.models import Mailbox
from tickets.mail.parsing.types import ParsedMail
from tickets.mail.tokens import number_of_message_id, number_of_plus_address, numbers_in_subject
from tickets.models import Ticket

CONFIDENCE = {
    Signal.SIGNED_REFERENCE: 100,
    Signal.SIGNED_ADDRESS: 100,
    Signal.KNOWN_REFERENCE: 90,
    Signal.SIGNED_SUBJECT: 95,
    Signal.NUMBER: 60,
    Signal.FOLLOW_UP: 80,
    Signal.NEW: 100,
}


@dataclass(frozen=True, slots=True)
class Thread:
    """The conversation that a mail means."""

    ticket: Ticket
    signal: Signal

    @property
    def confidence(self) -> int:
        return CONFIDENCE[self.signal]


def find_thread(
    parsed: ParsedMail, *, knowledge: Knowledge, envelope_to: Sequence[str], mailboxes: Iterable[Mailbox]
) -> Thread | None:
    """The conversation that the mail means, or None when it opens one."""
    references = nearest_first(parsed)
    signed_subject, plain_subject = numbers_in_subject(parsed.subject)
    return (
        _by_signed_reference(references, knowledge)
        or _by_number(_numbers_in_addresses(parsed, envelope_to, mailboxes), Signal.SIGNED_ADDRESS)
        or _by_known_reference(references, parsed, knowledge)
        or _by_number(signed_subject, Signal.SIGNED_SUBJECT)
        or _by_number(plain_subject, Signal.NUMBER)
    )


def _by_signed_reference(references: list[str], knowledge: Knowledge) -> Thread | None:
    for value in references:
        number = number_of_message_id(value)
        if number is None:
            continue
        ticket = knowledge.ticket_of(value) or Ticket.objects.filter(number=number).first()
        if ticket is not None:
            return Thread(ticket, Signal.SIGNED_REFERENCE)
    return None


def _by_known_reference(references: list[str], parsed: ParsedMail, knowledge: Knowledge) -> Thread | None:
    for value in [*references, parsed.message_id]:
        ticket = knowledge.ticket_of(value)
        if ticket is not None:
            return Thread(ticket, Signal.KNOWN_REFERENCE)
    return None


def _numbers_in_addresses(parsed: ParsedMail, envelope_to: Sequence[str], mailboxes: Iterable[Mailbox]) -> list[int]:
    written = (entry.address for entry in (*parsed.delivered_to, *parsed.to, *parsed.cc))
    candidates = [address for address in (*envelope_to, *written) if "+" in address]
    if not candidates:
        return []
    base = {address for mailbox in mailboxes for address in mailbox.addresses}
    numbers = (number_of_plus_address(address, base=base) for address in dict.fromkeys(candidates))
    return [number for number in numbers if number is not None]


def _by_number(numbers: list[int], signal: Signal) -> Thread | None:
    if not numbers:
        return None
    found = {ticket.number: ticket for ticket in Ticket.objects.filter(number__in=numbers).order_by("pk")}
    for number in numbers:
        if number in found:
            return Thread(found[number], signal)
    return None
