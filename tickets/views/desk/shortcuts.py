"""What the keyboard does."""

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from helpdesk.accounts.requests import StaffRequest
from helpdesk.core.decorators import staff_required
from helpdesk.core.http import render, wants_fragment
from tickets.views.desk.frame import frame


@staff_required
@require_safe
def shortcuts(request: StaffRequest) -> HttpResponse:
    """The list of keys; to htmx the dialog that shows it."""
    context = {} if wants_fragment(request) else frame(request.user)
    return render(request, "tickets/desk/shortcuts.html", context, fragment="dialog")
