"""What long work keeps of a person who is erased."""

from functools import partial

from django.core.files.storage import default_storage
from django.db import transaction

from helpdesk.core.erasing import Erased
from helpdesk.work.enums import JobState
from helpdesk.work.models import Job


def forget(erased: Erased) -> None:
    """In the caller's transaction. Files that lie ready may name the person, and go with their jobs: whoever needs one
    asks for it anew. What is being written is begun again by the next worker."""
    jobs = list(Job.objects.select_for_update(of=("self",)).order_by("pk"))
    names = [job.file for job in jobs if job.file]
    for name in names:
        transaction.on_commit(partial(default_storage.delete, name))
    Job.objects.filter(pk__in=[job.pk for job in jobs if job.file]).delete()
    running = Job.objects.filter(state=JobState.RUNNING)
    running.update(state=JobState.WAITING, lease_until=None)
    for job in Job.objects.order_by("pk"):
        asked, reason = erased.out_of_value(job.asked), erased.out_of(job.reason)[:500]
        if (asked, reason) != (job.asked, job.reason):
            Job.objects.filter(pk=job.pk).update(asked=asked, reason=reason)
