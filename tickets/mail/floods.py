"""A sender who opens tickets by the hundred gets them all into one."""

from collections import Counter
from datetime import timedelta

from django.conf import settings
from django.utils import timezone

from helpdesk.accounts.models import User
from tickets.models import Ticket

_opened: Counter[tuple[int, int]] = Counter()
"""How many tickets this process opened for a sender in an hour of the clock; asks the database only about the busy."""

FREQUENT = 10


def flooded_ticket(sender: User) -> Ticket | None:
    """The sender's latest ticket when they opened more than MAIL_FLOOD_PER_HOUR within an hour, else None."""
    now = timezone.now()
    hour = int(now.timestamp()) // 3600
    _opened[(sender.pk, hour)] += 1
    if _opened[(sender.pk, hour)] + _opened[(sender.pk, hour - 1)] <= min(FREQUENT, settings.MAIL_FLOOD_PER_HOUR):
        return None
    _forget_before(hour - 1)
    since = now - timedelta(hours=1)
    recent = Ticket.objects.filter(requester=sender, created_at__gt=since, active_at__gt=since)
    limit = settings.MAIL_FLOOD_PER_HOUR
    if not recent.order_by()[limit : limit + 1].exists():
        return None
    return recent.order_by("-active_at", "-pk").first()


def _forget_before(hour: int) -> None:
    for key in [key for key in _opened if key[1] < hour]:
        del _opened[key]
