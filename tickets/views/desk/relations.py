"""Linking a ticket to another, and taking a link away."""

from functools import partial

from django.http import HttpResponse, QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from helpdesk.accounts.requests import StaffRequest
from helpdesk.core.decorators import staff_required
from helpdesk.core.errors import Refused
from helpdesk.core.http import see_other
from tickets.actions.relations import link, unlink
from tickets.enums import Relation
from tickets.models import Ticket, TicketLink
from tickets.queries.ticket_page import ticket_for
from tickets.views.desk.page import act, load

PARENT, MERGE = "parent", "merge"
"""What may be chosen beside the kinds of links: the same link the other way round, and merging."""


@staff_required
@require_POST
def relations(request: StaffRequest, number: int) -> HttpResponse:
    """Link to the ticket `number` as `kind`; `merge` leads to the question."""
    found = load(request, number)
    if request.POST.get("kind") == MERGE:
        asked = QueryDict(mutable=True)
        asked["into"] = request.POST.get("number", "")
        return see_other(request, f"{reverse('desk:merge', args=[number])}?{asked.urlencode()}")
    return act(request, found, partial(_link, request, found))


@staff_required
@require_POST
def relation_removal(request: StaffRequest, number: int, pk: int) -> HttpResponse:
    """Take the link away, if it is still there."""
    found = load(request, number)
    return act(request, found, partial(_unlink, request, found, pk))


def numbered(request: StaffRequest, word: str) -> Ticket | None:
    """The ticket of a number as people type it, if this person may know of it."""
    word = word.strip().lstrip("#")
    is_number = word.isascii() and word.isdigit() and len(word) < 19
    return ticket_for(request.user, number=int(word)) if is_number else None


def _link(request: StaffRequest, ticket: Ticket) -> None:
    kind, other = request.POST.get("kind", ""), numbered(request, request.POST.get("number", ""))
    if other is None:
        raise Refused(_("There is no ticket with that number that you can see."))
    if kind == PARENT:
        link(source=other, target=ticket, kind=Relation.CHILD, by=request.user)
    else:
        link(source=ticket, target=other, kind=kind, by=request.user)


def _unlink(request: StaffRequest, ticket: Ticket, pk: int) -> None:
    found = TicketLink.objects.visible_to(request.user).of(ticket).select_related("source", "target")
    for each in found.filter(pk=pk).order_by("pk"):
        unlink(link=each, by=request.user)
