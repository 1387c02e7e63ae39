"""How many requests the web answers and how fast, by view, method and class of status.

Each process counts in a file of its own that lies in the machine's memory (prometheus-client's multiprocess mode, in
`METRICS_DIR`), and whichever answers `/metrics` adds them up: the figures are those of all processes of this copy,
of those that ended too. Views are told by name, so that no address that somebody makes up becomes a series.
"""

import contextlib
import os
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import structlog
from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from prometheus_client import CollectorRegistry, Histogram
from prometheus_client.core import Metric
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from helpdesk.core.shared_memory import is_ours

log = structlog.get_logger(__name__)
Handler = Callable[[HttpRequest], HttpResponseBase]
FOLDER = "PROMETHEUS_MULTIPROC_DIR"
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
STATIC, NO_VIEW = "static", "none"

_seconds = Histogram(
    "helpdesk_http_request_seconds",
    "Time from the arrival of a request to the start of its answer.",
    ["view", "method", "status"],
    registry=None,
    buckets=(0.01, 0.025, 0.05, 0.1, 0.2, 0.3, 0.5, 1, 2.5, 5, 10),
)


class Traffic(Collector):
    """The requests of all processes."""

    def collect(self) -> Iterator[Metric]:
        if os.path.isdir(os.environ[FOLDER]):
            yield from MultiProcessCollector(CollectorRegistry(), os.environ[FOLDER]).collect()


def middleware(get_response: Handler) -> Handler:
    """Stands first, so that everything is counted, with the time that all others take."""
    _open_folder()

    def counting(request: HttpRequest) -> HttpResponseBase:
        began = time.perf_counter()
        status = 500  # unless there is an answer: the page that says so may itself fail
        try:
            response = get_response(request)
            status = response.status_code
        finally:
            count(request, status, time.perf_counter() - began)
        return response

    return counting


def count(request: HttpRequest, status: int, seconds: float) -> None:
    """Count one request. What cannot be written down (no room left) is lost, and hinders nobody."""
    method = request.method if request.method in METHODS else "other"
    try:
        _seconds.labels(_view_of(request), method, f"{status // 100}xx").observe(seconds)
    except OSError as error:
        log.warning("request_not_counted", error=type(error).__name__)


def forget() -> None:
    """Remove what processes of an earlier run have counted; before the first of this run answers."""
    for path in Path(os.environ[FOLDER]).glob("*.db"):
        path.unlink(missing_ok=True)


def remove() -> None:
    """Leave nothing in the machine's memory: for who ends the last process that counts."""
    forget()
    with contextlib.suppress(OSError):  # it was never made, or something else lies in it
        os.rmdir(os.environ[FOLDER])


def _view_of(request: HttpRequest) -> str:
    match = request.resolver_match
    if match is not None:
        return match.view_name
    return STATIC if request.path_info.startswith(settings.STATIC_URL) else NO_VIEW


def _open_folder() -> None:
    """Make the folder. Where it cannot be had, each group of forked processes counts for itself."""
    if not is_ours(Path(os.environ[FOLDER])):
        log.warning("metrics_folder_not_usable", folder=os.environ[FOLDER])
        os.environ[FOLDER] = tempfile.mkdtemp(prefix="helpdesk-metrics-")
