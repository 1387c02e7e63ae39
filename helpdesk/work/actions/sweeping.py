"""Ringing for what nobody has in hand, and clearing away what nobody fetched."""

from django.core.files.storage import default_storage
from django.db import transaction
from django.utils import timezone

from helpdesk.work.models import Job

MOST = 100


def waiting() -> list[int]:
    """The keys of jobs to ring for, eldest first."""
    return list(Job.objects.claimable().order_by("pk").values_list("pk", flat=True)[:MOST])


@transaction.atomic
def clear_expired() -> int:
    """Jobs past their time go, with their files; returns how many. A file whose row could not be deleted in the end is
    missed by nobody: it had expired."""
    past = Job.objects.filter(expires_at__lt=timezone.now()).order_by("pk")
    jobs = list(past.select_for_update(skip_locked=True, of=("self",))[:MOST])
    for job in jobs:
        if job.file:
            default_storage.delete(job.file)
    Job.objects.filter(pk__in=[job.pk for job in jobs]).delete()
    return len(jobs)
