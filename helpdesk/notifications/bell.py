"""The bell: how many unread notices somebody has, on the pages they have open."""

from collections.abc import Collection

from django.db.models import Count

from helpdesk.notifications.live import bus
from helpdesk.notifications.models import Notice

CHANNEL = "person"
EVENT = "notices"
COUNTED = 100
"""Counted up to here, and then said as `99+`."""


def shown(count: int) -> str:
    """What stands beside the bell; "" for nothing."""
    return f"{COUNTED - 1}+" if count >= COUNTED else str(count or "")


def tell_pages_of(people: Collection[int]) -> None:
    """Let the open pages of these people say how many notices they have, once the transaction has committed."""
    if not people:
        return
    unread = Notice.objects.unread().filter(person__in=people, is_listed=True).order_by("person")
    counts = dict(unread.values_list("person").annotate(Count("pk")))
    for person in sorted(people):
        bus.publish(f"{CHANNEL}:{person}", EVENT, shown(counts.get(person, 0)))
