"""Having a ticket to oneself for a while: taken, let go, taken over, forgotten."""

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from helpdesk.core.deferring import writing_together
from helpdesk.core.errors import Refused, ensure
from helpdesk.core.retrying import PATIENT, retrying
from helpdesk.journal.actions import record
from helpdesk.notifications.notices import notify
from tickets.actions.locking import locked
from tickets.holding import forgotten
from tickets.models import Ticket
from tickets.permissions import can_take_over, ensure_can_work
from tickets.signals import ticket_changed

if TYPE_CHECKING:
    from helpdesk.accounts.models import User

BATCH = 200


@transaction.atomic
def take(*, ticket: Ticket, by: "User") -> Ticket:
    """Others can't change the ticket while this person is on it; taking it twice is taking it once.

    Raises NotAllowed; Locked when somebody else was first; Refused for a finished ticket."""
    ticket = locked(ticket)
    ensure_can_work(by, ticket)
    if ticket.is_finished:
        raise Refused(_("This ticket is finished: reopen it before you take it."))
    if ticket.locked_by_id != by.pk:
        _give(ticket, by)
        record(verb="locked", subject=ticket, by=by)
        ticket_changed.send(sender=Ticket, ticket=ticket, change="locked")
    return ticket


@transaction.atomic
def let_go(*, ticket: Ticket, by: "User") -> Ticket:
    """Whoever is on the ticket leaves it to everybody; nothing where nobody is. Raises NotAllowed, Locked."""
    ticket = locked(ticket)
    ensure_can_work(by, ticket)
    if ticket.locked_by_id is not None:
        _give(ticket, None)
        record(verb="unlocked", subject=ticket, by=by)
        ticket_changed.send(sender=Ticket, ticket=ticket, change="unlocked")
    return ticket


@transaction.atomic
def take_over(*, ticket: Ticket, by: "User") -> Ticket:
    """A lead has the ticket instead of whoever had it, who is told by a notice. Raises NotAllowed, Refused."""
    ticket = locked(ticket)
    ensure(can_take_over(by, ticket))
    had_it = ticket.locked_by
    if had_it is None or had_it.pk == by.pk:
        return take(ticket=ticket, by=by)
    _give(ticket, by)
    record(verb="lock_taken_over", subject=ticket, by=by, before=had_it.pk, after=by.pk)
    with translation.override(had_it.language or settings.LANGUAGE_CODE):
        title = _("Taken over: #%(number)s %(subject)s") % {"number": ticket.number, "subject": ticket.subject}
        text = _("%(name)s is on this ticket now. What you began to write is kept as your draft.") % {"name": by}
    notify(person=had_it, subject=ticket, title=title, text=text, path=f"/desk/tickets/{ticket.number}/")
    ticket_changed.send(sender=Ticket, ticket=ticket, change="lock_taken_over")
    return ticket


def release_forgotten() -> int:
    """End every lock whose holder did nothing for the time-out; how many. Done again it finds nothing."""
    total = 0
    while released := retrying(_release_some, times=PATIENT):
        total += released
    return total


@transaction.atomic
def _release_some() -> int:
    tickets = list(forgotten().select_for_update(skip_locked=True, of=("self",))[:BATCH])
    Ticket.objects.filter(pk__in=[ticket.pk for ticket in tickets]).update(locked_by=None, locked_at=None)
    with writing_together():
        for ticket in tickets:
            record(verb="lock_timed_out", subject=ticket, by=None, person=ticket.locked_by_id)
    return len(tickets)


def _give(ticket: Ticket, person: "User | None") -> None:
    ticket.locked_by, ticket.locked_at = person, timezone.now() if person else None
    ticket.save(update_fields=["locked_by", "locked_at"])
