"""Who can see this ticket, and why."""

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.views.decorators.http import require_safe

from helpdesk.accounts.permissions import can_see_access
from helpdesk.accounts.requests import StaffRequest
from helpdesk.core.decorators import staff_required
from helpdesk.core.http import render
from tickets.queries.access import seeing_roles, seers
from tickets.views.desk.frame import frame
from tickets.views.desk.page import load


@staff_required
@require_safe
def ticket_access(request: StaffRequest, number: int) -> HttpResponse:
    """For whoever may read who sees what; 404 for who may not see the ticket itself."""
    found = load(request, number)
    if not can_see_access(request.user):
        raise PermissionDenied
    context = {"ticket": found, "seers": seers(found), "roles": seeing_roles()}
    return render(request, "tickets/desk/access.html", {**context, **frame(request.user)})
