"""What health and metrics see of directories."""

from django.utils import timezone

from helpdesk.accounts.directory.models import Directory
from helpdesk.core.registries import QueueState

PATIENCE = 3
"""So many whole rounds may be missed before a directory counts as not read."""


def directories_state() -> QueueState:
    """Waiting: directories that are read. Failed: whose last run failed or stopped, or that have not been read wholly
    for three rounds. Oldest: since when the one with the longest silence has not been read wholly, in seconds."""
    now, failed, ages = timezone.now(), 0, []
    rows = Directory.objects.active().filter(approved_at__isnull=False)
    for directory in rows:
        age = (now - (directory.read_at or directory.approved_at or now)).total_seconds()
        ages.append(age)
        failed += bool(directory.failure) or age > PATIENCE * directory.whole_minutes * 60
    return QueueState(waiting=len(ages), failed=failed, oldest_seconds=max(ages, default=0.0))
