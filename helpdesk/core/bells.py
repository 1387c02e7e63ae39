"""Ringing Celery: a bell that cannot be rung is a line in the log, never an error. The sweeps find what waits."""

import time
from functools import partial
from typing import Any

import structlog
from celery.app.task import Task
from django.db import transaction
from kombu.exceptions import OperationalError as BrokerError
from redis.exceptions import RedisError

log = structlog.get_logger(__name__)
QUIET_SECONDS = 5.0
"""After a failure nobody waits for the broker again for so long: a request must not hang on it twice."""

_quiet_until = 0.0


def ring(task: "Task[Any, Any]", *args: Any) -> None:
    """Call the task once the caller's transaction has committed (at once outside of one). Never raises for the
    broker's sake: what is to be done is in a table, and the sweep finds it."""
    transaction.on_commit(partial(ring_now, task, *args))


def ring_now(task: "Task[Any, Any]", *args: Any) -> bool:
    """Call the task now; False when the broker is away."""
    global _quiet_until
    if time.monotonic() < _quiet_until:
        return False
    try:
        task.delay(*args)
    except (BrokerError, RedisError, OSError) as error:
        _quiet_until = time.monotonic() + QUIET_SECONDS
        log.warning("bell_not_rung", task=task.name, error=type(error).__name__)
        return False
    return True
