"""What a change of many tickets is said to have done."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tickets.models import BulkChange

MOST_NAMED = 3
"""So many refused tickets a toast names; all of them stand on the change's own page."""


def said_of(change: BulkChange) -> dict[str, Any]:
    """What the toast and the page of the change show."""
    is_undone = change.undone_at is not None
    kept = change.left if is_undone else change.refused
    count = len(change.done) - len(change.left if is_undone else [])
    return {
        "text": _text(change.verb, count, is_undone=is_undone),
        "kind": "warn" if kept else "good",
        "refused": [{"number": number, "reason": reason} for number, reason in kept],
        "named": [{"number": number, "reason": reason} for number, reason in kept[:MOST_NAMED]],
        "more": max(0, len(kept) - MOST_NAMED),
        "url": reverse("desk:bulk_change", args=[change.pk]),
        "undo_url": reverse("desk:bulk_change_undo", args=[change.pk]) if change.can_be_undone else "",
        "at": change.undone_at or change.made_at,
    }


def _text(verb: str, count: int, *, is_undone: bool) -> str:
    if is_undone:
        text = ngettext("%(count)d ticket is as it was before.", "%(count)d tickets are as they were before.", count)
        return text % {"count": count}
    what = {
        "assigned": _("Assignee"),
        "team_changed": _("Team"),
        "status_changed": _("Status"),
        "priority_changed": _("Priority"),
        "tags_changed": _("Tags"),
    }[verb]
    text = ngettext("%(what)s: %(count)d ticket changed.", "%(what)s: %(count)d tickets changed.", count)
    return text % {"what": what, "count": count} if count else _("Nothing had to be changed.")
