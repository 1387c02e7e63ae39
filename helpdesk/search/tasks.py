"""Bells of the search."""

import structlog
from celery import shared_task

from helpdesk.core.bells import ring_now
from helpdesk.core.errors import Away
from helpdesk.core.retrying import PATIENT, retrying
from helpdesk.search import rebuilding
from helpdesk.search.engines import engine
from helpdesk.search.engines.sphinxql.lines import Stumbled

log = structlog.get_logger(__name__)
BATCHES = 25
"""At a time: a few seconds, so that other work of the queue is not held up."""


@shared_task(ignore_result=True)
def carry() -> None:
    """Tell the search's own server what waits."""
    _carried()


@shared_task(ignore_result=True)
def sweep() -> None:
    """Every few seconds, and when a worker starts: tell the search's server what nobody rang for, and go on with
    rebuilding what an upgrade or somebody began."""
    if _carried():
        retrying(lambda: rebuilding.go_on_with_all(batches=BATCHES), times=PATIENT)


def _carried() -> bool:
    """Whether the server took all that waited; else it stays in the ledger, and the log says why."""
    try:
        retrying(lambda: engine().settle(), times=PATIENT)
    except (Away, Stumbled) as error:
        log.error("search_not_told", error=str(error))
        return False
    return True


@shared_task(ignore_result=True)
def read_files() -> None:
    """Read files that wait, and ring for the next shift when that was not all; also the sweep that beat rings for what
    nobody rang for."""
    from helpdesk.search.files import shifts  # noqa: PLC0415 - what a shift does rings for the next one

    if not retrying(shifts.work_shift, times=PATIENT):
        ring_now(read_files)
