"""Merging a ticket into another, and undoing it."""

from functools import partial

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from helpdesk.accounts.requests import StaffRequest
from helpdesk.core.decorators import staff_required
from helpdesk.core.errors import NotAllowed, Refused
from helpdesk.core.http import SeeOther, render
from helpdesk.core.retrying import retrying
from tickets.actions import merging
from tickets.models import Merge, Ticket
from tickets.queries.ticket_page import ticket_for
from tickets.views.desk.frame import frame
from tickets.views.desk.page import act, load
from tickets.views.desk.relations import numbered


@staff_required
@require_http_methods(["GET", "HEAD", "POST"])
def merge(request: StaffRequest, number: int) -> HttpResponse:
    """Show both tickets and ask; then merge this one into the ticket `into` and lead there."""
    source = load(request, number)
    if request.method != "POST":
        return _form(request, source)
    try:
        merged = retrying(partial(_merge, request, source))
    except NotAllowed as refusal:
        return _form(request, source, refusal=str(refusal), status=403)
    except Refused as refusal:
        return _form(request, source, refusal=str(refusal), status=422)
    return SeeOther(reverse("desk:ticket", args=[merged.target.number]))


@staff_required
@require_POST
def unmerge(request: StaffRequest, number: int) -> HttpResponse:
    """The ticket stands alone again; leads to it."""
    source = load(request, number)
    return act(request, source, partial(merging.unmerge, source=source, by=request.user), moves=True)


def _merge(request: StaffRequest, source: Ticket) -> Merge:
    target = _target(request, request.POST.get("into", ""))
    if target is None:
        raise Refused(_("There is no ticket with that number that you can see."))
    return merging.merge(source=source, target=target, by=request.user, is_confirmed="confirmed" in request.POST)


def _target(request: StaffRequest, word: str) -> Ticket | None:
    found = numbered(request, word)
    if found is not None and found.merged_into is not None:  # where it went has to be seen as well
        return ticket_for(request.user, number=found.merged_into.number)
    return found


def _form(request: StaffRequest, source: Ticket, *, refusal: str = "", status: int = 200) -> HttpResponse:
    """The question; what is sure to be refused is said before it is asked."""
    word = request.POST.get("into", request.GET.get("into", ""))
    target = _target(request, word)
    if target is not None:
        try:
            merging.ensure_fit(source=source, target=target)
        except Refused as unfit:
            refusal, target = str(unfit), None
    elif word and not refusal:
        refusal = _("There is no ticket with that number that you can see.")
    context = {
        "source": source,
        "target": target,
        "word": word,
        "refusal": refusal,
        "is_to_confirm": target is not None and merging.is_to_confirm(source=source, target=target),
        **frame(request.user),
    }
    return render(request, "tickets/desk/merge.html", context, status=status)
