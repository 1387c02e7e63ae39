"""Saying something on a ticket."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from helpdesk.accounts.actions.people import find_or_create_by_address
from helpdesk.core.errors import Refused
from helpdesk.core.prepared import Prepared
from helpdesk.journal.actions import record
from tickets.actions.files import NewFile
from tickets.actions.locking import locked
from tickets.actions.participation import let_in
from tickets.actions.recipients import Recipient, audience_of
from tickets.actions.writing import Draft, write
from tickets.enums import FINISHED, Channel, MessageKind, Status
from tickets.models import Message, Ticket
from tickets.permissions import can_answer, can_note, can_work, ensure
from tickets.signals import message_received, message_written

if TYPE_CHECKING:
    from helpdesk.accounts.models import User


def already_written(by: "User", idempotency_key: str | None) -> Message | None:
    """The message that this form wrote before, when the same form arrives again."""
    if not idempotency_key:
        return None
    return next(iter(_written(author=by.pk, key=idempotency_key)), None)


def _build_written(*, author: int, key: str) -> "models.QuerySet[Any]":
    return Message.objects.filter(author=author, idempotency_key=key).select_related("ticket").order_by("pk")


_written: Prepared[Message] = Prepared(_build_written)


@transaction.atomic
def reply(
    *,
    ticket: Ticket,
    by: "User",
    text: str,
    cc: Iterable[Recipient] = (),
    files: Iterable[NewFile] = (),
    then: str = Status.WAITING,
    idempotency_key: str | None = None,
) -> Message:
    """Answer the customer: the requester, every active participant and `cc` (who become participants).

    The ticket takes status `then`, the journal one line, the outbox one row per recipient (through
    `message_written`), all in this transaction. The same form twice is one reply. Raises NotAllowed, Refused.
    """
    ticket = locked(ticket)
    ensure(can_work(by, ticket))
    _ensure_said(text, files)
    if earlier := already_written(by, idempotency_key):
        return earlier
    for copied in cc:
        let_in(ticket, find_or_create_by_address(address=copied.address, name=copied.name))
    audience = audience_of(ticket)
    draft = Draft(
        kind=MessageKind.REPLY,
        channel=Channel.DESK,
        text=text,
        files=files,
        subject=ticket.subject,
        sent_to=[person.as_json() for person in audience.to],
        sent_cc=[person.as_json() for person in audience.cc],
        idempotency_key=idempotency_key,
    )
    message = write(ticket=ticket, author=by, draft=draft)
    before = ticket.status
    _touch(ticket, status=then if then in Status.values else Status.WAITING, responded=True)
    record(verb="replied", subject=ticket, by=by, message=message.pk, before=before, after=ticket.status)
    message_written.send(sender=Message, message=message, recipients=audience.everybody)
    return message


@transaction.atomic
def forward(
    *,
    ticket: Ticket,
    by: "User",
    to: Iterable[Recipient],
    text: str,
    files: Iterable[NewFile] = (),
    idempotency_key: str | None = None,
) -> Message:
    """Send the conversation's public part to somebody outside it. It is kept as a note: the customer never sees it,
    and the receiver does not become a participant. Raises NotAllowed, Refused."""
    ticket = locked(ticket)
    ensure(can_work(by, ticket))
    receivers = list(to)
    if not receivers:
        raise Refused(_("Say to whom: at least one e-mail address."))
    if earlier := already_written(by, idempotency_key):
        return earlier
    draft = Draft(
        kind=MessageKind.NOTE,
        channel=Channel.DESK,
        text=text,
        files=files,
        subject=ticket.subject,
        sent_to=[person.as_json() for person in receivers],
        flags={"forwarded": True},
        idempotency_key=idempotency_key,
    )
    message = write(ticket=ticket, author=by, draft=draft)
    record(verb="forwarded", subject=ticket, by=by, message=message.pk, to=[person.address for person in receivers])
    message_written.send(sender=Message, message=message, recipients=receivers)
    return message


@transaction.atomic
def note(
    *,
    ticket: Ticket,
    by: "User",
    text: str,
    files: Iterable[NewFile] = (),
    idempotency_key: str | None = None,
) -> Message:
    """Write for staff only. Changes no status and tells no customer. Raises NotAllowed, Refused."""
    ticket = locked(ticket)
    ensure(can_note(by, ticket))
    _ensure_said(text, files)
    if earlier := already_written(by, idempotency_key):
        return earlier
    draft = Draft(kind=MessageKind.NOTE, channel=Channel.DESK, text=text, files=files, idempotency_key=idempotency_key)
    message = write(ticket=ticket, author=by, draft=draft)
    record(verb="noted", subject=ticket, by=by, message=message.pk)
    return message


@transaction.atomic
def answer(
    *,
    ticket: Ticket,
    by: "User",
    text: str,
    files: Iterable[NewFile] = (),
    channel: Channel = Channel.CABINET,
    idempotency_key: str | None = None,
) -> Message:
    """A customer writes on their request; a resolved one reopens. Raises NotAllowed, Refused."""
    ticket = locked(ticket)
    ensure(can_answer(by, ticket))
    _ensure_said(text, files)
    if earlier := already_written(by, idempotency_key):
        return earlier
    draft = Draft(kind=MessageKind.INBOUND, channel=channel, text=text, files=files, idempotency_key=idempotency_key)
    return take_in(ticket=ticket, author=by, draft=draft)


def take_in(*, ticket: Ticket, author: "User", draft: Draft) -> Message:
    """Write an inbound message on a ticket that the caller has locked.

    One that counts reopens whatever waited or was finished and is told to the rooms above; one that waits for
    approval changes nothing but the count of those.
    """
    message = write(ticket=ticket, author=author, draft=draft)
    if not message.is_public:
        ticket.awaits_approval += 1
        ticket.save(update_fields=["awaits_approval"])
        record(verb="message_held", subject=ticket, by=author, message=message.pk, signal=draft.thread_signal)
        return message
    before = ticket.status
    _touch(ticket, status=Status.NEW if before == Status.NEW else Status.OPEN)
    record(verb="received", subject=ticket, by=author, message=message.pk, before=before, after=ticket.status)
    message_received.send(sender=Message, message=message)
    return message


def _touch(ticket: Ticket, *, status: str, responded: bool = False) -> None:
    now = timezone.now()
    ticket.status = status
    ticket.active_at = now
    ticket.resolved_at = (ticket.resolved_at or now) if status in FINISHED else None
    ticket.closed_at = now if status == Status.CLOSED else None
    if responded and ticket.first_response_at is None:
        ticket.first_response_at = now
    ticket.save(update_fields=["status", "active_at", "resolved_at", "closed_at", "first_response_at", "snippet"])


def _ensure_said(text: str, files: Iterable[NewFile]) -> None:
    if not text.strip() and not list(files):
        raise Refused(_("Write something or attach a file first."))
