"""Which ticket a mail belongs to. First hit wins; each answer says by what signal and how sure it is.

Order: our own signed Message-ID (nearest first) or signed address, any known Message-ID, a signed subject token, a
plain number. What a mail proves is which conversation is meant; who may speak in it is decided in `admission`.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from tickets.mail.enums import Signal
from tickets.mail.models import KnownId, Mailbox
from tickets.mail.parsing.types import ParsedMail
from tickets.mail.tokens import number_of_message_id, number_of_plus_address, numbers_in_subject
from tickets.models import Message, Ticket

CONFIDENCE = {
    Signal.SIGNED_REFERENCE: 100,
    Signal.SIGNED_ADDRESS: 100,
    Signal.KNOWN_REFERENCE: 90,
    Signal.SIGNED_SUBJECT: 95,
    Signal.NUMBER: 60,
    Signal.FOLLOW_UP: 80,
    Signal.NEW: 100,
}
MOST_REFERENCES = 100


@dataclass(frozen=True, slots=True)
class Thread:
    """The conversation that a mail means."""

    ticket: Ticket
    signal: Signal

    @property
    def confidence(self) -> int:
        return CONFIDENCE[self.signal]


@dataclass(frozen=True, slots=True)
class Context:
    """What the database knows about the Message-IDs of one mail: `known` by Message-ID, `same` for its own."""

    known: dict[str, Ticket]
    same: list[Message]


def nearest_first(parsed: ParsedMail) -> list[str]:
    """In-Reply-To, then References from the nearest parent back to the first, each once."""
    ordered = [*parsed.in_reply_to, *reversed(parsed.references[-MOST_REFERENCES:])]
    return list(dict.fromkeys(value for value in ordered if value))


def look_up(parsed: ParsedMail) -> Context:
    """Everything known about the mail's own Message-ID and those it refers to, in one statement."""
    values = nearest_first(parsed)
    wanted = {*values, parsed.message_id} - {""}
    if not wanted:
        return Context(known={}, same=[])
    rows = KnownId.objects.filter(value__in=wanted).select_related("ticket", "message").order_by("pk")
    known: dict[str, Ticket] = {}
    same: list[Message] = []
    for row in rows:
        if row.value == parsed.message_id and row.message is not None:
            same.append(row.message)
        known.setdefault(row.value, row.ticket)
    return Context(known=known, same=same)


def find_thread(
    parsed: ParsedMail, *, context: Context, envelope_to: Sequence[str], mailboxes: Iterable[Mailbox]
) -> Thread | None:
    """The conversation that the mail means, or None when it opens one."""
    references = nearest_first(parsed)
    signed_subject, plain_subject = numbers_in_subject(parsed.subject)
    return (
        _by_signed_reference(references, context)
        or _by_number(_numbers_in_addresses(parsed, envelope_to, mailboxes), Signal.SIGNED_ADDRESS)
        or _by_known_reference(references, parsed, context)
        or _by_number(signed_subject, Signal.SIGNED_SUBJECT)
        or _by_number(plain_subject, Signal.NUMBER)
    )


def _by_signed_reference(references: list[str], context: Context) -> Thread | None:
    for value in references:
        number = number_of_message_id(value)
        if number is None:
            continue
        ticket = context.known.get(value) or Ticket.objects.filter(number=number).first()
        if ticket is not None:
            return Thread(ticket, Signal.SIGNED_REFERENCE)
    return None


def _by_known_reference(references: list[str], parsed: ParsedMail, context: Context) -> Thread | None:
    for value in [*references, parsed.message_id]:
        ticket = context.known.get(value)
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
