"""What the page of an entry shows of its doors and temporary accesses: at the desk, and to the customer."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from helpdesk.accounts.models import User
from helpdesk.accounts.registries import Panel
from vpn.hosting.connectors import connectors
from vpn.hosting.enums import OVER
from vpn.hosting.models import Entry, EntryDoor, TemporaryAccess
from vpn.hosting.permissions import can_keep_vault
from vpn.hosting.queries.facts import shown
from vpn.hosting.registries import cabinet_panels, entry_panels

SHOWN = 20
"""Temporary accesses, latest first."""


def register() -> None:
    """Called once when the program starts."""
    entry_panels.register("doors", Panel("vpn/hosting/desk/_doors.html", _of_entry))
    cabinet_panels.register("temporary", Panel("vpn/hosting/cabinet/_temporary.html", _of_customer))


def _of_entry(entry: Entry, user: User, words: Mapping[str, str]) -> dict[str, Any] | None:
    doors = list(EntryDoor.objects.visible_to(user).kept().filter(entry=entry).order_by("pk"))
    number = words.get("ticket", "")
    keeps = can_keep_vault(user)
    if not doors and not keeps:
        return None
    known = connectors()
    return {
        "entry": entry,
        "doors": [
            {
                "door": each,
                "facts": shown(each),
                "label": known[each.connector].label if each.connector in known else "",
            }
            for each in doors
        ],
        "accesses": _latest(entry, user),
        "keeps": keeps,
        "over": OVER,
        "query": f"?{urlencode({'ticket': number})}" if number.isascii() and number.isdigit() else "",
    }


def _of_customer(entry: Entry, user: User, words: Mapping[str, str]) -> dict[str, Any] | None:
    found = _latest(entry, user)
    return {"accesses": found} if found else None


def _latest(entry: Entry, user: User) -> list[TemporaryAccess]:
    found = TemporaryAccess.objects.visible_to(user).without_given().filter(entry=entry)
    return list(found.select_related("for_whom", "ticket")[:SHOWN])
