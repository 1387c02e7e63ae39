"""What is watched of messages that go out by themselves at their time, and of news that nobody is told yet."""

from django.db.models import Count, Min, Q
from django.utils import timezone

from helpdesk.core.registries import QueueState
from tickets.models import KeptDraft, PieceOfNews


def planned_state() -> QueueState:
    """Waiting: messages planned for later, and those that are due. Oldest: since when the first is due and has not
    gone. Failed: none; what could not be sent is a draft again, and its author is told."""
    now = timezone.now()
    planned = KeptDraft.objects.scheduled().order_by().aggregate(count=Count("pk"), first=Min("send_at"))
    late = (now - planned["first"]).total_seconds() if planned["first"] else 0.0
    return QueueState(waiting=planned["count"], failed=0, oldest_seconds=max(0.0, late))


def news_state() -> QueueState:
    """Waiting: what happened and was not spread yet. Oldest: since when, where it may not be taken back any more.
    Failed: none."""
    now = timezone.now()
    told = Q(message=None) | Q(message__held_until=None) | Q(message__held_until__lte=now)
    news = PieceOfNews.objects.order_by().aggregate(count=Count("pk"), first=Min("happened_at", filter=told))
    age = (now - news["first"]).total_seconds() if news["first"] else 0.0
    return QueueState(waiting=news["count"], failed=0, oldest_seconds=max(0.0, age))
