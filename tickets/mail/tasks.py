"""Bells of the mail room."""

from celery import shared_task

from helpdesk.core.retrying import PATIENT, retrying
from tickets.mail.actions import processing, surveying


@shared_task(ignore_result=True)
def process_stored() -> None:
    """Work through everything that waits; also the sweep that beat rings for what nobody rang for."""
    processing.process_waiting()


@shared_task(ignore_result=True)
def ask_for_ratings() -> None:
    """Every few minutes: ask those whose requests were resolved some hours ago."""
    retrying(surveying.ask_all_due, times=PATIENT)
