"""What the cards of people and organisations show of their tickets, and what a merger moves."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from helpdesk.accounts.capabilities import Capability
from helpdesk.accounts.models import Organisation, User
from helpdesk.accounts.registries import (
    MergerPart,
    Panel,
    acquaintances,
    merger_parts,
    organisation_panels,
    person_panels,
)
from helpdesk.core.paging import Page
from helpdesk.core.registries import frames
from tickets.actions import customers
from tickets.forms.criteria import person_word
from tickets.models import Ticket
from tickets.permissions import can_open_for_customer
from tickets.queries.customers import people_on_tickets, tickets_of_organisation, tickets_of_person
from tickets.views.cabinet.frame import frame as cabinet_frame
from tickets.views.desk.frame import frame

CURSOR = "tickets"
"""The word of a card's address that says which page of the tickets is shown."""


def register() -> None:
    """Called once when the program starts."""
    frames.register("desk", frame)
    frames.register("cabinet", cabinet_frame)
    acquaintances.register("tickets", people_on_tickets)
    template = "tickets/desk/_tickets_of_customer.html"
    # The ticket page shows other tickets of the requester by itself.
    person_panels.register("tickets", Panel(template, _of_person, beside_tickets=False))
    organisation_panels.register("tickets", Panel(template, _of_organisation))
    merger_parts.register(
        "tickets", MergerPart(_("Tickets"), customers.count_asked, customers.move_asked, customers.give_back_asked)
    )
    merger_parts.register(
        "taking part",
        MergerPart(
            _("Takes part in"),
            customers.count_taking_part,
            customers.move_taking_part,
            customers.give_back_taking_part,
        ),
    )


def _of_person(person: User, user: User, words: Mapping[str, str]) -> dict[str, Any]:
    page = tickets_of_person(person, user, words.get(CURSOR, ""))
    query = {"requester": person_word(person)}
    email = person.email if person.is_customer and person.is_active else None
    return _values(page, user, query) | {"new_url": _new_url(user, email)}


def _of_organisation(organisation: Organisation, user: User, words: Mapping[str, str]) -> dict[str, Any]:
    page = tickets_of_organisation(organisation, user, words.get(CURSOR, ""))
    return _values(page, user, {"organisation": organisation.name}) | {"new_url": ""}


def _values(page: Page[Ticket], user: User, query: dict[str, str]) -> dict[str, Any]:
    all_url = f"{reverse('desk:tickets')}?{urlencode({'status': 'any', **query})}"
    return {
        "rows": page.rows,
        "newer_url": f"?{CURSOR}={page.newer}#tickets" if page.newer else "",
        "older_url": f"?{CURSOR}={page.older}#tickets" if page.older else "",
        "all_url": all_url if user.can(Capability.SEE_CUSTOMERS) else "",
    }


def _new_url(user: User, email: str | None) -> str:
    if not email or not can_open_for_customer(user):
        return ""
    return f"{reverse('desk:new_ticket')}?{urlencode({'email': email})}"
