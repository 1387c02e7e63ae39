"""One ticket."""

from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from helpdesk.accounts.actions.personal import choose_order
from helpdesk.accounts.requests import StaffRequest
from helpdesk.core.decorators import staff_required
from helpdesk.core.http import see_other
from helpdesk.core.retrying import retrying
from helpdesk.notifications.actions.reading import read_about
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


@staff_required
@require_POST
def order(request: StaffRequest, number: int) -> HttpResponse:
    """Conversations newest or oldest first from now on; leads back to this one."""
    found = load(request, number)
    newest_first = request.POST.get("order") == "newest"
    retrying(lambda: choose_order(person=request.user, newest_first=newest_first, by=request.user))
    return see_other(request, reverse("desk:ticket", args=[found.number]))


@staff_required
@require_POST
def reading(request: StaffRequest, number: int) -> HttpResponse:
    """The page stands before them, says the page: their notices of this ticket are read."""
    found = load(request, number)
    retrying(lambda: read_about(subject=found, by=request.user))
    return HttpResponse(status=204)
