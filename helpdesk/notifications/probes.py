"""What the health page is told about the outbox."""

from datetime import datetime

from django.db.models import Count, Min, Q
from django.utils import timezone

from helpdesk.core.registries import QueueState
from helpdesk.notifications.breakers import resting_routes
from helpdesk.notifications.enums import DeliveryState
from helpdesk.notifications.models import Delivery


def outbox_state() -> QueueState:
    """Waiting: queued or in hand. Failed: what needs a person. Oldest: how long the longest overdue row is overdue."""
    now = timezone.now()
    open_states = [DeliveryState.QUEUED, DeliveryState.SENDING]
    waiting = Delivery.objects.filter(state__in=open_states).aggregate(
        count=Count("pk"), oldest=Min("due_at", filter=Q(due_at__lte=now))
    )
    return QueueState(
        waiting=waiting["count"],
        failed=Delivery.objects.needing_a_person().order_by().count(),
        oldest_seconds=_age(waiting["oldest"], now),
    )


def outbox_parts() -> dict[str, QueueState]:
    """By route: what is due there and waits. Routes with nothing due are left out."""
    now = timezone.now()
    due = Delivery.objects.filter(state=DeliveryState.QUEUED, due_at__lte=now).order_by()
    rows = due.values_list("route").annotate(count=Count("pk"), oldest=Min("due_at"))
    return {
        route: QueueState(waiting=count, failed=0, oldest_seconds=_age(oldest, now)) for route, count, oldest in rows
    }


def resting_state() -> QueueState:
    """Waiting: rows behind ways out that rest. Failed: how many ways rest. Oldest: the longest wait behind them."""
    now = timezone.now()
    routes = resting_routes()
    behind = Delivery.objects.filter(state=DeliveryState.QUEUED, route__in=routes).aggregate(
        count=Count("pk"), oldest=Min("created_at")
    )
    return QueueState(waiting=behind["count"], failed=len(routes), oldest_seconds=_age(behind["oldest"], now))


def _age(since: datetime | None, now: datetime) -> float:
    return max(0.0, (now - since).total_seconds()) if since else 0.0
