"""Work that lost a race or its connection is done again from its start, a few times, and never by halves."""

import random
import time
from collections.abc import Callable
from typing import TypeVar

import structlog
from django.db import InterfaceError, OperationalError, close_old_connections

log = structlog.get_logger(__name__)
T = TypeVar("T")
PATIENT = 8
"""So many tries take some thirteen seconds, which outlasts a restart of the database. For workers, which have nothing
better to do than wait for it: a page says soon that it can't."""

# https://www.postgresql.org/docs/current/errcodes-appendix.html
TRANSIENT = {
    "40001",  # serialization_failure
    "40P01",  # deadlock_detected
    "55P03",  # lock_not_available
    "57P01",  # admin_shutdown
    "57P02",  # crash_shutdown
    "57P03",  # cannot_connect_now
    "08000",
    "08003",
    "08006",
}


def is_transient(error: Exception) -> bool:
    """Whether the same work may well succeed when it is simply done again."""
    state = getattr(error.__cause__, "sqlstate", None)
    return state in TRANSIENT or (state is None and isinstance(error, OperationalError | InterfaceError))


def retrying(work: Callable[[], T], *, times: int = 3) -> T:
    """Run `work`, a whole transaction of its own, up to `times` times while the database gives transient errors."""
    for attempt in range(1, times + 1):
        try:
            return work()
        except (OperationalError, InterfaceError) as error:
            if attempt == times or not is_transient(error):
                raise
            log.warning("retrying", attempt=attempt, error=str(error).splitlines()[0])
            close_old_connections()
            time.sleep(0.05 * 2**attempt * random.uniform(0.5, 1.5))  # noqa: S311 - jitter, not a secret
    raise AssertionError("unreachable")
