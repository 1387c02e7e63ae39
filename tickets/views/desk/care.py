"""Who watches a ticket, who has it to themselves, until when it is put aside, and its way out of the archive."""

from functools import partial

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from helpdesk.accounts.requests import StaffRequest
from helpdesk.core.decorators import staff_required
from helpdesk.core.errors import Refused
from tickets.actions import archiving, holding, snoozing, watching
from tickets.forms.snooze import SnoozeForm
from tickets.models import Ticket
from tickets.queries import colleagues_for
from tickets.queries.ticket_page import LAST
from tickets.views.desk.choices import chosen
from tickets.views.desk.page import act, load, refuse


@staff_required
@require_POST
def watchers(request: StaffRequest, number: int) -> HttpResponse:
    """Let `person` (a colleague's key, or `me`) watch."""
    found = load(request, number)
    return act(request, found, partial(_watch, request, found))


@staff_required
@require_POST
def watcher_removal(request: StaffRequest, number: int, pk: int) -> HttpResponse:
    """End the watching of the person with this key; of nobody else, and nothing where they do not watch."""
    found = load(request, number)
    return act(request, found, partial(_unwatch, request, found, pk))


@staff_required
@require_POST
def snooze(request: StaffRequest, number: int) -> HttpResponse:
    """Put the ticket aside: `until`, and `moment` where that says so."""
    found, form = load(request, number), SnoozeForm(request.POST)
    if not form.is_valid():
        return refuse(request, found, form.first_error)
    until = form.cleaned_data["at"]
    return act(request, found, partial(snoozing.snooze, ticket=found, by=request.user, until=until))


@staff_required
@require_POST
def waking(request: StaffRequest, number: int) -> HttpResponse:
    """Bring the ticket back before its time."""
    found = load(request, number)
    return act(request, found, partial(snoozing.wake, ticket=found, by=request.user))


@staff_required
@require_POST
def lock(request: StaffRequest, number: int) -> HttpResponse:
    """Have the ticket to oneself."""
    found = load(request, number)
    return act(request, found, partial(holding.take, ticket=found, by=request.user))


@staff_required
@require_POST
def unlock(request: StaffRequest, number: int) -> HttpResponse:
    """Let it go."""
    found = load(request, number)
    return act(request, found, partial(holding.let_go, ticket=found, by=request.user))


@staff_required
@require_POST
def takeover(request: StaffRequest, number: int) -> HttpResponse:
    """Have it instead of whoever had it."""
    found = load(request, number)
    return act(request, found, partial(holding.take_over, ticket=found, by=request.user))


@staff_required
@require_POST
def unarchiving(request: StaffRequest, number: int) -> HttpResponse:
    """Take the ticket out of the archive."""
    found = load(request, number)
    return act(request, found, partial(archiving.take_out, ticket=found, by=request.user))


def _watch(request: StaffRequest, ticket: Ticket) -> None:
    word = request.POST.get("person", "")
    person = request.user if word == "me" else chosen(colleagues_for(request.user), word)
    if person is None:
        raise Refused(_("There is nobody like that to watch the ticket."))
    watching.watch(ticket=ticket, by=request.user, person=person)


def _unwatch(request: StaffRequest, ticket: Ticket, key: int) -> None:
    found = ticket.watchers.filter(user=min(key, LAST)).select_related("user").first()
    if found is not None:
        watching.unwatch(ticket=ticket, by=request.user, person=found.user)
