"""Whether a held message may count."""

from functools import partial

from django.http import HttpResponse
from django.views.decorators.http import require_POST

from helpdesk.accounts.requests import StaffRequest
from helpdesk.core.decorators import staff_required
from tickets.actions.participation import approve, refuse
from tickets.views.desk.page import act, load, load_message


@staff_required
@require_POST
def approval(request: StaffRequest, pk: int) -> HttpResponse:
    """Let the message and its author into the conversation, or with `decision=refuse` leave them out."""
    message = load_message(request, pk)
    decide = refuse if request.POST.get("decision") == "refuse" else approve
    ticket = load(request, message.ticket.number)
    decision = partial(decide, message=message, by=request.user)
    if ticket.is_merged:  # it was decided on another ticket's page
        return act(request, load(request, ticket.worked_on().number), decision, moves=True)
    return act(request, ticket, decision, changed=message)
