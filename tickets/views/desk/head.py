"""The head of a ticket page and what stands under it, as plain values: both are printed once for the same ones."""

from dataclasses import asdict
from typing import Any

from django.utils import timezone

from helpdesk.accounts.models import User
from helpdesk.accounts.permissions import can_see_access
from helpdesk.core import readable
from tickets.enums import Priority
from tickets.forms.criteria import PRIORITY_WORDS
from tickets.forms.snooze import offered
from tickets.models import Ticket
from tickets.permissions import can_open_for_customer, can_take_over, can_work
from tickets.registries import ticket_menu


def head(ticket: Ticket, user: User) -> dict[str, Any]:
    """What the ticket is called, and what can be done to it with one key."""
    works = can_work(user, ticket)
    is_free = works and not ticket.is_finished
    return {
        "number": ticket.number,
        "subject": ticket.subject,
        "status": ticket.status,
        "is_pressing": ticket.priority > Priority.NORMAL,
        "priority": PRIORITY_WORDS[ticket.priority],
        "tags": ticket.tags,
        "awaits_approval": ticket.awaits_approval > 0,
        "works": works,
        "sees_access": can_see_access(user),
        "can_be_followed": ticket.is_finished and can_open_for_customer(user),
        "can_be_taken": works and ticket.assignee_id != user.pk,
        "more": [asdict(entry(ticket.number)) for _name, entry in ticket_menu.items()] if works else [],
        "me": user.pk,
        "is_watching": user.pk in ticket.watched_by,  # type: ignore[attr-defined] # an annotation of the page's read
        "can_be_locked": is_free and ticket.locked_by_id is None,
        "snoozes": offered(now=timezone.now()) if is_free else [],
    }


def standing(ticket: Ticket, user: User) -> dict[str, Any]:
    """Why the ticket is not like others: somebody is on it, it is put aside, it is archived. Empty texts say that
    it is not."""
    works = can_work(user, ticket)
    mine = ticket.locked_by_id == user.pk
    return {
        "number": ticket.number,
        "can_work": works,
        "locked_by": str(ticket.locked_by) if ticket.locked_by else "",
        "locked_since": readable.moment(ticket.locked_at, style="short") if ticket.locked_at else "",
        "is_mine": mine,
        "can_take_over": bool(ticket.locked_by_id) and not mine and can_take_over(user, ticket),
        "snoozed": readable.until(ticket.snoozed_until) if ticket.snoozed_until else "",
        "archived": readable.moment(ticket.archived_at) if ticket.archived_at else "",
    }
