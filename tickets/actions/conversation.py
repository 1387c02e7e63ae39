"""Saying something on a ticket."""

from collections.abc import Collection, Iterable, Sequence
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from helpdesk.accounts.actions.people import find_or_create_by_address
from helpdesk.core.errors import Refused
from helpdesk.core.prepared import Prepared
from helpdesk.journal.actions import record
from tickets.actions import undoing
from tickets.actions.files import NewFile
from tickets.actions.locking import locked
from tickets.actions.pages import Page, begin
from tickets.actions.participation import let_in
from tickets.actions.recipients import Audience, Recipient, audience_of, is_read_by_people
from tickets.actions.writing import Draft, write
from tickets.enums import Channel, MessageKind, Status, Writing
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
    only: Collection[str] | None = None,
    files: Iterable[NewFile] = (),
    uploads: Sequence[UUID] = (),
    then: str = Status.WAITING,
    idempotency_key: str | None = None,
    page: Page | None = None,
) -> Message:
    """Answer the customer: the requester, every active participant and `cc` (who become participants); with `only`
    none but these addresses of them.

    The ticket takes status `then`, the journal one line, the outbox one row per recipient (through
    `message_written`), all in this transaction; the draft that `page` goes on from is gone with it. The same form
    twice is one reply. Raises NotAllowed, Refused (AnsweredMeanwhile).
    """
    ticket = locked(ticket)
    ensure(can_work(by, ticket))
    _ensure_said(text, files, uploads)
    if earlier := _begun(ticket, by, Writing.REPLY, idempotency_key, page):
        return earlier
    copied = list(cc)
    people = [find_or_create_by_address(address=each.address, name=each.name) for each in copied]
    let = [person.pk for person in people if let_in(ticket, person)]
    audience = _audience(ticket, copied, only, page)
    status = then if then in Status.values else Status.WAITING
    draft = Draft(
        kind=MessageKind.REPLY,
        channel=Channel.DESK,
        text=text,
        files=files,
        uploads=uploads,
        subject=ticket.subject,
        sent_to=[person.as_json() for person in audience.to],
        sent_cc=[person.as_json() for person in audience.cc],
        flags=undoing.facts_of(ticket, page, kind=Writing.REPLY, then=status, let_in=let),
        held_until=undoing.held_until(page),
        idempotency_key=idempotency_key,
    )
    before = ticket.status
    message = write(ticket=ticket, author=by, draft=draft)
    _touch(ticket, status=status, responded=True)
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
    uploads: Sequence[UUID] = (),
    with_history: bool = True,
    chosen: Collection[str] | None = None,
    idempotency_key: str | None = None,
    page: Page | None = None,
) -> Message:
    """Send the conversation's public part to somebody outside it, or with `with_history` False the words alone; of
    the files of the conversation those whose keys are `chosen`, all of them when None. It is kept as a note: the
    customer never sees it, and the receiver does not become a participant. Raises NotAllowed, Refused."""
    ticket = locked(ticket)
    ensure(can_work(by, ticket))
    receivers = list(to)
    if not receivers:
        raise Refused(_("Say to whom: at least one e-mail address."))
    if not with_history:
        _ensure_said(text, files, [*uploads, *(chosen or ())])
    if earlier := _begun(ticket, by, Writing.FORWARD, idempotency_key, page):
        return earlier
    flags: dict[str, Any] = {"forwarded": True} | undoing.facts_of(ticket, page, kind=Writing.FORWARD)
    flags |= {} if with_history else {"without_history": True}
    flags |= {} if chosen is None else {"chosen": sorted(chosen)}
    draft = Draft(
        kind=MessageKind.NOTE,
        channel=Channel.DESK,
        text=text,
        files=files,
        uploads=uploads,
        subject=ticket.subject,
        sent_to=[person.as_json() for person in receivers],
        flags=flags,
        held_until=undoing.held_until(page),
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
    uploads: Sequence[UUID] = (),
    idempotency_key: str | None = None,
    page: Page | None = None,
) -> Message:
    """Write for staff only. Changes no status and tells no customer. Raises NotAllowed, Refused."""
    ticket = locked(ticket)
    ensure(can_note(by, ticket))
    _ensure_said(text, files, uploads)
    if earlier := _begun(ticket, by, Writing.NOTE, idempotency_key, page):
        return earlier
    draft = Draft(
        kind=MessageKind.NOTE,
        channel=Channel.DESK,
        text=text,
        files=files,
        uploads=uploads,
        idempotency_key=idempotency_key,
    )
    message = write(ticket=ticket, author=by, draft=draft)
    record(verb="noted", subject=ticket, by=by, message=message.pk)
    return message


def _begun(ticket: Ticket, by: "User", kind: str, key: str | None, page: Page | None) -> Message | None:
    if page is None:
        return already_written(by, key)
    return begin(ticket=ticket, by=by, kind=kind, key=key, page=page)


def _audience(ticket: Ticket, copied: list[Recipient], only: Collection[str] | None, page: Page | None) -> Audience:
    """Who gets the answer: whom its page named, and never anybody whom it did not."""
    asked = {each.address.lower() for each in copied}
    for address in sorted(asked):
        if not is_read_by_people(address):
            raise Refused(_("No person reads “%(address)s”: take it out of the copies.") % {"address": address})
    audience = audience_of(ticket)
    if page is not None and page.listed is not None:
        known = {each.lower() for each in page.listed} | asked
        joined = [each for each in audience.everybody if each.address.lower() not in known]
        if joined:
            names = ", ".join(each.name or each.address for each in joined)
            words = _("%(names)s came to the conversation meanwhile: look at who gets this, then send it again.")
            raise Refused(words % {"names": names})
    if only is None:
        return audience
    audience = audience.among({*(each.lower() for each in only), *asked})
    if not audience.everybody:
        raise Refused(_("Nobody would get this: keep at least one recipient, or write a note."))
    return audience


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
    ticket.resolved_at = now if status == Status.RESOLVED else None
    ticket.closed_at = now if status == Status.CLOSED else None
    if responded and ticket.first_response_at is None:
        ticket.first_response_at = now
    ticket.save(update_fields=["status", "active_at", "resolved_at", "closed_at", "first_response_at", "snippet"])


def _ensure_said(text: str, files: Iterable[NewFile], uploads: Collection[Any] = ()) -> None:
    if not text.strip() and not list(files) and not uploads:
        raise Refused(_("Write something or attach a file first."))
