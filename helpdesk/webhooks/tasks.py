"""Bells of hooks."""

import time

from celery import shared_task

from helpdesk.core.retrying import PATIENT, retrying
from helpdesk.webhooks.actions import sending, sweeping

LONGEST = 45.0
"""Seconds after which a task makes room for others; the next bell goes on."""


@shared_task(ignore_result=True)
def send_due() -> None:
    """Send what is due, until nothing is."""
    until = time.monotonic() + LONGEST
    while time.monotonic() < until and sending.send_next():
        pass


@shared_task(ignore_result=True)
def sweep() -> None:
    """Every few seconds, and when a worker starts: what nobody rang for, what is to be tried again."""
    send_due()


@shared_task(ignore_result=True)
def clean_up() -> None:
    """Once a day: forget events long past."""
    retrying(sweeping.forget_old, times=PATIENT)
