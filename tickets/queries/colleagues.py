"""Colleagues as notes call them: by an @ and their handle."""

from collections.abc import Iterable
from typing import Any

from django.db.models import BooleanField, Exists, ExpressionWrapper, OuterRef, Q

from helpdesk.accounts.capabilities import Capability
from helpdesk.accounts.handles import roles_with, staff_with_handles
from helpdesk.accounts.models import Grant, User
from tickets.enums import MessageKind
from tickets.models import Message, Ticket

MOST_OFFERED = 8


def sees(ticket: Ticket) -> Q:
    """Which of the staff may see the ticket: `TicketQuerySet.visible_to`, asked the other way round."""
    granted = Grant.objects.live().filter(contractor=OuterRef("pk"), team=ticket.team_id)
    return Q(role__in=roles_with(Capability.SEE_ALL_TICKETS)) | Exists(granted) | Q(pk=ticket.assignee_id)


def known_on(ticket: Ticket, by: User) -> Q:
    """Whom `by` may know of: whoever they may see anyway, and who works on the ticket or wrote on it."""
    if by.can(Capability.SEE_CUSTOMERS):
        return Q()  # everybody, without a list of a million keys
    wrote = Message.objects.filter(ticket=ticket).exclude(kind=MessageKind.INBOUND).order_by().values("author")
    seen = User.objects.visible_to(by).order_by().values("pk")
    return Q(pk__in=seen) | Q(pk=ticket.assignee_id) | Q(pk__in=wrote)


def called(handles: Iterable[str], *, ticket: Ticket, by: User) -> list[Any]:
    """The staff whom `by` may know of and whose handle, short or whole address, is one of these; with `sees`, whether
    they may see the ticket. One statement."""
    words = list(handles)
    found = staff_with_handles().filter(known_on(ticket, by)).filter(Q(short__in=words) | Q(email__in=words))
    may_see = ExpressionWrapper(sees(ticket), output_field=BooleanField())
    return list(found.annotate(sees=may_see).order_by("pk"))


def offered(words: str, *, ticket: Ticket, by: User) -> list[Any]:
    """Colleagues of `by` to call on the ticket, who may see it and whose name or address has the words, with their
    handles; at most MOST_OFFERED."""
    found = staff_with_handles().filter(sees(ticket)).filter(known_on(ticket, by)).exclude(pk=by.pk)
    if words:
        found = found.with_words(words)
    return list(found.order_by("name", "pk")[:MOST_OFFERED])
