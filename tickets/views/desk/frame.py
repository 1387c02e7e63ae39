"""What stands round every page of the desk: the rail with its counters and the person."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from helpdesk.accounts.models import User
from helpdesk.chat.queries import shown_count
from helpdesk.core import readable
from helpdesk.core.registries import desk_links
from helpdesk.notifications import bell
from tickets.models import SavedView
from tickets.permissions import can_read_journal
from tickets.queries import COUNTED, VIEWS, Rail, rail_of
from tickets.screens import DESK


def view_title(view: str) -> str:
    """What people call a view of the list."""
    return {
        "mine": _("Mine"),
        "team": _("My teams"),
        "unassigned": _("Unassigned"),
        "all": _("All tickets"),
        "snoozed": _("Snoozed"),
    }[view]


def saved_view_url(view: SavedView) -> str:
    """The list that the view names."""
    return f"{reverse('desk:tickets')}?{view.criteria}"


def frame(user: User, *, current: str = "", saved_view: int = 0, rail: Rail | None = None) -> dict[str, Any]:
    """The context that templates/desk.html reads, in one statement; in none where `rail` was read before. `current` is
    the view that is being shown, or "people", "chat", "notices" or the name of one of `desk_links`, `saved_view` the
    key of the saved one."""
    counted, saved, unread, said = rail or rail_of(user)
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
    kept = [
        {
            "label": view.name,
            "url": saved_view_url(view),
            "current": view.pk == saved_view,
            "count_id": f"view-{view.pk}",
        }
        for view in saved
    ]
    views_url = reverse("desk:saved_views")
    groups = [
        {"title": _("Tickets"), "url": "", "items": items},
        {"title": _("Saved views"), "url": views_url, "items": kept},
    ]
    groups = [*(groups if kept else groups[:1]), {"title": _("People"), "url": "", "items": _people(said, current)}]
    if reached := _of_rooms_above(user, current):
        groups.append({"title": _("Access"), "url": "", "items": reached})
    name = str(user)
    return {
        "rail": groups,
        "person": {
            "name": name,
            "initials": readable.initials(name),
            "hue": readable.hue(user.email or name),
            "theme": user.theme,
            "page": reverse("desk:me"),
            "journal": reverse("desk:journal") if can_read_journal(user) else "",
        },
        "bell": {"url": reverse("notices:notices"), "count": bell.shown(unread), "current": current == "notices"},
        "query": "",
        "live": f"{DESK}=1",
    }


def _people(said: int, current: str) -> list[dict[str, Any]]:
    chat, book = reverse("chat:chat"), reverse("people:people")
    return [
        {"label": _("Chat"), "url": chat, "count": shown_count(said), "current": current == "chat", "hot": True},
        {"label": _("Address book"), "url": book, "count": "", "current": current == "people", "hot": False},
    ]


def _of_rooms_above(user: User, current: str) -> list[dict[str, Any]]:
    links = [(name, link) for name, link in desk_links.items() if link.is_for(user)]
    return [
        {"label": link.label, "url": reverse(link.url_name), "count": "", "current": name == current, "hot": False}
        for name, link in links
    ]


def _shown(count: int) -> str:
    return f"{COUNTED - 1}+" if count >= COUNTED else str(count or "")
