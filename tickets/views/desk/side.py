"""What stands beside a conversation, as plain values: the parts of the side are printed once for the same ones."""

from typing import Any

from django.utils.translation import gettext as _

from helpdesk.accounts.capabilities import Capability
from helpdesk.accounts.models import Team, User
from helpdesk.core import readable
from helpdesk.core.retelling import retold
from tickets.enums import Priority, Score, Status
from tickets.forms.criteria import PRIORITY_WORDS, person_word
from tickets.models import Participant, Ticket
from tickets.queries.ticket_page import MOST_OTHERS, Person, contacts_of, follow_ups, merged_into, other_tickets

RATING_KINDS = {Score.BAD: "bad", Score.SO_SO: "warn", Score.GOOD: "good"}


def side(
    ticket: Ticket, user: User, teams: list[Team], people: list[Person], participants: list[Participant]
) -> dict[str, Any]:
    """The context of templates/tickets/desk/_side.html. `people` are those the ticket may be given to."""
    others, followed = other_tickets(ticket, user=user), seen_by(ticket.follow_up_of, user)
    sees_customers = user.can(Capability.SEE_CUSTOMERS)
    return {
        "state": _state(ticket, teams, people),
        "customer": _customer(ticket, participants),
        "rating": _rating(ticket),
        "present": [_present(each) for each in participants],
        "others": [linked(other) for other in others[:MOST_OTHERS]],
        "more_others": person_word(ticket.requester) if len(others) > MOST_OTHERS and sees_customers else "",
        "follow_ups": [linked(each) for each in follow_ups(ticket, user=user)],
        "follows": linked(followed),
        "merged": [each._asdict() for each in merged_into(ticket) if each.is_seen],
        "sees_customers": sees_customers,
    }


def _state(ticket: Ticket, teams: list[Team], people: list[Person]) -> dict[str, Any]:
    assignees = {str(person.pk): str(person) for person in people}
    if ticket.assignee:
        assignees.setdefault(str(ticket.assignee.pk), str(ticket.assignee))
    queues = {str(team.pk): str(team) for team in teams if team.is_active or team.pk == ticket.team_id}
    if ticket.team:
        queues.setdefault(str(ticket.team.pk), str(ticket.team))
    return {
        "number": ticket.number,
        "status": ticket.status,
        "statuses": [(each.value, str(each.label)) for each in Status],
        "priority": PRIORITY_WORDS[ticket.priority],
        "priorities": [(PRIORITY_WORDS[each.value], str(each.label)) for each in Priority],
        "assignee": str(ticket.assignee_id or ""),
        "assignees": [("", _("Nobody")), *assignees.items()],
        "assignee_name": str(ticket.assignee or "–"),
        "team": str(ticket.team_id or ""),
        "teams": [("", _("No team")), *queues.items()],
        "team_name": str(ticket.team or "–"),
        "tags": ", ".join(ticket.tags),
    }


def _customer(ticket: Ticket, participants: list[Participant]) -> dict[str, Any]:
    """Who asks and how they are reached, and everybody's addresses to which mail fails, in one statement."""
    asking = ticket.requester
    points = contacts_of([asking.pk, *(each.user_id for each in participants)])
    return {
        "name": str(asking),
        "organisation": ticket.organisation.name if ticket.organisation else "",
        "contacts": [
            {"kind": point.get_kind_display(), "value": point.value} for point in points if point.user_id == asking.pk
        ],
        "bounced": [
            {"address": point.value, "reason": retold(point.bounce_reason)}
            for point in points
            if point.bounced_at is not None
        ],
        "time_zone": asking.time_zone,
        "notes": asking.notes,
        "opened": ticket.created_at.isoformat(timespec="seconds"),
        "opened_full": readable.full_moment(ticket.created_at),
        "opened_text": readable.moment(ticket.created_at),
        "channel": ticket.get_channel_display(),
    }


def _rating(ticket: Ticket) -> dict[str, str] | None:
    """What the requester said last of how it was resolved."""
    if ticket.rating is None:
        return None
    score = Score(ticket.rating)
    return {
        "kind": RATING_KINDS[score],
        "label": str(score.label),
        "words": getattr(ticket, "rating_words", None) or "",
    }


def _present(participant: Participant) -> dict[str, Any]:
    return {"pk": participant.pk, "name": str(participant.user), "email": participant.user.email or ""}


def linked(ticket: Ticket | None) -> dict[str, Any] | None:
    """What a link to a ticket shows; None for none."""
    return {"number": ticket.number, "subject": ticket.subject, "status": ticket.status} if ticket else None


def seen_by(ticket: Ticket | None, user: User) -> Ticket | None:
    """The ticket that another one points at; a contractor may not see it, and then is not told."""
    if ticket is None or user.can(Capability.SEE_ALL_TICKETS):
        return ticket
    return Ticket.objects.visible_to(user).filter(pk=ticket.pk).first()
