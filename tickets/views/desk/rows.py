"""Rows of the list: everything a row shows, as plain values, printed once for the same values."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from types import MappingProxyType
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString

from helpdesk.core import readable
from helpdesk.core.parts import part_of
from tickets.enums import Channel, Priority, Status
from tickets.forms.criteria import PRIORITY_WORDS

LONGEST = {"subject": 120, "snippet": 58, "name": 40}
MOST_TAGS = 3
FRESH = (Status.NEW.value, Status.OPEN.value)
TEMPLATE = "tickets/desk/_row.html"


@dataclass(frozen=True, slots=True)
class Shape:
    """What all rows of a list have in common."""

    columns: tuple[str, ...]
    can_choose: bool
    now: datetime


def rows_of(
    tickets: list[Any], *, shape: Shape, here: Mapping[int, list[dict[str, str]]] = MappingProxyType({})
) -> list[SafeString]:
    """The printed rows of `queries.list_rows`; `here` are who is on which of them (`presence.beside`)."""
    words: dict[str, dict[Any, str]] = {
        "status": {status.value: str(status.label) for status in Status},
        "priority": {each.value: str(each.label) for each in Priority},
        "channel": {channel.value: str(channel.label) for channel in Channel},
    }
    base, facts = reverse("desk:tickets"), (timezone.localdate(shape.now), shape.columns, shape.can_choose)
    return [
        part_of(TEMPLATE, (*facts, people, ticket), partial(_row, ticket, people, shape, words, base))
        for ticket in tickets
        for people in [here.get(ticket.number, [])]
    ]


def _row(
    ticket: Any, people: list[dict[str, str]], shape: Shape, words: dict[str, dict[Any, str]], base: str
) -> dict[str, Any]:
    return {
        "people": people,
        "columns": shape.columns,
        "can_choose": shape.can_choose,
        "number": str(ticket.number),
        "url": f"{base}{ticket.number}/",
        "subject": _cut(ticket.subject, "subject"),
        "snippet": _cut(ticket.snippet, "snippet"),
        "tags": ticket.tags[:MOST_TAGS],
        "status": ticket.status,
        "status_word": words["status"][ticket.status],
        "priority": PRIORITY_WORDS[ticket.priority],
        "priority_word": words["priority"][ticket.priority] if ticket.priority != Priority.NORMAL else "",
        "who": _cut(ticket.requester__name or ticket.requester__email or "", "name"),
        "organisation": _cut(ticket.organisation__name or "", "name"),
        "assignee": _face(ticket) if ticket.assignee_id else None,
        "is_fresh": ticket.status in FRESH,
        "is_held": ticket.awaits_approval > 0,
        "team": _cut(getattr(ticket, "team__name", None) or "", "name"),
        "channel": words["channel"][ticket.channel] if "channel" in shape.columns else "",
        "active": _moment(ticket.active_at, shape.now),
        "created": _moment(ticket.created_at, shape.now) if "created" in shape.columns else None,
        "is_locked": ticket.locked_by_id is not None,
        "until": readable.until(ticket.snoozed_until, now=shape.now) if ticket.snoozed_until else "",
    }


def _moment(at: datetime, now: datetime) -> dict[str, str]:
    return {"at": at.isoformat(timespec="minutes"), "text": readable.moment(at, style="short", now=now)}


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
