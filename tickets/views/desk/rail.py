"""The rail alone, for pages that were told that its counters may be others by now."""

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from helpdesk.accounts.requests import StaffRequest
from helpdesk.core.decorators import staff_required
from helpdesk.core.http import render
from tickets.views.desk.frame import frame


@staff_required
@require_safe
def rail(request: StaffRequest) -> HttpResponse:
    """What stands in the rail now, whichever page it stands on."""
    return render(request, "tickets/desk/rail.html", frame(request.user))
