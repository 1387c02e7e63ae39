"""Bells of the directory: runs that were asked for, and those that are due."""

from celery import shared_task

from helpdesk.accounts.directory.actions import runs, syncing
from helpdesk.accounts.directory.enums import Scope
from helpdesk.accounts.directory.models import Directory, SyncRun
from helpdesk.core.bells import ring_now
from helpdesk.core.errors import Refused
from helpdesk.core.retrying import PATIENT, retrying


@shared_task(ignore_result=True)
def work_off_run(key: int) -> None:
    """Do one run, if it is still to be done."""
    syncing.work(key=key)


@shared_task(ignore_result=True)
def sweep() -> None:
    """Every few seconds, and when a worker starts: ring for what waits or was left, and begin what is due."""
    for key in retrying(
        lambda: list(SyncRun.objects.claimable().order_by("pk").values_list("pk", flat=True)), times=PATIENT
    ):
        ring_now(work_off_run, key)
    for directory in retrying(
        lambda: list(Directory.objects.active().filter(approved_at__isnull=False)), times=PATIENT
    ):
        if directory.is_due:
            begin_due(directory)


def begin_due(directory: Directory) -> None:
    """Whichever run is due. One that is under way is enough."""
    scope = Scope.WHOLE if directory.is_whole_due else Scope.CHANGES
    try:
        retrying(lambda: runs.begin(directory=directory, by=None, scope=scope), times=PATIENT)
    except Refused:
        return
