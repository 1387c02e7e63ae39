"""Bells of the tickets room."""

from celery import shared_task

from helpdesk.core.retrying import PATIENT, retrying
from tickets.actions import exporting


@shared_task(ignore_result=True)
def make_exports() -> None:
    """Make the archives that people asked for; also what beat rings for, and then old ones go."""
    retrying(exporting.make_all, times=PATIENT)
