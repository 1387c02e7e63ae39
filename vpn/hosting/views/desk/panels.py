"""What cards of customers and the side of a ticket show of the vault, and its links in the menus."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from helpdesk.accounts.models import Organisation, User
from helpdesk.accounts.registries import Panel, organisation_panels, person_panels
from helpdesk.core.registries import CabinetCard, RailLink, cabinet_cards, cabinet_links, desk_links
from vpn.hosting.permissions import can_enter_vault, can_keep_vault, can_see_vault
from vpn.hosting.queries.entries import BESIDE, entries_beside

TEMPLATE = "vpn/hosting/desk/_panel.html"


def register() -> None:
    """Called once when the program starts."""
    organisation_panels.register("access", Panel(TEMPLATE, _of_organisation))
    person_panels.register("access", Panel(TEMPLATE, _of_person))
    desk_links.register("access", RailLink(_("Access vault"), "access:entries", can_enter_vault))
    cabinet_links.register("access", RailLink(_("Access"), "vault:entries", _has_company))
    cabinet_cards.register(
        "access",
        CabinetCard(
            title=_("Access to your servers"),
            text=_("What we keep to get in, who looked at it and why."),
            url_name="vault:entries",
            icon="lock",
            is_for=_has_company,
        ),
    )


def _has_company(user: User) -> bool:
    return user.organisation_id is not None


def _of_person(person: User, user: User, words: Mapping[str, str]) -> dict[str, Any] | None:
    return _of_organisation(person.organisation, user, words) if person.organisation else None


def _of_organisation(organisation: Organisation, user: User, words: Mapping[str, str]) -> dict[str, Any] | None:
    if not can_see_vault(user):
        return None
    rows = entries_beside(user, organisation)
    number = words.get("ticket", "")
    ticket = {"ticket": number} if number.isascii() and number.isdigit() else {}
    named = {"organisation": organisation.name}
    new_url = f"{reverse('access:new_entry')}?{urlencode(named)}" if can_keep_vault(user) else ""
    return {
        "rows": rows[:BESIDE],
        "query": f"?{urlencode(ticket)}" if ticket else "",
        "all_url": f"{reverse('access:entries')}?{urlencode(named | ticket)}" if rows else "",
        "new_url": new_url,
        "link_url": f"{reverse('access:links')}?{urlencode(ticket)}" if ticket else "",
    }
