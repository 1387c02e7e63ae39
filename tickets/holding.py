"""Who has a ticket to themselves: the explicit lock, which ends by itself when its holder does nothing."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db.models import Exists, OuterRef
from django.utils import timezone

from helpdesk.journal.models import Entry
from tickets.models import Ticket

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from helpdesk.accounts.models import User
    from tickets.models import TicketQuerySet


def holder_of(ticket: Ticket) -> "User | None":
    """Who has the ticket to themselves at this moment. Asks the journal only about a lock older than the time-out."""
    if ticket.locked_by is None or ticket.locked_at is None:
        return None
    idle_since = _idle_since()
    if ticket.locked_at > idle_since or _did(idle_since, ticket.pk, ticket.locked_by_id).exists():
        return ticket.locked_by
    return None


def forgotten() -> "TicketQuerySet":
    """Locked tickets on which the holder did nothing for as long as a lock lasts."""
    idle_since = _idle_since()
    done = _did(idle_since, OuterRef("pk"), OuterRef("locked_by"))
    return Ticket.objects.filter(~Exists(done), locked_by__isnull=False, locked_at__lte=idle_since).order_by("pk")


def _did(since: datetime, ticket: Any, person: Any) -> "QuerySet[Entry]":
    """What the person did on the ticket: whatever changes it leaves a line in the journal."""
    kind = ContentType.objects.get_for_model(Ticket)
    return Entry.objects.filter(subject_type=kind, subject_id=ticket, actor_id=person, at__gt=since)


def _idle_since() -> datetime:
    return timezone.now() - timedelta(minutes=settings.TICKET_LOCK_MINUTES)
