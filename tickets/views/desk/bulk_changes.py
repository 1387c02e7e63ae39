"""A change of many tickets: what it did, and its undoing."""

from functools import partial

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_POST, require_safe

from helpdesk.accounts.requests import StaffRequest
from helpdesk.core.decorators import staff_required
from helpdesk.core.errors import NotAllowed, Refused
from helpdesk.core.http import SeeOther, render, wants_fragment
from helpdesk.core.retrying import retrying
from tickets.actions.putting_back import undo
from tickets.models import BulkChange
from tickets.views.desk.frame import frame
from tickets.views.desk.said import said_of
from tickets.views.desk.ticket_list import answer_again, list_of


@staff_required
@require_safe
def bulk_change(request: StaffRequest, pk: int) -> HttpResponse:
    """Which tickets were changed, which were left and why, and a way back."""
    return _page(request, _load(request, pk), address=request.GET.get("list", ""))


@staff_required
@require_POST
def bulk_change_undo(request: StaffRequest, pk: int) -> HttpResponse:
    """Put back those tickets that nobody has changed since. htmx gets the list, others the page of the change."""
    change, address = _load(request, pk), request.POST.get("list", "")
    try:
        undone = retrying(partial(undo, change=change, by=request.user))
    except Refused as refusal:
        status = 403 if isinstance(refusal, NotAllowed) else 422
        return _page(request, change, address=address, refusal=str(refusal), status=status)
    if wants_fragment(request):
        return answer_again(request, address, change=undone)
    return SeeOther(f"{reverse('desk:bulk_change', args=[pk])}?{urlencode({'list': address})}")


def _load(request: StaffRequest, pk: int) -> BulkChange:
    return get_object_or_404(BulkChange.objects.visible_to(request.user), pk=pk)


def _page(
    request: StaffRequest, change: BulkChange, *, address: str, refusal: str = "", status: int = 200
) -> HttpResponse:
    url, params = list_of(address)
    context = {
        "said": said_of(change),
        "numbers": [line["number"] for line in change.done],
        "refusal": refusal,
        "address": f"{url}?{params.urlencode()}".removesuffix("?"),
        **frame(request.user),
    }
    return render(request, "tickets/desk/bulk_change.html", context, status=status)
