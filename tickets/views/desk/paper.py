"""A ticket's conversation as a file."""

from functools import partial

from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_POST

from helpdesk.accounts.requests import StaffRequest
from helpdesk.core.decorators import staff_required
from helpdesk.core.errors import Refused
from helpdesk.core.http import see_other
from helpdesk.core.retrying import retrying
from tickets.actions.paper import ask_for_conversation
from tickets.paper import PDF, conversation_pdf, messages_for
from tickets.views.desk.page import load, refuse

AT_ONCE = 50
"""So many messages are set while the browser waits; more are work for a worker."""


@staff_required
@require_POST
def paper(request: StaffRequest, number: int) -> HttpResponse:
    """A PDF for the customer, or with `notes` one for the house; long ones lead to the page of the work."""
    ticket = load(request, number)
    with_notes = "notes" in request.POST
    if messages_for(ticket, request.user, with_notes=with_notes)[: AT_ONCE + 1].count() <= AT_ONCE:
        made = conversation_pdf(ticket, request.user, with_notes=with_notes)
        return HttpResponse(made, content_type=PDF, headers=named(number))
    try:
        job = retrying(partial(ask_for_conversation, ticket=ticket, by=request.user, with_notes=with_notes))
    except Refused as refusal:
        return refuse(request, ticket, str(refusal))
    return see_other(request, reverse("desk:work", args=[job.pk]))


def named(number: int) -> dict[str, str]:
    """It is kept, not shown."""
    return {"Content-Disposition": f'attachment; filename="{number}.pdf"'}
