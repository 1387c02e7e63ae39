"""Bells of the mail room."""

from celery import shared_task

from helpdesk.core.bells import ring_now
from helpdesk.core.retrying import PATIENT, retrying
from tickets.mail.actions import processing, surveying


@shared_task(ignore_result=True)
def process_stored() -> None:
    """Work on what waits, and ring for the next shift when that was not all; also the sweep that beat rings for what
    nobody rang for."""
    if not processing.work_shift():
        ring_now(process_stored)


@shared_task(ignore_result=True)
def ask_for_ratings() -> None:
    """Every few minutes: ask those whose requests were resolved some hours ago."""
    retrying(surveying.ask_all_due, times=PATIENT)
