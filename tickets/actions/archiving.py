"""The archive: old closed tickets, out of every list that does not ask for them, found by whoever looks for them."""

from datetime import timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from helpdesk.core.deferring import writing_together
from helpdesk.core.retrying import PATIENT, retrying
from helpdesk.journal.actions import record
from tickets.actions.locking import locked
from tickets.enums import Status
from tickets.models import Ticket
from tickets.permissions import ensure_can_work
from tickets.signals import ticket_changed

if TYPE_CHECKING:
    from helpdesk.accounts.models import User

BATCH = 500
MOST_BATCHES = 200
"""In one night; the next goes on."""


def archive_old() -> int:
    """Archive what was closed, and untouched since, for ARCHIVE_AFTER_DAYS, batch by batch; how many. 0 days: never."""
    total = 0
    for _round in range(MOST_BATCHES if settings.ARCHIVE_AFTER_DAYS else 0):
        archived = retrying(_archive_some, times=PATIENT)
        total += archived
        if archived < BATCH:
            break
    return total


@transaction.atomic
def take_out(*, ticket: Ticket, by: "User") -> Ticket:
    """The ticket stands among the closed ones again, for as long as a newly closed one; one that does stays.

    Raises NotAllowed."""
    ticket = locked(ticket)
    ensure_can_work(by, ticket)
    if ticket.archived_at is None:
        return ticket
    ticket.archived_at, ticket.active_at = None, timezone.now()
    ticket.save(update_fields=["archived_at", "active_at"])
    record(verb="taken_out_of_archive", subject=ticket, by=by)
    ticket_changed.send(sender=Ticket, ticket=ticket, change="taken_out_of_archive")
    return ticket


@transaction.atomic
def _archive_some() -> int:
    """The oldest that nobody has in hand at this moment."""
    now = timezone.now()
    limit = now - timedelta(days=settings.ARCHIVE_AFTER_DAYS)
    closed = Ticket.objects.filter(status=Status.CLOSED, archived_at__isnull=True)
    old = closed.filter(closed_at__lt=limit, active_at__lt=limit).order_by("closed_at").only("pk")
    tickets = list(old.select_for_update(skip_locked=True, of=("self",))[:BATCH])
    Ticket.objects.filter(pk__in=[ticket.pk for ticket in tickets]).update(archived_at=now)
    with writing_together():
        for ticket in tickets:
            record(verb="archived", subject=ticket, by=None)
    return len(tickets)
