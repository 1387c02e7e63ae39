"""What a row of the list shows of its ticket: facts and the last message, fetched when somebody looks."""

from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.cache import patch_cache_control
from django.utils.text import Truncator
from django.views.decorators.http import require_safe

from helpdesk.accounts.requests import StaffRequest
from helpdesk.core import readable
from helpdesk.core.decorators import staff_required
from helpdesk.core.http import SeeOther, render, wants_fragment
from tickets.enums import MessageKind
from tickets.forms.criteria import PRIORITY_WORDS
from tickets.models import Ticket
from tickets.queries.ticket_page import Last, last_message
from tickets.views.desk.page import load

LONGEST = 600
KEPT_FOR = 10
"""So many seconds a browser keeps it."""


@staff_required
@require_safe
def row_preview(request: StaffRequest, number: int) -> HttpResponse:
    """The card to htmx; everybody else is led to the ticket itself."""
    ticket = load(request, number)
    if not wants_fragment(request):
        return SeeOther(reverse("desk:ticket", args=[number]))
    values = {"preview": _values(ticket, last_message(ticket))}
    response = render(request, "tickets/desk/row_preview.html", values)
    patch_cache_control(response, private=True, max_age=KEPT_FOR)
    return response


def _values(ticket: Ticket, last: Last | None) -> dict[str, Any]:
    return {
        "number": str(ticket.number),
        "subject": ticket.subject,
        "status": ticket.status,
        "priority": PRIORITY_WORDS[ticket.priority],
        "requester": str(ticket.requester),
        "organisation": str(ticket.organisation or ""),
        "team": str(ticket.team or ""),
        "assignee": str(ticket.assignee or ""),
        "text": Truncator(last.text).chars(LONGEST) if last else "",
        "author": last.author if last else "",
        "is_note": bool(last and last.kind == MessageKind.NOTE),
        "at": last.at.isoformat(timespec="minutes") if last else "",
        "at_text": readable.moment(last.at, style="long") if last else "",
    }
