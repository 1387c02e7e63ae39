"""Requests as short lines, as plain values."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.urls import reverse

from helpdesk.accounts.models import User
from helpdesk.core import readable
from tickets.models import Ticket
from tickets.views.cabinet.frame import STATUS_WORDS


def lines_of(tickets: list[Ticket], *, user: User, now: datetime) -> list[dict[str, Any]]:
    """One dictionary a request; `who` only where somebody else asked."""
    return [
        {
            "number": ticket.number,
            "url": reverse("cabinet:request", args=[ticket.number]),
            "subject": ticket.subject,
            # What was said a moment ago may yet be taken back.
            "snippet": "" if (now - ticket.active_at).total_seconds() < settings.SEND_UNDO_SECONDS else ticket.snippet,
            "who": "" if ticket.requester_id == user.pk else str(ticket.requester),
            "status": ticket.worked_on().status,
            "status_word": STATUS_WORDS[ticket.worked_on().status],
            "at": ticket.active_at.isoformat(timespec="seconds"),
            "at_text": readable.moment(ticket.active_at, style="relative", now=now),
        }
        for ticket in tickets
    ]
