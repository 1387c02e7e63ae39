"""Rows of the list: everything a row shows, as plain values, so that its template only has to print them."""

from datetime import datetime
from typing import Any

from django.urls import reverse

from helpdesk.accounts.models import User
from helpdesk.core import readable
from tickets.enums import Priority, Status
from tickets.forms.criteria import PRIORITY_WORDS
from tickets.models import Ticket

LONGEST = {"subject": 140, "snippet": 100, "name": 40}
MOST_TAGS = 3


def rows_of(tickets: list[Ticket], *, now: datetime) -> list[dict[str, Any]]:
    """One dictionary a ticket; templates look dictionaries up fastest."""
    statuses = {status.value: str(status.label) for status in Status}
    priorities = {priority.value: str(priority.label) for priority in Priority}
    base = reverse("desk:tickets")
    return [
        {
            "number": ticket.number,
            "url": f"{base}{ticket.number}/",
            "subject": _cut(ticket.subject, "subject"),
            "snippet": _cut(ticket.snippet, "snippet"),
            "tags": ticket.tags[:MOST_TAGS],
            "status": ticket.status,
            "status_word": statuses[ticket.status],
            "priority": PRIORITY_WORDS[ticket.priority],
            "priority_word": priorities[ticket.priority],
            "who": _cut(str(ticket.requester), "name"),
            "organisation": _cut(ticket.organisation.name, "name") if ticket.organisation else "",
            "assignee": _face(ticket.assignee),
            "is_fresh": ticket.status in (Status.NEW, Status.OPEN),
            "is_held": ticket.awaits_approval > 0,
            "at": ticket.active_at.isoformat(timespec="seconds"),
            "at_text": readable.moment(ticket.active_at, style="short", now=now),
        }
        for ticket in tickets
    ]


def _face(person: User | None) -> dict[str, Any] | None:
    if person is None:
        return None
    name = str(person)
    return {
        "name": _cut(name, "name"),
        "initials": readable.initials(name),
        "hue": readable.hue(person.email or name),
    }


def _cut(text: str, kind: str) -> str:
    longest = LONGEST[kind]
    return text if len(text) <= longest else f"{text[: longest - 1].rstrip()}…"
