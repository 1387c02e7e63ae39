"""Handing over what somebody who leaves has in their hands."""

from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import uuid4

from django.db import transaction
from django.utils.translation import gettext as _

from helpdesk.core.deferring import writing_together
from helpdesk.core.errors import Refused, ensure
from helpdesk.journal.actions import record
from helpdesk.work.actions.asking import ask
from helpdesk.work.models import Job
from tickets.actions.assignment import ensure_takes_tickets
from tickets.actions.together import MOST, assign_chosen
from tickets.models import Ticket
from tickets.permissions import can_hand_over

if TYPE_CHECKING:
    from helpdesk.accounts.models import User
    from tickets.models import TicketQuerySet

KIND = "handover"


@dataclass(frozen=True, slots=True)
class HandedOver:
    """What became of some tickets: their numbers in order, and why some of them stayed, by number."""

    numbers: list[int]
    refused: dict[int, str]


@transaction.atomic
def hand_over_tickets(*, person: "User", successor: "User", by: "User") -> HandedOver | Job:
    """Give every unfinished ticket of `person` to `successor`: at once where they are few, else by a worker. Each
    ticket's journal has its line; those that refuse stay and are named with the reason.

    Raises NotAllowed; Refused for a successor who works no tickets, or who is `person`.
    """
    ensure(can_hand_over(by))
    ensure_takes_tickets(successor)
    if successor.pk == person.pk:
        raise Refused(_("Choose somebody else than the one who leaves."))
    if left_by(person).count() > MOST:
        return ask(kind=KIND, by=by, asked={"person": person.pk, "successor": successor.pk})
    return hand_over_some(person=person, successor=successor, by=by, after=0)


@transaction.atomic
def hand_over_some(*, person: "User", successor: "User", by: "User", after: int) -> HandedOver:
    """The next MOST tickets of `person` with greater numbers than `after` go to `successor`; locks that the person has
    on them end. No numbers when no more are left."""
    ensure(can_hand_over(by))
    left = left_by(person).filter(number__gt=after).order_by("number")
    numbers = list(left.values_list("number", flat=True)[:MOST])
    if not numbers:
        return HandedOver([], {})
    _unlock(person, numbers, by)
    made = assign_chosen(numbers=numbers, by=by, key=uuid4(), assignee=successor)
    return HandedOver(numbers, dict(made.refused))


def left_by(person: "User") -> "TicketQuerySet":
    """What is assigned to the person and not finished."""
    return Ticket.objects.unfinished().standing_alone().filter(assignee=person)


def _unlock(person: "User", numbers: list[int], by: "User") -> None:
    held = Ticket.objects.filter(number__in=numbers, locked_by=person).order_by("pk").select_for_update(of=("self",))
    tickets = list(held)
    Ticket.objects.filter(pk__in=[ticket.pk for ticket in tickets]).update(locked_by=None, locked_at=None)
    with writing_together():
        for ticket in tickets:
            record(verb="unlocked", subject=ticket, by=by)
