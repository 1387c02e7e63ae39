"""Hits of the search as plain values, for the desk and the cabinet."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.urls import reverse

from helpdesk.core import readable
from tickets.enums import MessageKind, Status
from tickets.queries.found import FoundMessage


def lines_of(
    found: Sequence[FoundMessage], *, now: datetime, url_name: str, words: Mapping[str, Any] | None = None
) -> list[dict[str, Any]]:
    """One dictionary a hit; its link leads to the message. `words` are those for a status where they are others."""
    return [
        {
            "number": each.ticket.number,
            "url": f"{reverse(url_name, args=[each.ticket.number])}#m{each.message.pk}",
            "subject": each.subject,
            "snippet": each.snippet,
            "file": each.file,
            "status": each.ticket.worked_on().status,
            "status_word": str((words or {}).get(each.ticket.worked_on().status) or Status(each.ticket.status).label),
            "who": each.message.from_name or str(each.message.author),
            "organisation": each.ticket.organisation.name if each.ticket.organisation else "",
            "is_note": each.message.kind == MessageKind.NOTE,
            "at": each.message.created_at.isoformat(timespec="seconds"),
            "at_text": readable.moment(each.message.created_at, style="short", now=now),
        }
        for each in found
    ]
