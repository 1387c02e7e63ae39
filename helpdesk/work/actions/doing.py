"""Doing long work: claimed under a lease, told step by step, ended once."""

import time
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from tempfile import TemporaryFile
from zoneinfo import ZoneInfo, available_timezones

import structlog
from django.conf import settings
from django.core.files.base import File
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext_noop

from helpdesk.core.context import acting_from
from helpdesk.core.crash import crash_point
from helpdesk.core.errors import Refused
from helpdesk.core.retrying import PATIENT, retrying
from helpdesk.work.enums import JobState
from helpdesk.work.models import Job
from helpdesk.work.registries import kinds

log = structlog.get_logger(__name__)
LEASE = timedelta(seconds=60)
TELL_EVERY = 1.0
"""Seconds between two words about the progress: each is a row written."""
MOST_ATTEMPTS = 3
KEPT = timedelta(days=3)
BROKEN = gettext_noop("the work broke off several times; an administrator finds the cause in the log")


class LeaseLost(Exception):
    """Somebody else has the job by now, or it is gone: stop."""


@transaction.atomic(durable=True)
def claim(*, key: int) -> Job | None:
    """The job, leased to this worker; None when it is finished, in other hands or gone. One that broke off too often
    fails instead."""
    found = Job.objects.claimable().select_related("owner").select_for_update(of=("self",), skip_locked=True)
    job = found.filter(pk=key).first()
    if job is None:
        return None
    if job.attempts >= MOST_ATTEMPTS:
        _end(job, JobState.FAILED, reason=BROKEN)
        return None
    job.state, job.attempts, job.lease_until = JobState.RUNNING, job.attempts + 1, timezone.now() + LEASE
    job.done, job.total = 0, None
    job.save(update_fields=["state", "attempts", "lease_until", "done", "total"])
    return job


def do(*, key: int) -> None:
    """Bring the job to its end, unless that is done or being done. Nothing is raised for the job's own fault: it is
    logged, and after the third time the job has failed."""
    job = retrying(lambda: claim(key=key), times=PATIENT)
    if job is None:
        return
    zone = job.owner.time_zone if job.owner.time_zone in available_timezones() else settings.TIME_ZONE
    language = job.owner.language or settings.LANGUAGE_CODE
    with (
        acting_from("task", request_id=f"job-{job.pk}"),
        translation.override(language),
        timezone.override(ZoneInfo(zone)),
    ):
        try:
            _write(job)
        except LeaseLost:
            log.warning("job_taken_over", job=job.pk)
        except Refused as refusal:
            reason = str(refusal)
            retrying(lambda: fail(job=job, reason=reason), times=PATIENT)


def _write(job: Job) -> None:
    kind = kinds[job.kind]
    with TemporaryFile() as out:
        progress = _Progress(job)
        kind.write(job, out, progress)
        progress.tell_now()
        crash_point("job_written")
        size = out.tell()
        out.seek(0)
        # A name of its own for each attempt: nobody overwrites what another hands out.
        name = default_storage.save(f"work/{job.pk}-{job.attempts}", File(out))
    try:
        retrying(lambda: finish(job=job, name=name, size=size), times=PATIENT)
    except LeaseLost:
        default_storage.delete(name)
        raise


@dataclass(slots=True)
class _Progress:
    """Keeps what was told, and writes it down every second."""

    job: Job
    done: int = 0
    total: int | None = None
    told_at: float = field(default_factory=time.monotonic)

    def __call__(self, done: int, total: int | None) -> None:
        self.done, self.total = done, total
        if time.monotonic() - self.told_at >= TELL_EVERY:
            self.tell_now()

    def tell_now(self) -> None:
        self.told_at = time.monotonic()
        lease = timezone.now() + LEASE
        retrying(lambda: tell(job=self.job, done=self.done, total=self.total, lease=lease), times=PATIENT)


@transaction.atomic
def tell(*, job: Job, done: int, total: int | None, lease: datetime) -> None:
    """How far the job is; its lease lasts until then. Raises LeaseLost."""
    mine = Job.objects.filter(pk=job.pk, state=JobState.RUNNING, attempts=job.attempts)
    if not mine.update(done=done, total=total, lease_until=lease):
        raise LeaseLost


@transaction.atomic
def finish(*, job: Job, name: str, size: int) -> None:
    """The job is done and `name` in the storage is its file. Raises LeaseLost."""
    held = _held(job)
    held.file, held.size = name, size
    _end(held, JobState.DONE)


@transaction.atomic
def fail(*, job: Job, reason: str) -> None:
    """The job can't be done; `reason` is for its owner. Raises LeaseLost."""
    _end(_held(job), JobState.FAILED, reason=reason)


def _held(job: Job) -> Job:
    mine = Job.objects.select_for_update(of=("self",)).filter(pk=job.pk, state=JobState.RUNNING, attempts=job.attempts)
    held = mine.first()
    if held is None:
        raise LeaseLost
    return held


def _end(job: Job, state: JobState, *, reason: str = "") -> None:
    job.state, job.reason, job.lease_until = state, reason[:500], None
    job.finished_at = timezone.now()
    job.expires_at = job.finished_at + KEPT
    job.save(update_fields=["state", "reason", "lease_until", "finished_at", "expires_at", "file", "size"])
