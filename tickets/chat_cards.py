"""Tickets that are named in the chat, as cards."""

import re
from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING

from django.urls import reverse

from helpdesk.chat.registries import Card, CardSource, cards
from tickets.models import Ticket

if TYPE_CHECKING:
    from helpdesk.accounts.models import User

SIGN = "#"
PATH = re.compile(r"/desk/tickets/([0-9]{1,18})/?")


def register() -> None:
    """Called once when the program starts."""
    cards.register("ticket", CardSource(SIGN, PATH, cards_of))


def cards_of(reader: "User", numbers: Collection[str]) -> Mapping[str, Card]:
    """Of the tickets with these numbers those that the reader may see, by what was written; one statement."""
    written = {number: int(number) for number in numbers}
    found = Ticket.objects.visible_to(reader).filter(number__in=set(written.values())).select_related("assignee")
    by_number = {ticket.number: ticket for ticket in found.order_by("pk")}
    return {word: _card(by_number[number]) for word, number in written.items() if number in by_number}


def _card(ticket: Ticket) -> Card:
    return Card(
        url=reverse("desk:ticket", args=[ticket.number]),
        label=f"{SIGN}{ticket.number}",
        title=ticket.subject,
        status=ticket.status,
        note=str(ticket.assignee or ""),
    )
