"""Bells of the outbox."""

from celery import shared_task

from helpdesk.core.bells import ring_now
from helpdesk.core.retrying import PATIENT, retrying
from helpdesk.notifications.actions import reading
from helpdesk.notifications.actions.gathering import gather_due
from helpdesk.notifications.carrying import carriable, carry_all_due
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
def carry_due() -> None:
    """Carry what is due to browsers and gateways; rings for the next worker when the shift ended before the work."""
    if not carry_all_due():
        ring_now(carry_due)


@shared_task(ignore_result=True)
def gather() -> None:
    """Put the notices that are due into the outbox."""
    gather_due()


@shared_task(ignore_result=True)
def forget_old() -> None:
    """Once a night: notices that nobody looks at any more."""
    retrying(reading.forget_old, times=PATIENT)


@shared_task(ignore_result=True)
def sweep() -> None:
    """Every few seconds, and when a worker starts: take back what dead workers left, ring for what is due, hang up
    where nothing is sent."""
    retrying(take_back_expired, times=PATIENT)
    pool.close_idle()
    gather_due()
    if retrying(lambda: carriable().exists(), times=PATIENT):
        ring_now(carry_due)
    if retrying(lambda: sendable().exists(), times=PATIENT):
        ring_now(send_due)
