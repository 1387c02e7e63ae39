"""What became of a key, as its person reads it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from helpdesk.journal.models import Entry
from helpdesk.journal.registries import verbs
from vpn.models import Key

SHOWN = 50


@dataclass(frozen=True, slots=True)
class HistoryLine:
    """Who did what to the key. `address`: from where, of what its person did, or whoever had a link to it."""

    at: datetime
    who: str
    what: Any
    address: str


def lines_of(key: Key) -> list[HistoryLine]:
    """The latest first, in one statement. Whoever may see the key may read them: they say nothing of other things."""
    entries = Entry.objects.about(key).select_related("actor").order_by("-pk")[:SHOWN]
    return [_line(entry, key) for entry in entries if entry.verb in verbs]


def _line(entry: Entry, key: Key) -> HistoryLine:
    is_theirs = entry.actor_id in (None, key.device.owner_id)
    who = str(entry.actor) if entry.actor else _("The program")
    return HistoryLine(entry.at, who, verbs[entry.verb].label, str(entry.address or "") if is_theirs else "")
