"""A sender who opens tickets by the hundred gets them all into one."""

from datetime import timedelta

from django.conf import settings
from django.utils import timezone

from helpdesk.accounts.models import User
from tickets.models import Ticket


def flooded_ticket(sender: User) -> Ticket | None:
    """The sender's latest ticket when they opened more than MAIL_FLOOD_PER_HOUR within an hour, else None."""
    since = timezone.now() - timedelta(hours=1)
    recent = Ticket.objects.filter(requester=sender, created_at__gt=since, active_at__gt=since)
    limit = settings.MAIL_FLOOD_PER_HOUR
    newest_first = recent.order_by("-active_at", "-pk")
    if not newest_first.order_by()[limit : limit + 1].exists():
        return None
    return newest_first.first()
