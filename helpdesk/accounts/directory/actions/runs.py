"""Runs: asked for, claimed under a lease, told step by step, ended once."""

from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from helpdesk.accounts.capabilities import Capability
from helpdesk.accounts.directory.enums import UNFINISHED, Deed, RunState, Scope
from helpdesk.accounts.directory.faults import DirectoryFault
from helpdesk.accounts.directory.models import Directory, SyncRun
from helpdesk.accounts.models import User
from helpdesk.core.bells import ring
from helpdesk.core.errors import Refused, ensure
from helpdesk.journal.actions import record

LEASE = timedelta(minutes=2)
MOST_ATTEMPTS = 3
KEPT = timedelta(days=90)
QUIET_KEPT = timedelta(days=2)
"""Runs that changed nothing."""
MOST_LINES = 100
"""So many people of each deed are named in a run's report; all of them are counted."""
QUIET = frozenset({Deed.SAME, Deed.OUTSIDE, Deed.SKIPPED})
"""What changes nothing."""


class LeaseLost(Exception):
    """Somebody else has the run by now, or it is gone: stop."""


@transaction.atomic
def begin(
    *,
    directory: Directory,
    by: User | None,
    scope: str = Scope.WHOLE,
    is_dry: bool = False,
    may_go: int | None = None,
    rings: bool = True,
) -> SyncRun:
    """Write a run down and ring for a worker. Writes `directory_run_asked` where a person asks. `by` is None for the
    program itself. Raises NotAllowed; Refused while the directory is being read."""
    from helpdesk.accounts.directory.tasks import work_off_run  # noqa: PLC0415 - tasks stand beside the actions

    ensure(by is None or by.can(Capability.CONFIGURE))
    Directory.objects.without_secret().select_for_update(of=("self",)).get(pk=directory.pk)
    if directory.runs.filter(state__in=sorted(UNFINISHED)).exists():
        raise Refused(_("The directory is being read just now: wait until that is done."))
    run = SyncRun.objects.create(directory=directory, asked_by=by, scope=scope, is_dry=is_dry, may_go=may_go)
    if by is not None:
        record(verb="directory_run_asked", subject=directory, by=by, is_dry=is_dry, may_go=may_go)
    if rings:
        ring(work_off_run, run.pk)
    return run


@transaction.atomic
def confirm(*, run: SyncRun, by: User) -> SyncRun:
    """A run that stopped because many would be out is done again, and so many may be. Raises NotAllowed; Refused when
    it did not stop, or another came after it."""
    newest = SyncRun.objects.filter(directory=run.directory_id, is_dry=False).first()
    if run.state != RunState.STOPPED or newest is None or newest.pk != run.pk:
        raise Refused(_("This is not the last run any more: look at the newest one."))
    return begin(directory=run.directory, by=by, may_go=run.would_go)


@transaction.atomic
def approve(*, directory: Directory, by: User) -> SyncRun:
    """The administrator has seen what a run would do: from now on runs come by themselves, the first one now. Raises
    NotAllowed; Refused where nobody has looked yet, and for a directory that is not active."""
    if not directory.is_active:
        raise Refused(_("Switch the directory on first: it is not active."))
    looked = SyncRun.objects.filter(directory=directory, state=RunState.DONE)
    if not looked.exists():
        raise Refused(_("Look first what would change: that run changes nothing."))
    if directory.approved_at is None:
        directory.approved_at = timezone.now()
        directory.save(update_fields=["approved_at"])
        record(verb="directory_approved", subject=directory, by=by)
    return begin(directory=directory, by=by)


@transaction.atomic(durable=True)
def claim(*, key: int) -> SyncRun | None:
    """The run, leased to this worker; None when it is finished, in other hands or gone. One that broke off too often
    fails instead."""
    found = SyncRun.objects.claimable().select_related("directory").defer("directory__bind_password")
    run = found.select_for_update(of=("self",), skip_locked=True).filter(pk=key).first()
    if run is None:
        return None
    if run.attempts >= MOST_ATTEMPTS:
        fail(run=run, fault=DirectoryFault("broken"))
        return None
    run.state, run.attempts, run.lease_until = RunState.RUNNING, run.attempts + 1, timezone.now() + LEASE
    run.save(update_fields=["state", "attempts", "lease_until"])
    return run


