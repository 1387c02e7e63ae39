"""What health and metrics see of long work."""

from django.db.models import Count, Min, Q
from django.utils import timezone

from helpdesk.core.registries import QueueState
from helpdesk.work.enums import UNFINISHED, JobState
from helpdesk.work.models import Job


def work_state() -> QueueState:
    """What waits or runs, what has failed and is still kept, and how long the oldest has waited."""
    kept = Job.objects.filter(Q(state__in=sorted(UNFINISHED)) | Q(state=JobState.FAILED, expires_at__isnull=False))
    found = kept.order_by().aggregate(
        waiting=Count("pk", filter=Q(state__in=sorted(UNFINISHED))),
        failed=Count("pk", filter=Q(state=JobState.FAILED)),
        oldest=Min("created_at", filter=Q(state=JobState.WAITING)),
    )
    age = (timezone.now() - found["oldest"]).total_seconds() if found["oldest"] else 0.0
    return QueueState(waiting=found["waiting"], failed=found["failed"], oldest_seconds=age)
