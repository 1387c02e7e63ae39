"""Putting a ticket aside until later, and its coming back."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from helpdesk.core.deferring import writing_together
from helpdesk.core.errors import Refused
from helpdesk.core.retrying import PATIENT, retrying
from helpdesk.journal.actions import record
from tickets.actions.locking import locked
from tickets.models import Ticket
from tickets.permissions import ensure_can_work
from tickets.signals import ticket_changed

if TYPE_CHECKING:
    from helpdesk.accounts.models import User

BATCH = 200
LONGEST = timedelta(days=366)


@transaction.atomic
def snooze(*, ticket: Ticket, by: "User", until: datetime) -> Ticket:
    """The ticket leaves the ordinary lists until then, or until the customer writes. Until the same moment again
    changes nothing. Raises NotAllowed, Locked; Refused for a finished ticket, a moment past, one more than a year off.
    """
    ticket = locked(ticket)
    ensure_can_work(by, ticket)
    if ticket.is_finished:
        raise Refused(_("This ticket is finished: there is nothing to put aside."))
    now = timezone.now()
    if until <= now:
        raise Refused(_("That moment is past: choose one to come."))
    if until > now + LONGEST:
        raise Refused(_("A ticket can be put aside for a year at most."))
    if until == ticket.snoozed_until:
        return ticket
    ticket.snoozed_until = until
    ticket.save(update_fields=["snoozed_until"])
    record(verb="snoozed", subject=ticket, by=by, until=until.isoformat())
    ticket_changed.send(sender=Ticket, ticket=ticket, change="snoozed")
    return ticket


@transaction.atomic
def wake(*, ticket: Ticket, by: "User") -> Ticket:
    """Somebody brings the ticket back before its time; one that is there stays. Raises NotAllowed, Locked."""
    ticket = locked(ticket)
    ensure_can_work(by, ticket)
    if ticket.snoozed_until is None:
        return ticket
    ticket.snoozed_until, ticket.active_at = None, timezone.now()
    ticket.save(update_fields=["snoozed_until", "active_at"])
    record(verb="woken", subject=ticket, by=by)
    ticket_changed.send(sender=Ticket, ticket=ticket, change="woken")
    return ticket


def wake_due() -> int:
    """Bring back, on top of the lists, whatever was put aside until now; how many. Done again it finds nothing."""
    total = 0
    while woken := retrying(_wake_some, times=PATIENT):
        total += woken
    return total


@transaction.atomic
def _wake_some() -> int:
    now = timezone.now()
    due = Ticket.objects.filter(snoozed_until__lte=now).order_by("snoozed_until", "pk")
    tickets = list(due.select_for_update(skip_locked=True, of=("self",))[:BATCH])
    Ticket.objects.filter(pk__in=[ticket.pk for ticket in tickets]).update(snoozed_until=None, active_at=now)
    with writing_together():
        for ticket in tickets:
            record(verb="came_back", subject=ticket, by=None)
    with writing_together():
        for ticket in tickets:
            ticket.snoozed_until, ticket.active_at = None, now
            ticket_changed.send(sender=Ticket, ticket=ticket, change="came_back")
    return len(tickets)