@transaction.atomic
def tell(*, run: SyncRun, phase: str, done: int, total: int | None) -> None:
    """How far the run is; its lease is as long as ever again. Raises LeaseLost."""
    mine = SyncRun.objects.filter(pk=run.pk, state=RunState.RUNNING, attempts=run.attempts)
    if not mine.update(phase=phase, done=done, total=total, lease_until=timezone.now() + LEASE):
        raise LeaseLost


@transaction.atomic
def finish(*, run: SyncRun, marks: dict[str, Any]) -> SyncRun:
    """The run is done. `marks` are columns of the directory: how far it was read. Writes `directory_run_done` unless
    nothing had to be done and nobody asked; the row of such a look for changes goes. Raises LeaseLost."""
    directory = _end(run, RunState.DONE)
    if run.is_dry:
        return run
    has_changed = any(count for deed, count in run.counts.items() if deed not in QUIET)
    for column, value in marks.items():
        setattr(directory, column, value)
    directory.failure, directory.failures, directory.looked_at = "", 0, timezone.now()
    directory.save(update_fields=[*marks, "failure", "failures", "looked_at"])
    if has_changed or run.asked_by_id is not None:
        record(verb="directory_run_done", subject=directory, by=None, scope=run.scope, counts=run.counts)
    elif run.scope == Scope.CHANGES:
        SyncRun.objects.filter(pk=run.pk).delete()
    return run


@transaction.atomic
def stop(*, run: SyncRun, fault: DirectoryFault) -> SyncRun:
    """Too many would be out: nobody is, until an administrator confirms it. Writes `directory_run_stopped` once for
    the same reason. Raises LeaseLost."""
    run.reason = str(fault)
    return _end_badly(run, RunState.STOPPED, "directory_run_stopped")


@transaction.atomic
def fail(*, run: SyncRun, fault: DirectoryFault) -> SyncRun:
    """The directory could not be read: nothing was changed by what was not read. Writes `directory_run_failed` once
    for the same reason. Raises LeaseLost."""
    run.reason = str(fault)
    return _end_badly(run, RunState.FAILED, "directory_run_failed")


def _end_badly(run: SyncRun, state: RunState, verb: str) -> SyncRun:
    directory = _end(run, state)
    if run.is_dry:
        return run
    is_news = directory.failure != run.reason
    directory.failure, directory.failures, directory.looked_at = run.reason, directory.failures + 1, timezone.now()
    directory.save(update_fields=["failure", "failures", "looked_at"])
    if is_news or run.asked_by_id is not None:
        record(verb=verb, subject=directory, by=None, reason=run.reason, would_go=run.would_go)
    return run


def _end(run: SyncRun, state: RunState) -> Directory:
    """The directory, locked before its run."""
    directory = Directory.objects.without_secret().select_for_update(of=("self",)).get(pk=run.directory_id)
    mine = SyncRun.objects.filter(pk=run.pk, state__in=sorted(UNFINISHED), attempts=run.attempts)
    if not mine.select_for_update(of=("self",)).exists():
        raise LeaseLost
    run.state, run.lease_until, run.ended_at, run.phase = state, None, timezone.now(), ""
    run.reason = run.reason[:500]
    run.save(
        update_fields=["state", "lease_until", "ended_at", "phase", "reason", "counts", "lines", "would_go", "scope"]
    )
    _forget_older(directory)
    return directory


def _forget_older(directory: Directory) -> None:
    """What runs did that changed anything is in the journal as well, and stays there."""
    older = SyncRun.objects.filter(directory=directory, ended_at__lt=timezone.now() - QUIET_KEPT)
    older.exclude(counts__has_any_keys=sorted(set(Deed) - QUIET)).delete()
    older.filter(ended_at__lt=timezone.now() - KEPT).delete()
