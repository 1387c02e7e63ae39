"""Bells of long work."""

from celery import shared_task

from helpdesk.core.bells import ring_now
from helpdesk.core.retrying import PATIENT, retrying
from helpdesk.work.actions import doing, sweeping


@shared_task(ignore_result=True)
def work(key: int) -> None:
    """Do one job, if it is still to be done."""
    doing.do(key=key)


@shared_task(ignore_result=True)
def sweep() -> None:
    """Every few seconds, and when a worker starts: ring for what waits or was left, clear away what expired."""
    for key in retrying(sweeping.waiting, times=PATIENT):
        ring_now(work, key)
    retrying(sweeping.clear_expired, times=PATIENT)
