"""Tickets like this one."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.decorators.http import require_safe

from helpdesk.accounts.requests import StaffRequest
from helpdesk.core.decorators import staff_required
from helpdesk.core.errors import Away
from helpdesk.core.http import render, wants_fragment
from tickets.models import Ticket
from tickets.queries.similar import similar_tickets
from tickets.views.desk.frame import frame
from tickets.views.found_lines import lines_of


@staff_required
@require_safe
def similar(request: StaffRequest, number: int) -> HttpResponse:
    """Others that speak of the same, beside the ticket; without JavaScript a page with them and a search within it."""
    ticket = get_object_or_404(Ticket.objects.visible_to(request.user), number=number)
    found, refusal = [], ""
    try:
        found = similar_tickets(request.user, ticket)
    except Away as away:
        refusal = str(away)
    lines = lines_of(found, now=timezone.now(), url_name="desk:ticket")
    context = {"number": number, "lines": lines, "refusal": refusal}
    if not wants_fragment(request):
        context |= frame(request.user)
    return render(request, "tickets/desk/similar.html", context, fragment="panel")
