"""What this room knows of a person's access: which tickets they see."""

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from helpdesk.accounts.capabilities import Capability
from helpdesk.accounts.models import User
from helpdesk.accounts.registries import Access, AccessPart, access_parts
from tickets.models import Ticket, Watcher

MOST = 1000
"""Counted so far."""


def register() -> None:
    """Called once when the program starts."""
    access_parts.register(
        "tickets", AccessPart(gettext_lazy("Tickets"), tickets, gettext_lazy("They see no ticket at all."))
    )


def tickets(person: User) -> list[Access]:
    """Which they see by what; how many, where it is theirs alone."""
    watched = _count(Watcher.objects.filter(user=person))
    if person.can(Capability.SEE_ALL_TICKETS):
        found = [Access(_("Every ticket"), _("Their role sees every ticket."))]
    elif person.can(Capability.ENTER_DESK):
        assigned = _count(Ticket.objects.filter(assignee=person))
        found = [Access(_("Tickets of the queues that are open to them"), _("Listed above."))]
        found.append(Access(_("Assigned: %(count)s") % {"count": assigned}, _("Whoever has a ticket sees it.")))
    elif person.can(Capability.ENTER_CABINET):
        found = _of_customer(person)
    else:
        return []
    if watched != "0":
        found.append(Access(_("Watched: %(count)s") % {"count": watched}, _("They get notices of what they may see.")))
    return found


def _of_customer(person: User) -> list[Access]:
    asked = _count(Ticket.objects.filter(requester=person))
    taking_part = _count(person.participations.filter(is_active=True))
    found = [
        Access(_("Asked: %(count)s") % {"count": asked}, _("Whoever asked sees it.")),
        Access(_("Takes part in: %(count)s") % {"count": taking_part}, _("Let into the conversation.")),
    ]
    if person.can(Capability.SEE_ORGANISATION_TICKETS) and person.organisation_id is not None:
        url = reverse("people:organisation", args=[person.organisation_id])
        found.append(Access(_("Every request of their organisation"), _("Their role follows them all."), url=url))
    return found


def _count(found: object) -> str:
    number = found.order_by()[: MOST + 1].count()  # type: ignore[attr-defined]
    return str(number) if number <= MOST else f"{MOST}+"
