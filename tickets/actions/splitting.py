"""Making a ticket of its own out of messages of another, and undoing it while nothing new was said."""

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import ProtectedError
from django.utils import timezone
from django.utils.translation import gettext as _

from helpdesk.core.errors import Refused, ensure
from helpdesk.core.sanitising import clean_name
from helpdesk.journal.actions import record
from tickets.actions.locking import locked, locked_both
from tickets.actions.moving import carry, carry_back
from tickets.enums import MessageKind, Relation
from tickets.models import Merge, Message, Participant, Ticket, TicketLink
from tickets.permissions import can_work_tickets, ensure_can_work

if TYPE_CHECKING:
    from helpdesk.accounts.models import User

MOST = 50
"""So many messages are split off at once."""


@transaction.atomic
def split(
    *, ticket: Ticket, messages: Collection[int], by: "User", subject: str, requester: int | None = None
) -> Ticket:
    """Open a ticket of the person `requester` with these messages and their files; other people do not come along,
    nobody is written to. Both tickets point at each other, one line in the journal of each. The same form once more
    gives the same ticket.

    `messages` and `requester` are keys. Only somebody who could read all of the messages before becomes the requester
    (`requesters`), without a key the first of them.
    Raises NotAllowed, Refused.
    """
    ticket = locked(ticket)
    ensure(can_work_tickets(by))
    if earlier := _split_before(ticket, messages):
        return earlier
    ensure_can_work(by, ticket)
    chosen = _chosen(ticket, messages)
    person = next((each for each in requesters(ticket, chosen) if requester in (None, each.pk)), None)
    if person is None:
        raise Refused(_("Choose somebody who could read these messages before."))
    now = timezone.now()
    new = Ticket.objects.create(
        subject=(clean_name(subject) or chosen[0].subject or ticket.subject)[:500],
        channel=chosen[0].channel,
        priority=ticket.priority,
        requester=person,
        organisation_id=person.organisation_id,
        team_id=ticket.team_id,
        created_at=now,
        active_at=now,
    )
    record(verb="ticket_opened", subject=new, by=by, channel=new.channel, requester=person.pk)
    for message in chosen:
        carry(message, ticket, new)
    TicketLink.objects.create(source=new, target=ticket, kind=Relation.SPLIT, made_by=by)
    keys = [message.pk for message in chosen]
    record(verb="ticket_split", subject=new, by=by, before=ticket.number, messages=keys)
    record(verb="ticket_split_off", subject=ticket, by=by, after=new.number, messages=keys)
    return new


@transaction.atomic
def undo_split(*, ticket: Ticket, by: "User") -> Ticket:
    """Put the messages back where `ticket` was split from, and take `ticket` away; gives the other one.

    Refused once something new was said on it or it has to do with others. Raises NotAllowed, Refused.
    """
    ensure(can_work_tickets(by))
    link = TicketLink.objects.select_related("target").filter(source=ticket, kind=Relation.SPLIT).first()
    if link is None or not Ticket.objects.visible_to(by).filter(pk=link.target_id).exists():
        raise Refused(_("This ticket was not split from another one that you can see."))
    ticket, origin = locked_both(ticket, link.target)
    ensure_can_work(by, ticket)
    ensure_can_work(by, origin)
    messages = list(Message.objects.select_for_update(of=("self",)).filter(ticket=ticket).order_by("pk"))
    _ensure_untouched(ticket, origin, messages)
    for message in messages:
        carry_back(message, ticket, origin, wakes=False)
    record(verb="ticket_split_undone", subject=origin, by=by, before=ticket.number)
    try:
        ticket.delete()
    except ProtectedError as error:
        raise Refused(_("Something belongs to this ticket by now, so that the split cannot be undone.")) from error
    return origin


def requesters(ticket: Ticket, messages: "Sequence[Message]") -> "list[User]":
    """Who may become the requester: everybody who could read all of the messages, first of all the customer who said
    whatever customers may read of them."""
    taking_part = Participant.objects.filter(ticket=ticket, is_active=True).select_related("user").order_by("pk")
    people = [ticket.requester, *(each.user for each in taking_part)]
    said = {message.author_id: message.author for message in messages if message.kind != MessageKind.NOTE}
    if len(said) == 1:
        people = [*(author for author in said.values() if author.is_customer), *people]
    return list({person.pk: person for person in people}.values())


def _split_before(ticket: Ticket, messages: Collection[int]) -> Ticket | None:
    """The ticket that the same form made the first time."""
    found = Ticket.objects.filter(links__kind=Relation.SPLIT, links__target=ticket, messages__in=list(messages))
    made = found.order_by("pk").first()
    held = set(made.messages.values_list("pk", flat=True)) if made else set()
    return made if set(messages) <= held else None


def _chosen(ticket: Ticket, keys: Collection[int]) -> list[Message]:
    if not keys:
        raise Refused(_("Choose at least one message."))
    if len(keys) > MOST:
        raise Refused(_("At most %(most)s messages are split off at once.") % {"most": MOST})
    found = Message.objects.select_for_update(of=("self",)).select_related("author").filter(ticket=ticket)
    chosen = list(found.filter(pk__in=list(keys)).order_by("pk"))
    if len(chosen) < len(set(keys)):
        raise Refused(_("Somebody has moved one of these messages already: look again and choose anew."))
    if not Message.objects.filter(ticket=ticket).exclude(pk__in=list(keys)).exists():
        raise Refused(_("At least one message has to stay where it is."))
    return chosen


def _ensure_untouched(ticket: Ticket, origin: Ticket, messages: Sequence[Message]) -> None:
    if any(message.flags.get("moved_from") != origin.number for message in messages):
        raise Refused(_("Something new was said on this ticket: move single messages back instead."))
    links = TicketLink.objects.of(ticket).exclude(source=ticket, kind=Relation.SPLIT)
    merges = Merge.objects.filter(source=ticket) | Merge.objects.filter(target=ticket)
    if links.exists() or merges.exists() or ticket.follow_ups.exists():
        raise Refused(_("This ticket has to do with others by now, so that the split cannot be undone."))
