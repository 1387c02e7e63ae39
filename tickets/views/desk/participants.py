"""Who takes part in a conversation."""

from functools import partial

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from helpdesk.accounts.requests import StaffRequest
from helpdesk.core.decorators import staff_required
from helpdesk.core.errors import Refused
from tickets.actions.participation import add_by_address, remove
from tickets.actions.recipients import read_addresses
from tickets.models import Participant, Ticket
from tickets.views.desk.page import act, load


@staff_required
@require_POST
def participants(request: StaffRequest, number: int) -> HttpResponse:
    """Let whoever has the address `email` take part."""
    found = load(request, number)
    return act(request, found, partial(_add, request, found))


@staff_required
@require_POST
def participant_removal(request: StaffRequest, number: int, pk: int) -> HttpResponse:
    """End somebody's part in the conversation; 404 when they have none."""
    found = load(request, number)
    part = get_object_or_404(Participant.objects.select_related("user"), ticket=found, pk=pk, is_active=True)
    return act(request, found, partial(remove, ticket=found, by=request.user, person=part.user))


def _add(request: StaffRequest, ticket: Ticket) -> None:
    addresses = read_addresses(request.POST.get("email", ""))
    if not addresses:
        raise Refused(_("Write the e-mail address of the person to add."))
    for each in addresses:
        add_by_address(ticket=ticket, by=request.user, address=each.address)
