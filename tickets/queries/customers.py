"""Tickets as the cards of people and organisations show them."""

from typing import TYPE_CHECKING, Any

from django.db.models import QuerySet

from helpdesk.core.paging import Page, page_of
from tickets.models import Participant, Ticket

if TYPE_CHECKING:
    from helpdesk.accounts.models import Organisation, User

TICKETS_SHOWN = 10


def tickets_of_person(person: "User", user: "User", cursor: str) -> Page[Ticket]:
    """What the person asked and `user` may see, latest first."""
    return _page(Ticket.objects.visible_to(user).filter(requester=person), cursor)


def tickets_of_organisation(organisation: "Organisation", user: "User", cursor: str) -> Page[Ticket]:
    """What the organisation's people asked and `user` may see, latest first."""
    return _page(Ticket.objects.visible_to(user).filter(organisation=organisation), cursor)


def people_on_tickets(user: "User") -> QuerySet[Any, Any]:
    """The keys of those who asked, or take part in, what `user` may see."""
    tickets = Ticket.objects.visible_to(user).order_by()
    parts = Participant.objects.filter(is_active=True, ticket__in=tickets.values("pk")).order_by()
    return tickets.values("requester").union(parts.values("user"))


def _page(found: QuerySet[Ticket], cursor: str) -> Page[Ticket]:
    shown = found.only("number", "subject", "status", "active_at")
    return page_of(shown, by="active_at", cursor=cursor, size=TICKETS_SHOWN)
