"""Saying something on a ticket."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from helpdesk.accounts.actions.people import find_or_create_by_address
from helpdesk.core.errors import Refused, ensure
from helpdesk.core.prepared import Prepared
from helpdesk.journal.actions import record
from tickets.actions import mentions, undoing
from tickets.actions.describing import ensure_described
from tickets.actions.files import NewFile, again
from tickets.actions.locking import locked, locked_where_worked, locked_with_merged
from tickets.actions.news import tell_watchers
from tickets.actions.pages import Page, begin
from tickets.actions.participation import let_in
from tickets.actions.recipients import Audience, Recipient, audience_of, audiences_beside, is_read_by_people
from tickets.actions.relations import ensure_children_finished
from tickets.actions.settling import SETTLED, settle
from tickets.actions.writing import Draft, write
from tickets.enums import FINISHED, Channel, MessageKind, News, Status, Writing
from tickets.models import Message, Ticket
from tickets.permissions import can_answer, can_note, can_reopen_own, can_work_tickets, ensure_can_work
from tickets.signals import message_received, message_written, note_written

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
    without: Collection[str] = (),
    files: Iterable[NewFile] = (),
    uploads: Sequence[UUID] = (),
    then: str = Status.WAITING,
    shown: Collection[int] | None = None,
    is_confirmed: bool = False,
    leaves_out_others: bool = False,
    idempotency_key: str | None = None,
    page: Page | None = None,
) -> Message:
    """Answer the customer: the requester, every active participant and `cc` (who become participants), but for the
    addresses in `without`. People of tickets that are merged here get it as a message of their own ticket, nobody
    twice.

    The ticket takes status `then`, the journal one line, the outbox one row per recipient (through
    `message_written`), all in this transaction; the draft that `page` goes on from is gone with it. The same form
    twice is one reply. `shown` are the people whom the writer saw listed as receivers, None where no list was seen:
    one that would reach others, because the ticket was merged or somebody was let in meanwhile, is refused, or with
    `leaves_out_others` goes without them. One that nobody would get, of those who were listed, is refused.
    To finish a ticket whose children are not finished has to be confirmed. Raises NotAllowed, OpenChildren, Refused
    (AnsweredMeanwhile).
    """
    ticket, merged = locked_with_merged(ticket)
    ensure(can_work_tickets(by))
    if earlier := _begun(ticket, by, Writing.REPLY, idempotency_key, page):
        return earlier
    ensure_can_work(by, ticket)
    files = list(files)
    _ensure_said(text, files, uploads)
    if then in FINISHED:
        _ensure_may_finish(ticket, by=by, is_confirmed=is_confirmed)
    copied = [find_or_create_by_address(address=each.address, name=each.name) for each in _read_by_people(cc)]
    let = [person.pk for person in copied if let_in(ticket, person)]
    known = None if shown is None else {*shown, *(person.pk for person in copied)}
    audience = audience_of(ticket)
    beside = list(audiences_beside(audience, merged))
    if known is not None and not leaves_out_others:
        _ensure_shown(known, [audience, *(own for _source, own in beside)])
    audience, beside = _narrowed(audience, beside, without, known, was_listed=bool(shown))
    status = then if then in Status.values else Status.WAITING
    draft = Draft(kind=MessageKind.REPLY, channel=Channel.DESK, text=text, held_until=undoing.held_until(page))
    for_copies = replace(draft, files=[*files, *again(uploads, by=by)] if beside else ())
    copies = []
    for source, own in beside:
        flags = {"copy_for": ticket.number} | undoing.facts_of(source, page, kind=Writing.REPLY, then=status)
        copies.append(_send(source, own, for_copies, by=by, status=status, flags=flags))
    flags = {"copies": [copy.pk for copy in copies], "copied_to": _receivers(copies)} if copies else {}
    flags |= undoing.facts_of(ticket, page, kind=Writing.REPLY, then=status, let_in=let)
    draft = replace(draft, files=files, uploads=uploads, idempotency_key=idempotency_key)
    return _send(ticket, audience, draft, by=by, status=status, flags=flags)


def _ensure_may_finish(ticket: Ticket, *, by: "User", is_confirmed: bool) -> None:
    ensure_described(ticket)
    if not is_confirmed:
        ensure_children_finished(ticket, by=by)


def _narrowed(
    audience: Audience,
    beside: list[tuple[Ticket, Audience]],
    without: Collection[str],
    known: Collection[int] | None,
    *,
    was_listed: bool,
) -> tuple[Audience, list[tuple[Ticket, Audience]]]:
    """Who gets the answer once the addresses in `without` were taken out, and whoever is not `known`. Raises Refused
    when nobody is left though there is somebody, or somebody `was_listed`."""
    left_out = {address.lower() for address in without}

    def keeps(each: Recipient) -> bool:
        is_known = known is None or each.person is None or each.person.pk in known
        return is_known and each.address.lower() not in left_out

    kept = [(source, own.of(keeps)) for source, own in beside]
    left, others = audience.of(keeps), [(source, own) for source, own in kept if own.everybody]
    if (was_listed or audience.everybody) and not left.everybody and not others:
        raise Refused(_("Nobody would get this: keep at least one recipient, or write a note."))
    return left, others


def _read_by_people(cc: Iterable[Recipient]) -> list[Recipient]:
    """Raises Refused for the address of a machine or a mailing list."""
    copied = list(cc)
    for each in copied:
        if not is_read_by_people(each.address):
            raise Refused(_("No person reads “%(address)s”: take it out of the copies.") % {"address": each.address})
    return copied


def _send(
    ticket: Ticket, audience: Audience, draft: Draft, *, by: "User", status: str, flags: dict[str, Any]
) -> Message:
    """Write the answer on a locked ticket and to its people; the ticket takes the status."""
    sent_to, sent_cc = ([person.as_json() for person in people] for people in (audience.to, audience.cc))
    draft = replace(draft, subject=ticket.subject, sent_to=sent_to, sent_cc=sent_cc, flags=flags)
    message = write(ticket=ticket, author=by, draft=draft)
    before = ticket.status
    _touch(ticket, status=status, responded=True)
    record(verb="replied", subject=ticket, by=by, message=message.pk, before=before, after=ticket.status)
    tell_watchers(ticket, News.REPLIED, verb="replied", by=by, message=message)
    message_written.send(sender=Message, message=message, recipients=audience.everybody)
    return message


def _receivers(copies: Iterable[Message]) -> list[dict[str, str]]:
    return [person for copy in copies for person in (*copy.sent_to, *copy.sent_cc)]


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
    ensure(can_work_tickets(by))
    if earlier := _begun(ticket, by, Writing.FORWARD, idempotency_key, page):
        return earlier
    ensure_can_work(by, ticket)
    receivers = list(to)
    if not receivers:
        raise Refused(_("Say to whom: at least one e-mail address."))
    if not with_history:
        _ensure_said(text, files, [*uploads, *(chosen or ())])
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
    """Write for staff only. Changes no status and tells no customer; colleagues whom it calls are told and watch the
    ticket from now on. Raises NotAllowed, Refused."""
    ticket = locked(ticket)
    ensure(can_note(by, ticket))
    _ensure_said(text, files, uploads)
    if earlier := _begun(ticket, by, Writing.NOTE, idempotency_key, page):
        return earlier
    called = mentions.mentions_in(text, ticket=ticket, by=by)
    draft = Draft(
        kind=MessageKind.NOTE,
        channel=Channel.DESK,
        text=text,
        html=called.html(text.replace("\0", "")),
        files=files,
        uploads=uploads,
        flags=called.flags(),
        idempotency_key=idempotency_key,
    )
    message = write(ticket=ticket, author=by, draft=draft)
    record(verb="noted", subject=ticket, by=by, message=message.pk, **called.facts())
    tell_watchers(ticket, News.NOTED, verb="noted", by=by, message=message)
    mentions.tell(called, message=message, ticket=ticket, by=by)
    note_written.send(sender=Message, message=message)
    return message


def _begun(ticket: Ticket, by: "User", kind: str, key: str | None, page: Page | None) -> Message | None:
    if page is None:
        return already_written(by, key)
    return begin(ticket=ticket, by=by, kind=kind, key=key, page=page)


@transaction.atomic
def answer(
    *,
    ticket: Ticket,
    by: "User",
    text: str,
    files: Iterable[NewFile] = (),
    channel: Channel = Channel.CABINET,
    reopens: bool = False,
    idempotency_key: str | None = None,
) -> Message:
    """A customer writes on their request; a resolved one reopens, with `reopens` a closed one too. The same form twice
    is one message, whatever happened to the request since. Raises NotAllowed, Refused."""
    ticket = locked(ticket)
    if earlier := already_written(by, idempotency_key):
        return earlier
    ensure(can_answer(by, ticket) or (reopens and can_reopen_own(by, ticket)))
    _ensure_said(text, files)
    draft = Draft(kind=MessageKind.INBOUND, channel=channel, text=text, files=files, idempotency_key=idempotency_key)
    return take_in(ticket=ticket, author=by, draft=draft)


def take_in(*, ticket: Ticket, author: "User", draft: Draft) -> Message:
    """Write an inbound message on a ticket that the caller has locked.

    One that counts reopens whatever waited or was finished, brings back what was put aside, and is told to watchers
    and the rooms above; one that waits for approval changes nothing but the count of those. On a merged ticket the one
    it is worked on changes likewise; the message itself stays with the people it was written among.
    """
    message = write(ticket=ticket, author=author, draft=draft)
    for each in [ticket, locked_where_worked(ticket)] if ticket.is_merged else [ticket]:
        if message.is_public:
            before, woken = each.status, {"woken": True} if each.snoozed_until else {}
            each.snoozed_until = None
            _touch(each, status=Status.NEW if before == Status.NEW else Status.OPEN)
            facts = {"message": message.pk, "before": before, "after": each.status, **woken}
            record(verb="received", subject=each, by=author, **facts)
            tell_watchers(each, News.RECEIVED, verb="received", by=author, message=message, before=before)
        else:
            each.awaits_approval += 1
            each.save(update_fields=["awaits_approval"])
            record(verb="message_held", subject=each, by=author, message=message.pk, signal=draft.thread_signal)
    if not message.is_public:
        return message
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
    settle(ticket)
    ticket.save(
        update_fields=["status", "active_at", "resolved_at", "closed_at", "first_response_at", "snippet", *SETTLED]
    )


def _ensure_shown(known: Collection[int], audiences: Iterable[Audience]) -> None:
    reached = {each.person.pk for audience in audiences for each in audience.everybody if each.person}
    if not reached <= set(known):
        raise Refused(_("Others would get this answer too by now: look at the list of people, then send it again."))


def _ensure_said(text: str, files: Iterable[NewFile], uploads: Collection[Any] = ()) -> None:
    if not text.strip() and not list(files) and not uploads:
        raise Refused(_("Write something or attach a file first."))
