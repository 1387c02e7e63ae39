"""Rows of the list: everything a row shows, as plain values, so that its template only has to print them.

What cannot hold markup is marked as safe: escaping it again would be a third of the time a page takes.
"""

from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.html import escape
from django.utils.safestring import SafeString

from helpdesk.core import readable
from tickets.enums import Priority, Status
from tickets.forms.criteria import PRIORITY_WORDS

LONGEST = {"subject": 120, "snippet": 58, "name": 40}
MOST_TAGS = 3


def rows_of(tickets: list[Any], *, now: datetime) -> list[dict[str, Any]]:
    """One dictionary a row of `queries.list_rows`; templates look dictionaries up fastest."""
    statuses = {status.value: (SafeString(status.value), escape(status.label)) for status in Status}
    priorities = {each.value: (SafeString(PRIORITY_WORDS[each.value]), escape(each.label)) for each in Priority}
    fresh = (Status.NEW.value, Status.OPEN.value)
    base = reverse("desk:tickets")
    rows = []
    for ticket in tickets:
        status, status_word = statuses[ticket.status]
        priority, priority_word = priorities[ticket.priority]
        rows.append(
            {
                "number": SafeString(ticket.number),
                "url": SafeString(f"{base}{ticket.number}/"),
                "subject": _cut(ticket.subject, "subject"),
                "snippet": _cut(ticket.snippet, "snippet"),
                "tags": ticket.tags[:MOST_TAGS],
                "status": status,
                "status_word": status_word,
                "priority": priority,
                "priority_word": priority_word if ticket.priority != Priority.NORMAL else "",
                "who": _cut(ticket.requester__name or ticket.requester__email or "", "name"),
                "organisation": _cut(ticket.organisation__name or "", "name"),
                "assignee": _face(ticket) if ticket.assignee_id else None,
                "is_fresh": ticket.status in fresh,
                "is_held": ticket.awaits_approval > 0,
                "at": SafeString(ticket.active_at.isoformat(timespec="minutes")),
                "at_text": readable.moment(ticket.active_at, style="short", now=now),
            }
        )
    return rows


def _face(ticket: Any) -> dict[str, Any]:
    name = ticket.assignee__name or ticket.assignee__email or f"#{ticket.assignee_id}"
    return {
        "name": _cut(name, "name"),
        "initials": readable.initials(name),
        "hue": SafeString(readable.hue(ticket.assignee__email or name)),
    }


def _cut(text: str, kind: str) -> str:
    longest = LONGEST[kind]
    return text if len(text) <= longest else f"{text[: longest - 1].rstrip()}…"
