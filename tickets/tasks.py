"""Bells of the tickets room."""

from celery import shared_task

from tickets.actions import files, scheduling


@shared_task(ignore_result=True)
def send_planned() -> None:
    """Every few seconds, and when a worker starts: send what people planned for now."""
    scheduling.send_what_is_due()


@shared_task(ignore_result=True)
def sweep_uploads() -> None:
    """Once a day: forget files that were sent ahead of a message that never came."""
    files.sweep_uploads()
