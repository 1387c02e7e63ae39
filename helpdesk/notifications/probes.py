"""What the health page is told about the outbox."""

from datetime import datetime
from functools import partial

from django.db.models import Count, Min, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from helpdesk.core.arrivals import arrivals_in
from helpdesk.core.registries import QueueProbe, QueueState, queue_probes
from helpdesk.notifications.breakers import resting_routes
from helpdesk.notifications.enums import Channel, DeliveryState
from helpdesk.notifications.models import Delivery, Waiting

CHANNELS = (
    (Channel.EMAIL, _("Outgoing: letters")),
    (Channel.PUSH, _("Outgoing: to browsers")),
    (Channel.GATEWAY, _("Outgoing: to messengers")),
)


def outbox_state(channel: Channel | None = None) -> QueueState:
    """Of one channel or of all. Waiting: queued or in hand. Failed: what needs a person. Oldest: how long the longest
    overdue row is overdue."""
    now = timezone.now()
    rows = Delivery.objects.filter(**({"channel": channel} if channel else {}))
    waiting = rows.filter(state__in=[DeliveryState.QUEUED, DeliveryState.SENDING]).aggregate(
        count=Count("pk"), oldest=Min("due_at", filter=Q(due_at__lte=now))
    )
    return QueueState(
        waiting=waiting["count"],
        failed=rows.needing_a_person().order_by().count(),
        oldest_seconds=_age(waiting["oldest"], now),
    )


def notices_state() -> QueueState:
    """Waiting: notices that are not in the outbox yet, many of them for quiet hours or a digest. Oldest: how long the
    longest overdue one is overdue. Failed: none."""
    now = timezone.now()
    waiting = Waiting.objects.aggregate(count=Count("pk"), oldest=Min("due_at", filter=Q(due_at__lte=now)))
    return QueueState(waiting=waiting["count"], failed=0, oldest_seconds=_age(waiting["oldest"], now))


def register() -> None:
    """The outbox, each channel of it, ways out that rest, and what is not in it yet."""
    everything = QueueProbe(_("Outgoing mail"), outbox_state, arrivals=arrivals_in(Delivery), parts=outbox_parts)
    queue_probes.register("outbox", everything)
    for channel, label in CHANNELS:
        probe = QueueProbe(label, partial(outbox_state, channel), arrivals=arrivals_in(Delivery, channel=channel))
        queue_probes.register(f"outbox_{channel}", probe)
    queue_probes.register("outbox_resting", QueueProbe(_("Ways out that rest"), resting_state))
    queue_probes.register("notices", QueueProbe(_("Notices"), notices_state, arrivals=arrivals_in(Waiting)))


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
