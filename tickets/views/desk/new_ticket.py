"""A ticket for a customer who phoned or came by."""

from functools import partial
from typing import Any
from uuid import uuid4

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from helpdesk.accounts.actions.people import find_or_create_by_address
from helpdesk.accounts.requests import StaffRequest
from helpdesk.core.decorators import staff_required
from helpdesk.core.errors import Refused
from helpdesk.core.http import SeeOther, render
from helpdesk.core.retrying import retrying
from tickets.actions.files import read_uploads
from tickets.actions.opening import open_for_customer
from tickets.forms.described import SHOW
from tickets.forms.new_ticket import NewTicketForm
from tickets.models import Ticket
from tickets.permissions import can_open_for_customer
from tickets.queries.definitions import current_definitions
from tickets.views.desk.frame import frame
from tickets.views.desk.relations import numbered


@staff_required
@require_http_methods(["GET", "HEAD", "POST"])
def new_ticket(request: StaffRequest) -> HttpResponse:
    """The form; a good POST opens the ticket and leads to it, a refused one shows the form again with 422. One that
    asks to `show` what is asked in a category gives the form for it; so do the words of the address."""
    if not can_open_for_customer(request.user):
        raise PermissionDenied
    definitions = current_definitions()
    if request.method != "POST" or SHOW in request.POST:
        asked, known = (request.POST, {}) if request.method == "POST" else (request.GET, _known(request))
        known["key"] = uuid4()
        return _form(request, NewTicketForm(by=request.user, definitions=definitions, asked=asked, initial=known))
    form = NewTicketForm(request.POST, request.FILES, by=request.user, definitions=definitions)
    if form.is_valid():
        try:
            return SeeOther(reverse("desk:ticket", args=[retrying(partial(_open, request, form)).number]))
        except Refused as refusal:
            form.add_error(None, str(refusal))
    return _form(request, form, status=422)


def _known(request: StaffRequest) -> dict[str, Any]:
    """What the ticket to follow up says beforehand, where the address has the number of one as `follows`."""
    followed = numbered(request, request.GET.get("follows", ""))
    if followed is None:
        return {}
    return {
        "follows": followed.number,
        "email": followed.requester.email,
        "subject": followed.subject,
        "team": followed.team_id,
    }


def _open(request: StaffRequest, form: NewTicketForm) -> Ticket:
    said = form.cleaned_data
    return open_for_customer(
        requester=find_or_create_by_address(address=said["email"], name=said["name"]),
        by=request.user,
        subject=said["subject"],
        text=said["body"],
        team=said["team"],
        priority=said["priority"],
        assignee=request.user if said["is_mine"] else None,
        files=read_uploads(said["attachments"]),
        category=form.category_word,
        fields=form.said,
        follow_up_of=said["follows"],
        idempotency_key=str(said["key"]),
    )


def _form(request: StaffRequest, form: NewTicketForm, *, status: int = 200) -> HttpResponse:
    """The page; to htmx, which asks for the fields of what was chosen, these alone."""
    context = {"form": form, "fields_url": reverse("desk:new_ticket"), **frame(request.user)}
    return render(request, "tickets/desk/new_ticket.html", context, fragment="described", status=status)
