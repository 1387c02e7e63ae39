"""What health, metrics and the watch see of temporary accesses."""

from django.db.models import Case, Count, F, Min, Q, When
from django.utils import timezone

from helpdesk.core.registries import QueueState
from vpn.hosting.enums import AccessState
from vpn.hosting.models import TemporaryAccess


def accesses_state() -> QueueState:
    """What is to be made or removed by now, what somebody was alarmed about, and for how long the oldest is due."""
    now = timezone.now()
    due = Q(state__in=[AccessState.WAITING, AccessState.ENDING]) | Q(state=AccessState.ACTIVE, until__lte=now)
    since = Case(
        When(state=AccessState.WAITING, then=F("created_at")),
        When(end_asked_at__isnull=False, then=F("end_asked_at")),
        default=F("until"),
    )
    found = (
        TemporaryAccess.objects.live()
        .filter(due)
        .aggregate(waiting=Count("pk"), failed=Count("pk", filter=Q(told_at__isnull=False)), oldest=Min(since))
    )
    age = max(0.0, (now - found["oldest"]).total_seconds()) if found["oldest"] else 0.0
    return QueueState(waiting=found["waiting"], failed=found["failed"], oldest_seconds=age)
