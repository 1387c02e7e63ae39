"""Bells of the accounts room."""

from celery import shared_task

from helpdesk.accounts.actions import erasing
from helpdesk.core.retrying import PATIENT, retrying


@shared_task(ignore_result=True)
def erase_due() -> None:
    """Every hour: erase those who asked for it and did not take it back."""
    retrying(erasing.erase_all_due, times=PATIENT)
