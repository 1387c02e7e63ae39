"""Whose ticket it is."""

from functools import cache
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from helpdesk.accounts.capabilities import Capability
from helpdesk.accounts.models import Team
from helpdesk.core.errors import Refused
from tickets.actions.changing import Change, Facts, change_one
from tickets.enums import Status
from tickets.models import Ticket

if TYPE_CHECKING:
    from helpdesk.accounts.models import User


@transaction.atomic
def assign(*, ticket: Ticket, by: "User", assignee: "User | None") -> Ticket:
    """Give the ticket to somebody who works tickets, or to nobody. A new ticket becomes open.

    Raises NotAllowed, Refused."""
    return change_one(ticket, by=by, change=to_assignee(assignee))


@transaction.atomic
def hand_to_team(*, ticket: Ticket, by: "User", team: Team | None) -> Ticket:
    """Move the ticket to another team's queue; whoever had it keeps it only as a member of that team."""
    return change_one(ticket, by=by, change=to_team(team))


def to_assignee(assignee: "User | None") -> Change:
    """The change that `assign` makes."""

    def make(ticket: Ticket) -> Facts | None:
        ensure_takes_tickets(assignee)
        before, after = ticket.assignee_id, assignee.pk if assignee else None
        if after == before:
            return None
        ticket.assignee = assignee
        if assignee and ticket.status == Status.NEW:
            ticket.status = Status.OPEN
        return {"before": before, "after": after}

    return Change(verb="assigned", columns=("assignee", "status"), make=make)


def to_team(team: Team | None) -> Change:
    """The change that `hand_to_team` makes. Who belongs to the team is asked once, however many tickets it is."""

    @cache
    def members() -> frozenset[int]:
        return frozenset(team.members.values_list("pk", flat=True)) if team else frozenset()

    def make(ticket: Ticket) -> Facts | None:
        ensure_takes_queue(team)
        before, after, had_it = ticket.team_id, team.pk if team else None, ticket.assignee_id
        if after == before:
            return None
        ticket.team = team
        facts: Facts = {"before": before, "after": after}
        if team and had_it and had_it not in members():
            ticket.assignee = None
            facts["unassigned"] = had_it
        return facts

    return Change(verb="team_changed", columns=("team", "assignee"), make=make)


def ensure_takes_tickets(person: "User | None") -> None:
    """Raises Refused for somebody who does not work tickets."""
    if person is not None and not person.can(Capability.WORK_TICKETS):
        raise Refused(_("%(name)s does not work tickets: choose somebody else.") % {"name": person})


def ensure_takes_queue(team: Team | None) -> None:
    """Raises Refused for a team that is switched off."""
    if team is not None and not team.is_active:
        raise Refused(_("The team “%(team)s” is switched off: choose another.") % {"team": team})
