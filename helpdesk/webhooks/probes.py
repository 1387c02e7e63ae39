"""What health and metrics see of hooks."""

from django.db.models import Count, Min, Q
from django.utils import timezone

from helpdesk.core.registries import QueueState
from helpdesk.webhooks.enums import UNFINISHED, EventState
from helpdesk.webhooks.models import Event


def events_state() -> QueueState:
    """What waits, what was given up and is still kept, and for how long the oldest is due."""
    found = Event.objects.filter(Q(state__in=sorted(UNFINISHED)) | Q(state=EventState.FAILED)).aggregate(
        waiting=Count("pk", filter=Q(state__in=sorted(UNFINISHED))),
        failed=Count("pk", filter=Q(state=EventState.FAILED)),
        oldest=Min("created_at", filter=Q(state__in=sorted(UNFINISHED))),
    )
    age = (timezone.now() - found["oldest"]).total_seconds() if found["oldest"] else 0.0
    return QueueState(waiting=found["waiting"], failed=found["failed"], oldest_seconds=age)
