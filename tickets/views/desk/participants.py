"""Who takes part in a conversation."""

from functools import partial

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from helpdesk.accounts.requests import StaffRequest
from helpdesk.core.decorators import staff_required
from helpdesk.core.errors import Refused
from helpdesk.core.http import render
from tickets.actions.participation import add, add_by_address, remove
from tickets.actions.recipients import read_addresses
from tickets.models import Participant, Ticket
from tickets.queries.ticket_page import people_to_add
from tickets.views.desk.page import act, load

SHORTEST, LONGEST = 2, 100


@staff_required
@require_POST
def participants(request: StaffRequest, number: int) -> HttpResponse:
    """Let whoever has the address `email` take part; somebody of another organisation only with `meant`."""
    found = load(request, number)
    return act(request, found, partial(_add, request, found))


@staff_required
@require_POST
def participant_removal(request: StaffRequest, number: int, pk: int) -> HttpResponse:
    """End somebody's part in the conversation; 404 when they have none."""
    found = load(request, number)
    part = get_object_or_404(_parts(found), pk=pk, is_active=True)
    return act(request, found, partial(remove, ticket=found, by=request.user, person=part.user))


@staff_required
@require_POST
def participant_return(request: StaffRequest, number: int, pk: int) -> HttpResponse:
    """Let somebody take part (again) who was removed, or copied and not let in; 404 for anybody else. Of another
    organisation only with `meant`."""
    found = load(request, number)
    part = get_object_or_404(_parts(found), pk=pk)
    meant = "meant" in request.POST
    return act(request, found, partial(add, ticket=found, by=request.user, person=part.user, is_meant=meant))


@staff_required
@require_safe
def people(request: StaffRequest, number: int) -> HttpResponse:
    """Options for the address field: customers whom this person may know and whose name or address begins so."""
    load(request, number)
    words = " ".join(request.GET.get("email", "").replace("\0", " ").split())[:LONGEST]
    found = people_to_add(request.user, words=words) if len(words) >= SHORTEST else []
    return render(request, "tickets/desk/_people_options.html", {"found": found})


def _parts(ticket: Ticket) -> QuerySet[Participant]:
    return Participant.objects.filter(ticket=ticket).select_related("user")


def _add(request: StaffRequest, ticket: Ticket) -> None:
    addresses = read_addresses(request.POST.get("email", ""))
    if not addresses:
        raise Refused(_("Write the e-mail address of the person to add."))
    for each in addresses:
        add_by_address(ticket=ticket, by=request.user, address=each.address, is_meant="meant" in request.POST)
