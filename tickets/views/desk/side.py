"""What stands beside a conversation, as plain values: the parts of the side are printed once for the same ones."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from helpdesk.accounts.capabilities import Capability
from helpdesk.accounts.models import Team, User
from helpdesk.core import readable
from helpdesk.core.retelling import retold
from tickets.enums import Priority, Relation, Score, Status
from tickets.forms.criteria import PRIORITY_WORDS, person_word
from tickets.models import Participant, Ticket
from tickets.permissions import can_read_journal
from tickets.queries.definitions import definitions_for
from tickets.queries.ticket_page import MOST_OTHERS, Person, contacts_of, merged_into, other_tickets, related
from tickets.views.desk.conversation import Conversation
from tickets.views.desk.described import described

MOST_ABSENT = 20
LINKING = (
    (Relation.RELATED.value, gettext_lazy("see also")),
    (Relation.DUPLICATE.value, gettext_lazy("duplicate of")),
    (Relation.CHILD.value, gettext_lazy("child of")),
    ("parent", gettext_lazy("parent of")),
    ("merge", gettext_lazy("merge into…")),
)
"""The choices of the form: what this ticket is to another."""

RATING_KINDS = {Score.BAD: "bad", Score.SO_SO: "warn", Score.GOOD: "good"}


def side(
    ticket: Ticket, user: User, teams: list[Team], said: Conversation, everybody: list[Participant]
) -> dict[str, Any]:
    """The context of templates/tickets/desk/_side.html. `everybody` are all participants, the inactive as well."""
    participants = [each for each in everybody if each.is_active]
    others, followed = other_tickets(ticket, user=user), seen_by(ticket.follow_up_of, user)
    sees_customers, audits = user.can(Capability.SEE_CUSTOMERS), can_read_journal(user)
    return {
        "state": {**_state(ticket, teams, said.people), "history": _history("ticket", ticket.number) if audits else ""},
        "described": described(ticket, definitions_for(ticket)),
        "customer": {**_customer(ticket, participants), **_histories(ticket, audits=audits)},
        "rating": _rating(ticket),
        "asking": {"name": str(ticket.requester), "email": ticket.requester.email or ""},
        "present": [_present(each, ticket) for each in participants],
        "absent": [_present(each, ticket) for each in everybody if not each.is_active][:MOST_ABSENT],
        "watching": _watching(ticket, user, said),
        "others": [linked(other) for other in others[:MOST_OTHERS]],
        "more_others": person_word(ticket.requester) if len(others) > MOST_OTHERS and sees_customers else "",
        "links": _links(ticket, followed, user),
        "kinds": [(value, str(word)) for value, word in LINKING],
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
        "pk": asking.pk,
        "name": str(asking),
        "organisation": ticket.organisation.name if ticket.organisation else "",
        "organisation_pk": ticket.organisation_id or 0,
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


def _present(participant: Participant, ticket: Ticket) -> dict[str, Any]:
    """`organisation` is named only where it is another than the ticket's."""
    person = participant.user
    is_other = person.organisation_id is not None and person.organisation_id != ticket.organisation_id
    return {
        "pk": participant.pk,
        "name": str(person),
        "email": person.email or "",
        "organisation": str(person.organisation) if is_other else "",
    }


def _histories(ticket: Ticket, *, audits: bool) -> dict[str, str]:
    """Where auditors read what happened to the customer and to their organisation."""
    organisation = ticket.organisation_id if audits else None
    return {
        "history": _history("person", ticket.requester_id) if audits else "",
        "organisation_history": _history("organisation", organisation) if organisation else "",
    }


def _history(thing: str, number: int) -> str:
    return f"{reverse('desk:journal')}?thing={thing}&number={number}"


def _watching(ticket: Ticket, user: User, said: Conversation) -> dict[str, Any]:
    """Who watches, and the colleagues who could be asked to."""
    watching = {person.pk for person in said.watchers}
    return {
        "number": ticket.number,
        "me": user.pk,
        "people": [{"pk": person.pk, "name": str(person)} for person in said.watchers],
        "choices": [
            ("", _("Add a colleague")),
            *((str(person.pk), str(person)) for person in said.people if person.pk not in watching),
        ],
    }


def _links(ticket: Ticket, followed: Ticket | None, user: User) -> list[dict[str, Any]]:
    """The tickets that have to do with this one, as far as the reader may know of them."""
    merged = [each for each in merged_into(ticket) if each.is_seen]
    lines = [
        {"word": _("merged here"), "number": each.number, "subject": each.subject, "status": "", "what": "merge"}
        for each in merged
    ]
    if followed:
        lines.append({**linked(followed), "word": _("follows up"), "what": ""})
    for other in related(ticket, user=user):
        told = linked(other)
        if other.is_follow_up:  # type: ignore[attr-defined]
            lines.append({**told, "word": _("followed up by"), "what": ""})
        for link in other.its_links:  # type: ignore[attr-defined]
            points = link["source"] == ticket.pk
            is_split = link["kind"] == Relation.SPLIT
            what = "link" if not is_split else "split" if points else ""
            word = Relation.word(link["kind"], points=points)
            lines.append({**told, "word": word, "what": what, "pk": link["pk"]})
    return lines


def linked(ticket: Ticket) -> dict[str, Any]:
    """What a link to a ticket shows."""
    return {"number": ticket.number, "subject": ticket.subject, "status": ticket.status}


def seen_by(ticket: Ticket | None, user: User) -> Ticket | None:
    """The ticket that another one points at; a contractor may not see it, and then is not told."""
    if ticket is None or user.can(Capability.SEE_ALL_TICKETS):
        return ticket
    return Ticket.objects.visible_to(user).filter(pk=ticket.pk).first()
