"""Putting a message where it belongs, and back."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from helpdesk.core.errors import Refused
from helpdesk.journal.actions import record
from tickets.actions.indexing import index_again
from tickets.actions.settling import SETTLED, settle
from tickets.enums import Approval, Status
from tickets.models import Message, Ticket
from tickets.permissions import ensure_can_work
from tickets.rendering import snippet_of
from tickets.signals import message_moved

if TYPE_CHECKING:
    from helpdesk.accounts.models import User

WAY_BACK = ("moved_from", "signal_before", "confidence_before")


@transaction.atomic
def move(*, message: Message, to: Ticket, by: "User") -> Message:
    """Put the message on another ticket, where people in it do not come along. Remembers the way back.
    Raises NotAllowed, Refused."""
    source, target, message = _locked(message, to, by)
    reopened = carry(message, source, target)
    facts = {"message": message.pk, "before": source.number, "after": target.number}
    record(verb="message_moved", subject=target, by=by, **facts, **reopened)
    record(verb="message_moved_away", subject=source, by=by, **facts)
    return message


@transaction.atomic
def move_to_new_ticket(*, message: Message, by: "User") -> Message:
    """Open a ticket of its author's for the message and put it there. Raises NotAllowed, Refused."""
    ensure_can_work(by, message.ticket)
    now = timezone.now()
    ticket = Ticket.objects.create(
        subject=message.subject or message.ticket.subject,
        channel=message.channel,
        requester_id=message.author_id,
        organisation_id=message.author.organisation_id,
        team_id=message.ticket.team_id,
        created_at=now,
        active_at=now,
    )
    record(verb="ticket_opened", subject=ticket, by=by, channel=ticket.channel, requester=message.author_id)
    return move(message=message, to=ticket, by=by)


@transaction.atomic
def undo_move(*, message: Message, by: "User") -> Message:
    """Put a moved message back where it was, with the reason it had for being there. Raises NotAllowed, Refused."""
    number = message.flags.get("moved_from")
    target = Ticket.objects.visible_to(by).filter(number=number).first() if number else None
    if target is None:
        raise Refused(_("This message was not moved, or you cannot see where it came from."))
    source, target, message = _locked(message, target, by)
    reopened = carry_back(message, source, target)
    facts = {"message": message.pk, "before": source.number, "after": target.number}
    record(verb="message_moved_back", subject=target, by=by, **facts, **reopened)
    return message


def carry(message: Message, source: Ticket, target: Ticket) -> dict[str, str]:
    """Put a message on another ticket, with the way back; the caller has locked all three. What the journal is to say
    of a ticket that this reopened."""
    reopened = _carry(message, source, target)
    message.flags = {
        **message.flags,
        "moved_from": source.number,
        "signal_before": message.thread_signal,
        "confidence_before": message.thread_confidence,
    }
    message.thread_signal, message.thread_confidence = "moved", 100
    message.save(update_fields=["ticket", "flags", "thread_signal", "thread_confidence"])
    return reopened


def carry_back(message: Message, source: Ticket, target: Ticket, *, wakes: bool = True) -> dict[str, str]:
    """Put a message back where it was moved from; without `wakes` that ticket stands as it stood. As `carry`."""
    reopened = _carry(message, source, target, wakes=wakes)
    message.thread_signal = message.flags.get("signal_before", "")
    message.thread_confidence = message.flags.get("confidence_before", 100)
    message.flags = {key: value for key, value in message.flags.items() if key not in WAY_BACK}
    message.save(update_fields=["ticket", "flags", "thread_signal", "thread_confidence"])
    return reopened


def _locked(message: Message, to: Ticket, by: "User") -> tuple[Ticket, Ticket, Message]:
    if to.pk == message.ticket_id:
        raise Refused(_("The message is on that ticket already."))
    rows = Ticket.objects.select_for_update(of=("self",)).filter(pk__in=[message.ticket_id, to.pk]).order_by("pk")
    tickets = {ticket.pk: ticket for ticket in rows}
    source, target = tickets[message.ticket_id], tickets[to.pk]
    ensure_can_work(by, source)
    ensure_can_work(by, target)
    message = Message.objects.select_for_update(of=("self",)).select_related("author").get(pk=message.pk)
    if message.ticket_id != source.pk:
        raise Refused(_("Somebody has moved this message already."))
    return source, target, message


def _carry(message: Message, source: Ticket, target: Ticket, *, wakes: bool = True) -> dict[str, str]:
    """Move what belongs to the message. A finished target is open again: its status before, for the journal."""
    message.ticket, before = target, target.status
    if message.approval == Approval.PENDING:
        source.awaits_approval = max(0, source.awaits_approval - 1)
        target.awaits_approval += 1
    if message.is_public:
        target.snippet = _last_words([message, _last_public(target)] if not wakes else [message])
        if wakes:
            target.active_at, target.snoozed_until = timezone.now(), None
        if wakes and target.is_finished:
            target.status, target.resolved_at, target.closed_at = Status.OPEN, None, None
        settle(target)
    source.snippet = _last_words([_last_public(source, but=message)])
    source.save(update_fields=["awaits_approval", "snippet"])
    target.save(
        update_fields=["awaits_approval", "snippet", "active_at", "status", "resolved_at", "closed_at", *SETTLED]
    )
    index_again(message)
    message_moved.send(sender=Message, message=message, source=source, target=target)
    return {} if target.status == before else {"reopened_from": before}


def _last_public(ticket: Ticket, *, but: Message | None = None) -> Message | None:
    found = Message.objects.public().filter(ticket=ticket)
    return (found.exclude(pk=but.pk) if but else found).order_by("-pk").first()


def _last_words(messages: Iterable[Message | None]) -> str:
    """The beginning of the latest of these."""
    last = max((message for message in messages if message), key=lambda message: message.pk, default=None)
    return snippet_of(last.visible_text or last.text) if last else ""
