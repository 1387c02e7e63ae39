"""Customers who follow requests of their colleagues."""

from typing import TYPE_CHECKING

from django.db import transaction

from helpdesk.core.errors import ensure
from helpdesk.journal.actions import record
from tickets.actions.locking import locked
from tickets.actions.participation import let_in
from tickets.models import Participant, Ticket
from tickets.permissions import can_follow

if TYPE_CHECKING:
    from helpdesk.accounts.models import User


@transaction.atomic
def follow(*, ticket: Ticket, by: "User") -> None:
    """Whoever follows gets the answers from now on, like every participant. Once more changes and records nothing.
    Raises NotAllowed."""
    ticket = locked(ticket)
    ensure(can_follow(by, ticket))
    if not follows(by, ticket):
        let_in(ticket, by)
        record(verb="followed", subject=ticket, by=by)


@transaction.atomic
def unfollow(*, ticket: Ticket, by: "User") -> None:
    """No more answers come. Whoever saw the request only as its participant no longer sees it."""
    ticket = locked(ticket)
    if Participant.objects.filter(ticket=ticket, user=by, is_active=True).update(is_active=False):
        record(verb="unfollowed", subject=ticket, by=by)


def follows(user: "User", ticket: Ticket) -> bool:
    """Whether this person takes part beside the requester."""
    return Participant.objects.filter(ticket=ticket, user=user, is_active=True).exists()
