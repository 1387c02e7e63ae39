"""The same change for many tickets at once, one action for each verb, in the same few statements for one or for MOST.

Each ticket keeps its own rules: one that refuses is left as it is and named with the reason, the others are changed.
The order of locks: the tickets by their keys, then what is written about them.
"""

from collections.abc import Collection, Iterable
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from helpdesk.accounts.models import Team
from helpdesk.core.deferring import writing_together
from helpdesk.core.errors import Refused, ensure
from helpdesk.core.updating import plain, update_together
from tickets.actions.assignment import to_assignee, to_team
from tickets.actions.changing import Change, Facts, write_down
from tickets.actions.indexing import remark
from tickets.actions.status import adding_tags, removing_tags, to_priority, to_status
from tickets.holding import with_holders
from tickets.models import BulkChange, Ticket
from tickets.permissions import can_work_tickets, ensure_can_work
from tickets.signals import ticket_changed

if TYPE_CHECKING:
    from helpdesk.accounts.models import User
    from tickets.models import TicketQuerySet

MOST = 200
KEPT_FOR = timedelta(days=1)
LARGEST = 2**63 - 1


@transaction.atomic
def assign_chosen(*, numbers: Iterable[int], by: "User", key: UUID, assignee: "User | None") -> BulkChange:
    """Give the tickets to somebody who works tickets, or to nobody. As all actions here: the same `key` once more is
    the change that was made with it; writes the journal of each ticket. Raises NotAllowed, Refused."""
    return _change(numbers, by=by, key=key, change=to_assignee(assignee))


@transaction.atomic
def hand_chosen_to_team(*, numbers: Iterable[int], by: "User", key: UUID, team: Team | None) -> BulkChange:
    """Move the tickets to a team's queue, or to nobody's."""
    return _change(numbers, by=by, key=key, change=to_team(team))


@transaction.atomic
def change_status_of_chosen(*, numbers: Iterable[int], by: "User", key: UUID, status: str) -> BulkChange:
    """Set the status of the tickets."""
    return _change(numbers, by=by, key=key, change=to_status(status))


@transaction.atomic
def change_priority_of_chosen(*, numbers: Iterable[int], by: "User", key: UUID, priority: int) -> BulkChange:
    """Set the priority of the tickets."""
    return _change(numbers, by=by, key=key, change=to_priority(priority))


@transaction.atomic
def tag_chosen(*, numbers: Iterable[int], by: "User", key: UUID, tags: Iterable[str]) -> BulkChange:
    """Give the tickets these tags beside those they have."""
    return _change(numbers, by=by, key=key, change=adding_tags(tags))


@transaction.atomic
def untag_chosen(*, numbers: Iterable[int], by: "User", key: UUID, tags: Iterable[str]) -> BulkChange:
    """Take these tags from the tickets."""
    return _change(numbers, by=by, key=key, change=removing_tags(tags))


def _change(numbers: Iterable[int], *, by: "User", key: UUID, change: Change) -> BulkChange:
    ensure(can_work_tickets(by))
    wanted = _wanted(numbers)
    tickets = list(locked_of(by).filter(number__in=wanted))
    if (same := BulkChange.objects.filter(by=by, key=key).first()) is not None:
        return same
    done, refused = _decide(tickets, by=by, change=change)
    known = {ticket.number for ticket in tickets}
    refused += [[number, _("You see no such ticket.")] for number in wanted if number not in known]
    BulkChange.objects.filter(by=by, made_at__lt=timezone.now() - KEPT_FOR).delete()
    made = BulkChange.objects.create(
        by=by, key=key, verb=change.verb, refused=refused, done=[line for _ticket, line in done]
    )
    write_lines([(ticket, line["facts"]) for ticket, line in done], by=by, change=made, columns=change.columns)
    return made


def locked_of(by: "User") -> "TicketQuerySet":
    """The tickets that this person sees with all that actions ask of them, to be locked in the order of their keys,
    merged ones after all others."""
    found = with_holders(Ticket.objects.visible_to(by)).select_for_update(of=("self",))
    return found.select_related("requester").order_by(F("merged_into").asc(nulls_first=True), "pk")


def columns_of(ticket: Ticket, columns: Collection[str]) -> dict[str, Any]:
    """What stands in these columns, as JSON keeps it."""
    return {name: plain(getattr(ticket, Ticket._meta.get_field(name).attname)) for name in columns}  # type: ignore[union-attr]


def write_lines(
    done: list[tuple[Ticket, Facts]], *, by: "User", change: BulkChange, columns: Collection[str], **facts: Any
) -> None:
    """Write changed tickets, a line for each in the journal, and tell watchers and the rooms above."""
    update_together([ticket for ticket, _facts in done], list(columns))
    if "team" in columns:
        remark(ticket for ticket, _facts in done)
    with writing_together():
        for ticket, its in done:
            write_down(ticket, verb=change.verb, by=by, facts=its, together=change.pk, **facts)
    with writing_together():
        for ticket, _its in done:
            ticket_changed.send(sender=Ticket, ticket=ticket, change=change.verb)


def _wanted(numbers: Iterable[int]) -> list[int]:
    wanted = sorted({number for number in numbers if 0 < number <= LARGEST})
    if not wanted:
        raise Refused(_("Choose tickets first."))
    if len(wanted) > MOST:
        raise Refused(_("At most %(limit)s tickets can be changed at once.") % {"limit": MOST})
    return wanted


def _decide(
    tickets: list[Ticket], *, by: "User", change: Change
) -> tuple[list[tuple[Ticket, dict[str, Any]]], list[list[Any]]]:
    """The tickets that are another now, changed in memory, with what is kept of each; and who refused and why."""
    done: list[tuple[Ticket, dict[str, Any]]] = []
    refused: list[list[Any]] = []
    against = _against(tickets, by=by, change=change)
    for ticket in tickets:
        before = columns_of(ticket, change.columns)
        try:
            if ticket.pk in against:
                raise against[ticket.pk]
            facts = change.make(ticket)
        except Refused as refusal:
            refused.append([ticket.number, str(refusal)])
            continue
        if facts is not None:
            line = {"pk": ticket.pk, "number": ticket.number, "before": before, "facts": facts}
            done.append((ticket, line | {"after": columns_of(ticket, change.columns)}))
    return done, refused


def _against(tickets: list[Ticket], *, by: "User", change: Change) -> dict[int, Refused]:
    """What keeps tickets from the change, by their keys."""
    found: dict[int, Refused] = {}
    for ticket in tickets:
        try:
            ensure_can_work(by, ticket)
        except Refused as refusal:
            found[ticket.pk] = refusal
    return found | dict(change.refusals([ticket for ticket in tickets if ticket.pk not in found], by))
