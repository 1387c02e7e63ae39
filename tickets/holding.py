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
    """Who has the ticket to themselves at this moment. Asks the journal only about a lock older than the time-out,
    and about none that was read `with_holders`."""
    if ticket.locked_by is None or ticket.locked_at is None:
        return None
    idle_since = _idle_since()
    if ticket.locked_at > idle_since or _is_at_it(ticket, idle_since):
        return ticket.locked_by
    return None


def with_holders(found: "TicketQuerySet") -> "TicketQuerySet":
    """With what `holder_of` would ask about each of the tickets."""
    did = _did(_idle_since(), OuterRef("pk"), OuterRef("locked_by"))
    return found.select_related("locked_by").annotate(is_holder_at_it=Exists(did))


def forgotten() -> "TicketQuerySet":
    """Locked tickets on which the holder did nothing for as long as a lock lasts."""
    idle_since = _idle_since()
    done = _did(idle_since, OuterRef("pk"), OuterRef("locked_by"))
    return Ticket.objects.filter(~Exists(done), locked_by__isnull=False, locked_at__lte=idle_since).order_by("pk")


def _is_at_it(ticket: Ticket, idle_since: datetime) -> bool:
    known: bool | None = getattr(ticket, "is_holder_at_it", None)
    return _did(idle_since, ticket.pk, ticket.locked_by_id).exists() if known is None else known


def _did(since: datetime, ticket: Any, person: Any) -> "QuerySet[Entry]":
    """What the person did on the ticket: whatever changes it leaves a line in the journal."""
    kind = ContentType.objects.get_for_model(Ticket)
    return Entry.objects.filter(subject_type=kind, subject_id=ticket, actor_id=person, at__gt=since)


def _idle_since() -> datetime:
    return timezone.now() - timedelta(minutes=settings.TICKET_LOCK_MINUTES)
