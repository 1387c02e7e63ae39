"""A key for the customer of a ticket."""

from functools import partial

from django.http import Http404, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from helpdesk.accounts.requests import StaffRequest
from helpdesk.core.decorators import staff_required
from helpdesk.core.errors import Refused
from helpdesk.core.http import SeeOther, render
from helpdesk.core.registries import frames
from helpdesk.core.retrying import retrying
from tickets.queries.ticket_page import ticket_for
from vpn.actions import requesting
from vpn.forms.asking import AskingForm


@staff_required
@require_http_methods(["GET", "HEAD", "POST"])
def ticket_key(request: StaffRequest, number: int) -> HttpResponse:
    """Ask for a key on behalf of whoever asked on the ticket; administrators decide."""
    ticket = ticket_for(request.user, number=number)
    if ticket is None:
        raise Http404
    back = reverse("desk:ticket", args=[number])
    form = AskingForm(request.POST or None, person=ticket.requester)
    if request.method == "POST" and form.is_valid():
        ask = partial(requesting.ask, person=ticket.requester, by=request.user, ticket=ticket, **form.cleaned_data)
        try:
            retrying(ask)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            return SeeOther(back)
    context = {"form": form, "ticket": ticket, "back": back, **frames["desk"](request.user)}
    return render(request, "vpn/desk/ask.html", context, status=422 if request.method == "POST" else 200)
