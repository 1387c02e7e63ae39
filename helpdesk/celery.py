"""The Celery application. Tasks are bells: ids only, idempotent, and a sweep finds what was not rung for."""

import os
from datetime import timedelta
from typing import Any

import structlog
from celery import Celery, bootsteps
from celery.worker.consumer import Consumer
from celery.worker.consumer.tasks import Tasks
from kombu.exceptions import OperationalError as BrokerError
from redis.exceptions import RedisError

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "helpdesk.settings")

log = structlog.get_logger(__name__)
PULSE = ".pulse"
"""What the queue is called, after the name of another, by which a worker of that one shows that it hears."""
QUICK_RETRIES = {"max_retries": 3, "interval_start": 0, "interval_step": 0.1, "interval_max": 0.3}


class Doorbell(bootsteps.StartStopStep):
    """A worker rings the sweeps of its own queues whenever it has reached the broker: at its start, and when the broker
    is back. What a dead worker left, and what was rung for while nobody heard it, doesn't wait for beat's next round.
    It also hears the pulses of these queues, which stand in queues of their own: the broker is asked for each in turn.
    """

    requires = (Tasks,)

    def start(self, consumer: Consumer) -> None:
        queues = {name for name in consumer.app.amqp.queues.consume_from if not name.endswith(PULSE)}
        for name in sorted(queues):
            consumer.add_task_queue(f"{name}{PULSE}")
        for name in sweeps(consumer.app):
            if queue_of(consumer.app, name) in queues:
                ring(consumer.app, name)


def sweeps(application: Celery) -> list[str]:
    """Names of the tasks that beat rings every few seconds; what it rings by the calendar is no sweep."""
    schedule = application.conf.beat_schedule.values()
    return [entry["task"] for entry in schedule if isinstance(entry["schedule"], int | float | timedelta)]


def queue_of(application: Celery, name: str) -> str:
    options: dict[str, Any] = application.amqp.router.route({}, name)
    return str(options["queue"].name)


def ring(application: Celery, name: str) -> None:
    """As `helpdesk.core.bells.ring_now`, but not quiet after a failure: that is what it is there for."""
    _send(application, name)


def _send(application: Celery, name: str, *args: Any, **options: Any) -> None:
    try:
        application.send_task(name, args, ignore_result=True, retry=True, retry_policy=QUICK_RETRIES, **options)
    except (BrokerError, RedisError, OSError) as error:
        log.warning("bell_not_rung", task=name, error=type(error).__name__)


def ring_to(queue: str, name: str, *args: Any) -> None:
    """Ring in this queue, wherever the task is heard otherwise; forgotten after some minutes without a hearer."""
    _send(app, name, *args, queue=queue, expires=240)


app = Celery("helpdesk")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
app.steps["consumer"].add(Doorbell)
