"""Where a ticket stands, how urgent it is, what it is tagged."""

from functools import partial

from django.http import HttpResponse
from django.views.decorators.http import require_POST

from helpdesk.accounts.requests import StaffRequest
from helpdesk.core.decorators import staff_required
from tickets.actions.status import change_priority, change_status, change_tags
from tickets.forms.criteria import PRIORITY_WORDS
from tickets.views.desk.page import act, load


@staff_required
@require_POST
def status(request: StaffRequest, number: int) -> HttpResponse:
    """Set the status to the word `status`; `confirmed` where the ticket has children that are not finished."""
    found = load(request, number)
    word = request.POST.get("status", "")
    return act(
        request,
        found,
        partial(change_status, ticket=found, by=request.user, status=word, is_confirmed="confirmed" in request.POST),
    )


@staff_required
@require_POST
def priority(request: StaffRequest, number: int) -> HttpResponse:
    """Set the priority to the word `priority`."""
    found = load(request, number)
    values = {word: value for value, word in PRIORITY_WORDS.items()}
    value = values.get(request.POST.get("priority", ""), 0)
    return act(request, found, partial(change_priority, ticket=found, by=request.user, priority=value))


@staff_required
@require_POST
def tags(request: StaffRequest, number: int) -> HttpResponse:
    """Give the ticket exactly the `tags`, separated by commas or white space; what others did to the tags that the
    page showed (`were`) stays."""
    found = load(request, number)
    words, were = (
        request.POST[name].replace(",", " ").split() if name in request.POST else None for name in ("tags", "were")
    )
    return act(request, found, partial(change_tags, ticket=found, by=request.user, tags=words or (), seen=were))
