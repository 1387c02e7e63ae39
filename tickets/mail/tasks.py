"""Bells of the mail room."""

from celery import shared_task

from tickets.mail.actions import processing


@shared_task(ignore_result=True)
def process_stored() -> None:
    """Work through everything that waits; also the sweep that beat rings for what nobody rang for."""
    processing.process_waiting()
