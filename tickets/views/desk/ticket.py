"""One ticket."""

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from helpdesk.accounts.requests import StaffRequest
from helpdesk.core.decorators import staff_required
from tickets.forms.composer import COMPOSERS
from tickets.permissions import can_work
from tickets.views.desk.composer import blank
from tickets.views.desk.page import load, show


@staff_required
@require_safe
def ticket(request: StaffRequest, number: int) -> HttpResponse:
    """The conversation with all that belongs to it; `?compose=` chooses what is written, `?before=` pages back."""
    found = load(request, number)
    kind = request.GET.get("compose", "")
    allowed = kind in COMPOSERS and (kind == "note" or can_work(request.user, found))
    before = request.GET.get("before", "")
    is_key = before.isascii() and before.isdigit() and len(before) < 19
    return show(request, found, form=blank(kind, found) if allowed else None, before=int(before) if is_key else 0)
