"""How many streams this process holds open, for `/metrics` of every process of this copy."""

from functools import lru_cache

import structlog
from prometheus_client import Gauge

log = structlog.get_logger(__name__)


@lru_cache(maxsize=1)
def _open() -> Gauge:
    """Its file is made with it, so not before there is a number to write."""
    return Gauge("helpdesk_live_streams", "Open streams of live events.", registry=None, multiprocess_mode="mostrecent")


def open_streams(count: int) -> None:
    """Write the number down. What cannot be written (no room left) is lost, and hinders nobody."""
    try:
        _open().set(count)
    except OSError as error:
        log.warning("streams_not_counted", error=type(error).__name__)
