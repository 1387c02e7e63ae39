"""Saying that two tickets have to do with each other, and that one is part of another."""

from collections import defaultdict
from collections.abc import Collection
from typing import TYPE_CHECKING

from django.db import connection, transaction
from django.utils.translation import gettext as _

from helpdesk.core.errors import Refused, ToConfirm, ensure
from helpdesk.journal.actions import record
from tickets.actions.locking import locked_both
from tickets.enums import Relation
from tickets.models import Ticket, TicketLink
from tickets.permissions import can_work_tickets, ensure_can_work
from tickets.signals import ticket_changed

if TYPE_CHECKING:
    from helpdesk.accounts.models import User

MADE_BY_HAND = (Relation.RELATED, Relation.DUPLICATE, Relation.CHILD)
MOST_NAMED = 3


class OpenChildren(ToConfirm):
    """The ticket is to be finished while children of it are not."""


@transaction.atomic
def link(*, source: Ticket, target: Ticket, kind: str, by: "User") -> TicketLink:
    """From now on `source` is `kind` of `target` (see also it, a duplicate or a child of it). The same once more
    changes nothing. One line in the journal of each. Raises NotAllowed, Refused."""
    ensure(can_work_tickets(by))
    if kind not in MADE_BY_HAND:
        raise Refused(_("There is no such relation of tickets."))
    source, target = _both(source, target, by)
    ensure_can_work(by, source)
    ensure_can_work(by, target)
    found = TicketLink.objects.filter(kind=kind).of(source).of(target).first()
    if found is not None and (kind == Relation.RELATED or found.source_id == source.pk):
        return found
    if found is not None and kind == Relation.DUPLICATE:
        raise Refused(_("That ticket is marked as a duplicate of this one already: take that link away first."))
    if kind == Relation.CHILD:
        _ensure_tree(source, target)
    made = TicketLink.objects.create(source=source, target=target, kind=kind, made_by=by)
    _tell(made, by, verb="ticket_linked")
    return made


@transaction.atomic
def unlink(*, link: TicketLink, by: "User") -> None:
    """Take the link away; one that is gone already stays so. A split is undone otherwise
    (`tickets.actions.splitting`). Raises NotAllowed, Refused."""
    ensure(can_work_tickets(by))
    if link.kind == Relation.SPLIT:
        raise Refused(_("That one ticket was split from another stays written down: undo the split instead."))
    _both(link.source, link.target, by)
    if TicketLink.objects.filter(pk=link.pk).delete()[0]:
        _tell(link, by, verb="ticket_unlinked")


def ensure_children_finished(ticket: Ticket, *, by: "User") -> None:
    """Raises OpenChildren, naming the first of those that `by` may see, where there are any."""
    if refusal := with_open_children([ticket], by=by).get(ticket.pk):
        raise refusal


def with_open_children(tickets: Collection[Ticket], *, by: "User") -> dict[int, Refused]:
    """The refusals of those that can't be finished together because of their children, by their keys, in one statement.

    Children that are among the tickets are finished with them, unless their own children keep them from it."""
    if not tickets:
        return {}
    going = {ticket.pk for ticket in tickets}
    children = Ticket.objects.visible_to(by).standing_alone().unfinished()
    links = TicketLink.objects.filter(kind=Relation.CHILD, target__in=going, source__in=children)
    open_of: dict[int, dict[int, int]] = defaultdict(dict)
    for parent, child, number in links.order_by("source").values_list("target", "source", "source__number"):
        open_of[parent][child] = number
    while stuck := {parent for parent in going if not open_of[parent].keys() <= going}:
        going -= stuck
    return {
        ticket.pk: _open_children([number for child, number in open_of[ticket.pk].items() if child not in going])
        for ticket in tickets
        if ticket.pk not in going
    }


def _open_children(numbers: list[int]) -> OpenChildren:
    words = ", ".join(str(number) for number in numbers[:MOST_NAMED]) + "…" * (len(numbers) > MOST_NAMED)
    sentence = _("Child tickets are not finished yet: %(numbers)s. Finish them first, or confirm.")
    return OpenChildren(sentence % {"numbers": words})


def _both(source: Ticket, target: Ticket, by: "User") -> tuple[Ticket, Ticket]:
    if source.pk == target.pk:
        raise Refused(_("A ticket has nothing to do with itself: give the number of another one."))
    if Ticket.objects.visible_to(by).filter(pk__in=[source.pk, target.pk]).count() < 2:
        raise Refused(_("There is no ticket with that number that you can see."))
    return locked_both(source, target)


def _ensure_tree(child: Ticket, parent: Ticket) -> None:
    """Nobody else makes a child until this transaction ends, so that what is seen here stays true."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('tickets_ticketlink child'))")
    parents = TicketLink.objects.filter(kind=Relation.CHILD)
    if parents.filter(source=child).exists():
        raise Refused(_("The ticket is the child of another one already: take that link away first."))
    above: int | None = parent.pk
    while above is not None:
        if above == child.pk:
            raise Refused(_("The ticket that is to be the parent is itself below this one."))
        above = parents.filter(source=above).values_list("target", flat=True).first()


def _tell(link: TicketLink, by: "User", *, verb: str) -> None:
    record(verb=verb, subject=link.source, by=by, kind=link.kind, after=link.target.number)
    record(verb=f"{verb}_here", subject=link.target, by=by, kind=link.kind, before=link.source.number)
    ticket_changed.send(sender=Ticket, ticket=link.source, change=verb)
    ticket_changed.send(sender=Ticket, ticket=link.target, change=f"{verb}_here")
