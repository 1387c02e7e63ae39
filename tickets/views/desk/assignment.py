"""Whose ticket it is: a person, a team."""

from functools import partial

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from helpdesk.accounts.requests import StaffRequest
from helpdesk.core.decorators import staff_required
from helpdesk.core.errors import Refused
from tickets.actions.assignment import assign, hand_to_team
from tickets.models import Ticket
from tickets.queries import colleagues_for, teams_for
from tickets.views.desk.choices import chosen
from tickets.views.desk.page import act, load


@staff_required
@require_POST
def assignment(request: StaffRequest, number: int) -> HttpResponse:
    """Give the ticket to `assignee` (a person's key), to nobody when it is empty, to oneself when it is `me`."""
    found = load(request, number)
    return act(request, found, partial(_assign, request, found))


@staff_required
@require_POST
def team(request: StaffRequest, number: int) -> HttpResponse:
    """Put the ticket into the queue of `team` (a team's key), into nobody's when it is empty."""
    found = load(request, number)
    return act(request, found, partial(_hand_over, request, found))


def _assign(request: StaffRequest, ticket: Ticket) -> None:
    word = request.POST.get("assignee", "")
    known = colleagues_for(request.user)
    person = request.user if word == "me" else chosen(known, word)
    if word and person is None:
        raise Refused(_("There is nobody like that to give the ticket to."))
    assign(ticket=ticket, by=request.user, assignee=person)


def _hand_over(request: StaffRequest, ticket: Ticket) -> None:
    word = request.POST.get("team", "")
    queue = chosen(teams_for(request.user), word)
    if word and queue is None:
        raise Refused(_("There is no such team."))
    hand_to_team(ticket=ticket, by=request.user, team=queue)
