"""Bells of the search."""

from celery import shared_task

from helpdesk.core.bells import ring_now
from helpdesk.core.retrying import PATIENT, retrying
from helpdesk.search import rebuilding
from helpdesk.search.actions import note_nothing_found

BATCHES = 25
"""At a time: a few seconds, so that other work of the queue is not held up."""


@shared_task(ignore_result=True)
def note_nothing(words: str, by_customer: bool) -> None:
    note_nothing_found(words=words, by_customer=by_customer)


@shared_task(ignore_result=True)
def sweep() -> None:
    """Every few seconds, and when a worker starts: go on with rebuilding what an upgrade or somebody began."""
    retrying(lambda: rebuilding.go_on_with_all(batches=BATCHES), times=PATIENT)


@shared_task(ignore_result=True)
def read_files() -> None:
    """Read files that wait, and ring for the next shift when that was not all; also the sweep that beat rings for what
    nobody rang for."""
    from helpdesk.search.files import shifts  # noqa: PLC0415 - what a shift does rings for the next one

    if not retrying(shifts.work_shift, times=PATIENT):
        ring_now(read_files)
