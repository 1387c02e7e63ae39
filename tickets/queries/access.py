"""Who may see one ticket, and why: `TicketQuerySet.visible_to`, told in words.

Everything that is said comes of `reasons`; whom to ask it about, of `_candidates`. That the two say the same as
`visible_to` for everybody is what their test is for.
"""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Count, Q
from django.utils.translation import gettext_lazy as _

from helpdesk.accounts.capabilities import Capability, role_has
from helpdesk.accounts.enums import Role
from helpdesk.accounts.models import Grant, User
from tickets.models import Ticket


@dataclass(frozen=True, slots=True)
class Reason:
    """Why somebody sees the ticket; until when, if that ends by itself."""

    word: str
    label: Any
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Seer:
    """Somebody who sees the ticket for reasons of their own; `is_told`: they get notices of it besides."""

    person: User
    reasons: list[Reason]
    is_told: bool


@dataclass(frozen=True, slots=True)
class SeeingRole:
    """A role that sees every ticket, and how many active people have it."""

    role: str
    label: Any
    people: int


@dataclass(frozen=True, slots=True)
class Relations:
    """What is known of a ticket's people: keys of those who take part and watch, and the grants of its team."""

    taking_part: frozenset[int]
    watching: frozenset[int]
    granted: dict[int, datetime | None] = field(default_factory=dict)


def relations_of(ticket: Ticket) -> Relations:
    """Three statements."""
    taking_part = ticket.participants.filter(is_active=True).order_by("pk").values_list("user", flat=True)
    watching = ticket.watchers.order_by("pk").values_list("user", flat=True)
    live = Grant.objects.live().filter(team=ticket.team_id or 0).order_by("pk").values_list("contractor", "until")
    return Relations(frozenset(taking_part), frozenset(watching), dict(live))


def reasons(person: User, ticket: Ticket, relations: Relations) -> list[Reason]:
    """Why the person sees the ticket; none where they don't. No statement."""
    if person.can(Capability.SEE_ALL_TICKETS):
        return [Reason("role", _("their role sees every ticket"))]
    if person.can(Capability.ENTER_DESK):
        return _of_desk(person, ticket, relations)
    return _of_cabinet(person, ticket, relations) if person.can(Capability.ENTER_CABINET) else []


def seers(ticket: Ticket) -> list[Seer]:
    """Everybody who sees the ticket, save by a role that sees every one; by name. Four statements."""
    relations = relations_of(ticket)
    found = []
    for person in _candidates(ticket, relations):
        its = reasons(person, ticket, relations)
        if its and not person.can(Capability.SEE_ALL_TICKETS):
            found.append(Seer(person, its, person.pk in relations.watching))
    return found


def seeing_roles() -> list[SeeingRole]:
    """The roles that see every ticket. One statement."""
    roles = [role for role in Role.values if role_has(role, Capability.SEE_ALL_TICKETS)]
    counted = User.objects.active().filter(role__in=roles).order_by("role").values_list("role")
    counts = dict(counted.annotate(count=Count("pk")))
    return [SeeingRole(role, Role(role).label, counts.get(role, 0)) for role in roles]


def _of_desk(person: User, ticket: Ticket, relations: Relations) -> list[Reason]:
    found = []
    if person.pk in relations.granted:
        until = relations.granted[person.pk]
        found.append(Reason("grant", _("the queue of its team is open to them"), until))
    if ticket.assignee_id == person.pk:
        found.append(Reason("assignee", _("it is assigned to them")))
    return found


def _of_cabinet(person: User, ticket: Ticket, relations: Relations) -> list[Reason]:
    found = []
    if ticket.requester_id == person.pk:
        found.append(Reason("requester", _("they asked it")))
    if person.pk in relations.taking_part:
        found.append(Reason("participant", _("they take part in the conversation")))
    follows = person.can(Capability.SEE_ORGANISATION_TICKETS) and person.organisation_id is not None
    if follows and ticket.organisation_id == person.organisation_id:
        found.append(Reason("organisation", _("they see every request of their organisation")))
    return found


def _candidates(ticket: Ticket, relations: Relations) -> list[User]:
    """Everybody for whom there may be a reason of their own."""
    named = {ticket.requester_id, ticket.assignee_id, *relations.taking_part, *relations.granted} - {None}
    follow = [role for role in Role.values if role_has(role, Capability.SEE_ORGANISATION_TICKETS)]
    colleagues = Q(organisation__isnull=False, organisation=ticket.organisation_id, role__in=follow)
    return list(User.objects.active().filter(Q(pk__in=named) | colleagues).order_by("name", "pk"))
