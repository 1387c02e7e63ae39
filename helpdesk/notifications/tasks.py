"""Bells of the outbox."""

from celery import shared_task

from helpdesk.core.bells import ring_now
from helpdesk.core.retrying import PATIENT, retrying
from helpdesk.notifications.claiming import sendable
from helpdesk.notifications.pool import pool
from helpdesk.notifications.sending import send_all_due
from helpdesk.notifications.sweeping import take_back_expired


@shared_task(ignore_result=True)
def send_due() -> None:
    """Send what is due; rings for the next worker when the shift ended before the work."""
    if not send_all_due():
        ring_now(send_due)


@shared_task(ignore_result=True)
def sweep() -> None:
    """Every few seconds, and when a worker starts: take back what dead workers left, ring for what is due, hang up
    where nothing is sent."""
    retrying(take_back_expired, times=PATIENT)
    pool.close_idle()
    if retrying(lambda: sendable().exists(), times=PATIENT):
        ring_now(send_due)
