"""Rows of the list: everything a row shows, as plain values, printed once for the same values."""

from datetime import datetime
from functools import partial
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString

from helpdesk.core import readable
from helpdesk.core.parts import part_of
from tickets.enums import Priority, Status
from tickets.forms.criteria import PRIORITY_WORDS

LONGEST = {"subject": 120, "snippet": 58, "name": 40}
MOST_TAGS = 3
FRESH = (Status.NEW.value, Status.OPEN.value)
TEMPLATE = "tickets/desk/_row.html"


def rows_of(tickets: list[Any], *, now: datetime) -> list[SafeString]:
    """The printed rows of `queries.list_rows`."""
    statuses = {status.value: str(status.label) for status in Status}
    priorities = {each.value: str(each.label) for each in Priority}
    base, today = reverse("desk:tickets"), timezone.localdate(now)
    return [
        part_of(TEMPLATE, (today, ticket), partial(_row, ticket, statuses, priorities, base, now)) for ticket in tickets
    ]


def _row(ticket: Any, statuses: dict[str, str], priorities: dict[int, str], base: str, now: datetime) -> dict[str, Any]:
    return {
        "number": str(ticket.number),
        "url": f"{base}{ticket.number}/",
        "subject": _cut(ticket.subject, "subject"),
        "snippet": _cut(ticket.snippet, "snippet"),
        "tags": ticket.tags[:MOST_TAGS],
        "status": ticket.status,
        "status_word": statuses[ticket.status],
        "priority": PRIORITY_WORDS[ticket.priority],
        "priority_word": priorities[ticket.priority] if ticket.priority != Priority.NORMAL else "",
        "who": _cut(ticket.requester__name or ticket.requester__email or "", "name"),
        "organisation": _cut(ticket.organisation__name or "", "name"),
        "assignee": _face(ticket) if ticket.assignee_id else None,
        "is_fresh": ticket.status in FRESH,
        "is_held": ticket.awaits_approval > 0,
        "is_locked": ticket.locked_by_id is not None,
        "until": readable.until(ticket.snoozed_until, now=now) if ticket.snoozed_until else "",
        "at": ticket.active_at.isoformat(timespec="minutes"),
        "at_text": readable.moment(ticket.active_at, style="short", now=now),
    }


def _face(ticket: Any) -> dict[str, Any]:
    name = ticket.assignee__name or ticket.assignee__email or f"#{ticket.assignee_id}"
    return {
        "name": _cut(name, "name"),
        "initials": readable.initials(name),
        "hue": readable.hue(ticket.assignee__email or name),
    }


def _cut(text: str, kind: str) -> str:
    longest = LONGEST[kind]
    return text if len(text) <= longest else f"{text[: longest - 1].rstrip()}…"
