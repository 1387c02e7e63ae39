"""Whose ticket it is."""

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from helpdesk.accounts.capabilities import Capability
from helpdesk.accounts.models import Team
from helpdesk.core.errors import Refused
from helpdesk.journal.actions import record
from tickets.actions.locking import locked
from tickets.actions.news import tell_watchers
from tickets.enums import News, Status
from tickets.models import Ticket
from tickets.permissions import ensure_can_work
from tickets.signals import ticket_changed

if TYPE_CHECKING:
    from helpdesk.accounts.models import User


@transaction.atomic
def assign(*, ticket: Ticket, by: "User", assignee: "User | None") -> Ticket:
    """Give the ticket to somebody who works tickets, or to nobody. A new ticket becomes open.

    Raises NotAllowed, Refused."""
    ticket = locked(ticket)
    ensure_can_work(by, ticket)
    if assignee is not None and not assignee.can(Capability.WORK_TICKETS):
        raise Refused(_("%(name)s does not work tickets: choose somebody else.") % {"name": assignee})
    after = assignee.pk if assignee else None
    if after == ticket.assignee_id:
        return ticket
    before = ticket.assignee_id
    ticket.assignee = assignee
    if assignee and ticket.status == Status.NEW:
        ticket.status = Status.OPEN
    ticket.save(update_fields=["assignee", "status"])
    record(verb="assigned", subject=ticket, by=by, before=before, after=after)
    tell_watchers(ticket, News.CHANGED, verb="assigned", by=by, after=after)
    ticket_changed.send(sender=Ticket, ticket=ticket, change="assigned")
    return ticket


@transaction.atomic
def hand_to_team(*, ticket: Ticket, by: "User", team: Team | None) -> Ticket:
    """Move the ticket to another team's queue; whoever had it keeps it only as a member of that team."""
    ticket = locked(ticket)
    ensure_can_work(by, ticket)
    if team is not None and not team.is_active:
        raise Refused(_("The team “%(team)s” is switched off: choose another.") % {"team": team})
    after = team.pk if team else None
    if after == ticket.team_id:
        return ticket
    before, had_it = ticket.team_id, ticket.assignee_id
    ticket.team = team
    if team and had_it and not team.members.filter(pk=had_it).exists():
        ticket.assignee = None
    ticket.save(update_fields=["team", "assignee"])
    facts = {"unassigned": had_it} if had_it and ticket.assignee_id is None else {}
    record(verb="team_changed", subject=ticket, by=by, before=before, after=after, **facts)
    tell_watchers(ticket, News.CHANGED, verb="team_changed", by=by, after=after)
    ticket_changed.send(sender=Ticket, ticket=ticket, change="team_changed")
    return ticket
