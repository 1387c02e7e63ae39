"""Bells of the search."""

from celery import shared_task

from helpdesk.core.retrying import PATIENT, retrying
from helpdesk.search import rebuilding

BATCHES = 25
"""At a time: a few seconds, so that other work of the queue is not held up."""


@shared_task(ignore_result=True)
def sweep() -> None:
    """Every few seconds, and when a worker starts: go on with rebuilding what an upgrade or somebody began."""
    retrying(lambda: rebuilding.go_on_with_all(batches=BATCHES), times=PATIENT)
