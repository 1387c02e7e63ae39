"""What the keyboard does."""

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from helpdesk.accounts.requests import StaffRequest
from helpdesk.core.decorators import staff_required
from helpdesk.core.http import render, wants_fragment
from helpdesk.core.keyboard import USUAL, keys_with
from tickets.views.desk.frame import frame


@staff_required
@require_safe
def shortcuts(request: StaffRequest) -> HttpResponse:
    """The list of keys; to htmx the dialog that shows it."""
    keys = keys_with(request.user.own_keys)
    context = {
        "keys": [{"key": key, "label": USUAL[usual]} for usual, key in keys.items() if key],
        "has_keys": request.user.has_keys,
        **({} if wants_fragment(request) else frame(request.user)),
    }
    return render(request, "tickets/desk/shortcuts.html", context, fragment="dialog")
