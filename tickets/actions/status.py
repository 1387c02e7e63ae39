"""Where a ticket stands, how urgent it is, what it is tagged."""

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from helpdesk.core.errors import Refused
from helpdesk.core.sanitising import clean_name
from helpdesk.journal.actions import record
from tickets.actions.describing import ensure_described
from tickets.actions.locking import locked
from tickets.actions.news import tell_watchers
from tickets.actions.relations import ensure_children_finished
from tickets.actions.settling import SETTLED, settle
from tickets.enums import FINISHED, News, Priority, Status
from tickets.models import Ticket
from tickets.permissions import can_close_own, can_reopen_own, ensure, ensure_can_work
from tickets.signals import ticket_changed

if TYPE_CHECKING:
    from helpdesk.accounts.models import User

MAX_TAGS = 20


@transaction.atomic
def change_status(*, ticket: Ticket, by: "User", status: str, is_confirmed: bool = False) -> Ticket:
    """Staff set the status. Setting what it is already changes and records nothing. Finishing a ticket whose children
    are not finished has to be confirmed. Raises NotAllowed, OpenChildren, Refused."""
    ticket = locked(ticket)
    ensure_can_work(by, ticket)
    if status not in Status.values:
        raise Refused(_("There is no such status."))
    if status in FINISHED and not ticket.is_finished:
        ensure_described(ticket)
        if not is_confirmed:
            ensure_children_finished(ticket, by=by)
    return _set_status(ticket, by=by, status=status)


@transaction.atomic
def close(*, ticket: Ticket, by: "User") -> Ticket:
    """The customer says that the request is done with; it stays resolved, so that it can be reopened."""
    ticket = locked(ticket)
    ensure(can_close_own(by, ticket))
    return _set_status(ticket, by=by, status=Status.RESOLVED)


@transaction.atomic
def reopen(*, ticket: Ticket, by: "User") -> Ticket:
    """The customer says that it is not done with."""
    ticket = locked(ticket)
    ensure(can_reopen_own(by, ticket))
    return _set_status(ticket, by=by, status=Status.OPEN)


@transaction.atomic
def change_priority(*, ticket: Ticket, by: "User", priority: int) -> Ticket:
    """Raises NotAllowed, Refused."""
    ticket = locked(ticket)
    ensure_can_work(by, ticket)
    if priority not in Priority.values:
        raise Refused(_("There is no such priority."))
    if priority == ticket.priority:
        return ticket
    before, ticket.priority = ticket.priority, priority
    ticket.save(update_fields=["priority"])
    record(verb="priority_changed", subject=ticket, by=by, before=before, after=priority)
    tell_watchers(ticket, News.CHANGED, verb="priority_changed", by=by, after=priority)
    ticket_changed.send(sender=Ticket, ticket=ticket, change="priority_changed")
    return ticket


@transaction.atomic
def change_tags(*, ticket: Ticket, by: "User", tags: Iterable[str]) -> Ticket:
    """The ticket has exactly these tags, lower case, in this order. Raises NotAllowed, Refused."""
    ticket = locked(ticket)
    ensure_can_work(by, ticket)
    wanted = list(dict.fromkeys(tag for tag in (tag_of(word) for word in tags) if tag))
    if len(wanted) > MAX_TAGS:
        raise Refused(_("A ticket has at most %(limit)s tags.") % {"limit": MAX_TAGS})
    if wanted == ticket.tags:
        return ticket
    before, ticket.tags = ticket.tags, wanted
    ticket.save(update_fields=["tags"])
    record(verb="tags_changed", subject=ticket, by=by, before=before, after=wanted)
    ticket_changed.send(sender=Ticket, ticket=ticket, change="tags_changed")
    return ticket


def _set_status(ticket: Ticket, *, by: "User", status: str) -> Ticket:
    if status == ticket.status:
        return ticket
    now = timezone.now()
    before, ticket.status = ticket.status, status
    ticket.resolved_at = (ticket.resolved_at or now) if status in (Status.RESOLVED, Status.CLOSED) else None
    ticket.closed_at = now if status == Status.CLOSED else None
    ticket.active_at = now
    settle(ticket)
    ticket.save(update_fields=["status", "resolved_at", "closed_at", "active_at", *SETTLED])
    record(verb="status_changed", subject=ticket, by=by, before=before, after=status)
    tell_watchers(ticket, News.CHANGED, verb="status_changed", by=by, after=status)
    ticket_changed.send(sender=Ticket, ticket=ticket, change="status_changed")
    return ticket


def tag_of(word: str) -> str:
    """A tag in its normal form: lower case, letters, digits and `. + # / : @ _ -`, at most 50 characters; may be ""."""
    return re.sub(r"[^\w.+#/:@-]+", "-", clean_name(word).strip().lower())[:50].strip("-")
