"""A bounce finds the mail that it is about."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.utils import timezone

from helpdesk.accounts.actions.people import mark_bounced
from helpdesk.notifications.enums import DeliveryState
from helpdesk.notifications.models import Delivery
from tickets.mail.actions import undelivered
from tickets.mail.models import KnownId, Mailbox
from tickets.mail.parsing.types import BouncedRecipient, Classification
from tickets.mail.tokens import number_of_message_id, number_of_plus_address, numbers_in_subject
from tickets.models import Message, Ticket

RECENT = timedelta(days=5)
"""How long servers keep trying before they give a mail back (RFC 5321, section 4.5.4.1)."""
_OUT = (DeliveryState.SENT, DeliveryState.UNKNOWN, DeliveryState.SENDING, DeliveryState.BOUNCED)
# Only these prove that the bounce speaks of a mail of ours; by anything else a stranger could have us stop writing.
_PROOF = frozenset({"message_id", "reference"})
GUESS = "recipient"


@dataclass(frozen=True, slots=True)
class BounceMatch:
    """What a bounce was about. `deliveries` are the rows that did not arrive (or are late), as they are now; `signal`
    says how they were found: message_id, reference, plus_address, subject_token, recipient."""

    ticket: Ticket | None
    message: Message | None
    deliveries: tuple[Delivery, ...]
    signal: str


def take_bounce(
    *,
    classification: Classification,
    references: Sequence[str],
    to_addresses: Sequence[str],
    from_address: str,
    subject: str = "",
) -> BounceMatch | None:
    """Note on the deliveries what the bounce says of them, in the caller's transaction; None when it is about none.

    Given up for good: `bounced`, told on the ticket and to its people, and (when the bounce names a Message-ID of
    ours) a hard-bounced address is written to no more. Delayed or soft: it stays `sent` with the reason.
    """
    found, signal = _find(classification, references, to_addresses, subject)
    if not found:
        return None
    judged = _judged(found, classification.bounces)
    fresh = [row for row, verdict in judged if _is_given_up(verdict) and row.state != DeliveryState.BOUNCED]
    for row, verdict in judged:
        _note(row, verdict, classification)
    if fresh:
        undelivered.tell(deliveries=fresh, verb=undelivered.BOUNCED, is_proven=signal != GUESS)
    for row, verdict in judged:
        _save(row)
        if verdict.hard and signal in _PROOF:
            mark_bounced(address=row.recipient, reason=row.reason)
    message = _message_of(found[0])
    ticket = message.ticket if message else _ticket_of(found[0])
    return BounceMatch(ticket, message, tuple(row for row, _ in judged), signal)


def _find(
    classification: Classification, references: Sequence[str], to_addresses: Sequence[str], subject: str
) -> tuple[list[Delivery], str]:
    """The rows of the mail that came back, by the strongest sign there is."""
    if rows := _by_ids([classification.original_message_id]):
        return rows, "message_id"
    if rows := _by_ids(references):
        return rows, "reference"
    bounced = [bounce.recipient.lower() for bounce in classification.bounces if bounce.recipient]
    if rows := _latest_of(_numbers_in(to_addresses), bounced):
        return rows, "plus_address"
    if rows := _latest_of(numbers_in_subject(subject)[0], bounced):
        return rows, "subject_token"
    return _recent_to(bounced), GUESS


def _by_ids(values: Iterable[str]) -> list[Delivery]:
    wanted = [value for value in values if value]
    if not wanted:
        return []
    rows = Delivery.objects.filter(message_id__in=[*wanted, *(value.lower() for value in wanted)], state__in=_OUT)
    if found := list(rows.order_by("pk")):
        return found
    messages = KnownId.objects.filter(value__in=wanted, message__isnull=False).values_list("message", flat=True)
    kind = ContentType.objects.get_for_model(Message)
    known = Delivery.objects.filter(subject_type=kind, subject_id__in=messages, state__in=_OUT)
    if found := list(known.order_by("pk")):
        return found
    numbers = [number for value in wanted if (number := number_of_message_id(value)) is not None]
    return _latest_of(numbers, [])


def _numbers_in(addresses: Sequence[str]) -> list[int]:
    candidates = [address for address in addresses if "+" in address]
    if not candidates:
        return []
    base = {address for mailbox in Mailbox.objects.without_secrets().order_by("pk") for address in mailbox.addresses}
    numbers = (number_of_plus_address(address, base=base) for address in candidates)
    return [number for number in numbers if number is not None]


def _latest_of(numbers: Sequence[int], recipients: Sequence[str]) -> list[Delivery]:
    """The rows of the last mail of a conversation, of the last one to these recipients when some are named."""
    if not numbers:
        return []
    rows = Delivery.objects.filter(conversation__in=numbers, state__in=_OUT)
    if recipients:
        rows = rows.filter(recipient__in=recipients)
    last = rows.order_by("-pk").first()
    if last is None:
        return []
    return list(rows.filter(message_id=last.message_id).order_by("pk"))


def _recent_to(recipients: Sequence[str]) -> list[Delivery]:
    """The last mail that went to the bounced address lately: one row, so that a wrong guess harms little."""
    recent = Delivery.objects.filter(recipient__in=recipients, state__in=_OUT)
    last = recent.filter(created_at__gt=timezone.now() - RECENT).order_by("-pk").first() if recipients else None
    return [last] if last else []


def _judged(rows: Sequence[Delivery], bounces: Sequence[BouncedRecipient]) -> list[tuple[Delivery, BouncedRecipient]]:
    """Each row with what the bounce says of its recipient. An address that we never wrote to (the customer's mail is
    passed on) can only mean the sole recipient; with several, nobody is accused."""
    by_address = {bounce.recipient.lower(): bounce for bounce in bounces}
    named = [(row, by_address[row.recipient]) for row in rows if row.recipient in by_address]
    if named:
        return named
    if len(rows) == 1:
        verdict = bounces[0] if bounces else BouncedRecipient(recipient=rows[0].recipient, status="", hard=False)
        return [(rows[0], verdict)]
    return []


def _is_given_up(verdict: BouncedRecipient) -> bool:
    """A server that says `failed` has stopped trying, whether or not the address is bad for good."""
    return verdict.hard or verdict.action.lower() == "failed"


def _note(row: Delivery, verdict: BouncedRecipient, classification: Classification) -> None:
    words = [verdict.status, verdict.diagnostic or classification.reason]
    row.reason = " ".join(word for word in words if word)[:500]
    row.status_code = (verdict.status or verdict.reply_code)[:12]
    if _is_given_up(verdict):
        row.state, row.lease_until = DeliveryState.BOUNCED, None
        row.finished_at = row.finished_at or timezone.now()


def _save(row: Delivery) -> None:
    """Never over a row that somebody has queued again meanwhile."""
    values: dict[str, Any] = {"reason": row.reason, "status_code": row.status_code}
    if row.state == DeliveryState.BOUNCED:
        values |= {"state": row.state, "lease_until": None, "finished_at": row.finished_at}
    Delivery.objects.filter(pk=row.pk, state__in=_OUT).update(**values)


def _message_of(row: Delivery) -> Message | None:
    if row.subject_type_id != ContentType.objects.get_for_model(Message).pk:
        return None
    return Message.objects.select_related("ticket").filter(pk=row.subject_id).first()


def _ticket_of(row: Delivery) -> Ticket | None:
    if row.conversation is None:
        return None
    return Ticket.objects.filter(number=row.conversation).first()
