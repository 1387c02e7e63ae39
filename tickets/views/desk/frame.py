"""What stands round every page of the desk: the rail with its counters and the person."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from helpdesk.accounts.models import User
from helpdesk.core import readable
from tickets.queries import COUNTED, VIEWS, counters


def view_title(view: str) -> str:
    """What people call a view of the list."""
    return {"mine": _("Mine"), "team": _("My teams"), "unassigned": _("Unassigned"), "all": _("All tickets")}[view]


def frame(user: User, *, current: str = "") -> dict[str, Any]:
    """The context that templates/desk.html reads, in one statement. `current` is the view that is being shown."""
    counted = counters(user)
    address = reverse("desk:tickets")
    items = [
        {
            "label": view_title(view),
            "url": address if view == "all" else f"{address}?view={view}",
            "count": _shown(counted[view]),
            "current": view == current,
            "hot": False,
        }
        for view in VIEWS
    ]
    name = str(user)
    return {
        "rail": [{"title": _("Tickets"), "items": items}],
        "person": {
            "name": name,
            "initials": readable.initials(name),
            "hue": readable.hue(user.email or name),
        },
        "query": "",
    }


def _shown(count: int) -> str:
    return f"{COUNTED - 1}+" if count >= COUNTED else str(count or "")
