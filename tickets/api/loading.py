"""How the routes of this room find what an address is about, and tell what became of it."""

from collections.abc import Callable
from typing import Any

from django.shortcuts import get_object_or_404
from ninja import Status

from helpdesk.accounts.models import User
from helpdesk.accounts.requests import ApiRequest
from helpdesk.core.api import ensure_edition, is_conditional, with_edition
from tickets.actions.locking import locked
from tickets.api import shapes
from tickets.api.criteria import readable
from tickets.models import Ticket

CHANGED: Any = {200: shapes.TicketOut, 204: None}
"""What a change is answered with: 204 when the token's owner no longer sees the ticket by it."""
Changed = Status[Any]


def load(user: User, number: int) -> Ticket:
    """The ticket, where the person may see it; else 404."""
    return get_object_or_404(Ticket.objects.visible_to(user), number=number)


def told(request: ApiRequest, number: int) -> shapes.TicketOut:
    """The ticket as its reader may see it; else 404. The answer tells its edition."""
    found = shapes.ticket_out(get_object_or_404(readable(request.user), number=number), reader=request.user)
    with_edition(request, found)
    return found


def change(request: ApiRequest, number: int, act: Callable[[Ticket], Any]) -> Changed:
    """Do something to a ticket, if it still is of the edition that is asked for, and tell what it is now."""
    found = load(request.user, number)
    if is_conditional(request):
        locked(found)
        ensure_edition(request, told(request, number))
    act(found)
    if not Ticket.objects.visible_to(request.user).filter(pk=found.pk).exists():
        return Status(204, None)
    return Status(200, told(request, number))
