"""Readings of every registered queue, of its parts, and of the bells that wait in the broker."""

from collections.abc import Iterator, Mapping
from typing import Any

from django.conf import settings
from django.utils import timezone
from kombu.exceptions import OperationalError as BrokerError
from redis.exceptions import RedisError

from helpdesk.celery import app
from helpdesk.core.registries import QueueProbe, QueueState, queue_probes
from helpdesk.operations.models import Pulse
from helpdesk.operations.watching.pulses import BEAT, QUEUES
from helpdesk.operations.watching.readings import Reading

PARTS = {"outbox": "route"}
"""The family of a queue's parts, where it is not the queue's own."""


def queue_readings(name: str, probe: QueueProbe, marks: Mapping[str, int]) -> Iterator[Reading]:
    """Of one queue. `marks` by series: where the last count of arrivals ended."""
    arrivals = probe.arrivals(marks.get(name)) if probe.arrivals else None
    came = arrivals.came if arrivals and name in marks else None
    yield _of(name, probe.measure(), came=came, mark=arrivals.mark if arrivals else None)
    for part, state in (probe.parts() if probe.parts else {}).items():
        yield _of(f"{PARTS.get(name, name)}:{part}"[:64], state)


def probes() -> Iterator[tuple[str, QueueProbe]]:
    """Every registered queue."""
    return queue_probes.items()


def pulse_readings() -> Iterator[Reading]:
    """Of each worker's queue: how many bells wait, and for how long the latest one is not heard. Of beat: since when it
    has not ticked. Of the broker: 1 when it is away, else how full it is."""
    lengths, broker = _bells()
    pulses = {pulse.queue: pulse for pulse in Pulse.objects.order_by("pk")}
    now = timezone.now()
    for queue in QUEUES:
        pulse = pulses.get(queue)
        is_unheard = pulse is not None and (pulse.heard_at is None or pulse.heard_at < pulse.rung_at)
        age = (now - pulse.rung_at).total_seconds() if pulse is not None and is_unheard else 0.0
        yield Reading(series=f"celery:{queue}", waiting=lengths.get(queue), oldest_seconds=max(0.0, age))
    if beat := pulses.get(BEAT):
        yield Reading(series=BEAT, oldest_seconds=max(0.0, (now - beat.rung_at).total_seconds()))
    yield broker


def _bells() -> tuple[dict[str, int], Reading]:
    """How many bells lie in each queue of the broker. Another broker than Valkey is asked nothing."""
    try:
        with app.connection_for_read(settings.CELERY_BROKER_URL) as broker:
            if broker.transport.driver_type != "redis":
                return {}, Reading(series="broker")
            channel: Any = broker.default_channel
            *lengths, memory = _asked(channel.client)
    except (BrokerError, RedisError, OSError):
        return {}, Reading(series="broker", failed=1)
    most = memory.get("maxmemory") or 0
    level = memory["used_memory"] * 100 / most if most else None
    return dict(zip(QUEUES, lengths, strict=True)), Reading(series="broker", failed=0, level=level)


def _asked(client: Any) -> list[Any]:
    with client.pipeline(transaction=False) as asked:
        for queue in QUEUES:
            asked.llen(queue)
        asked.info("memory")
        return list(asked.execute())


def _of(series: str, state: QueueState, *, came: int | None = None, mark: int | None = None) -> Reading:
    return Reading(
        series=series,
        waiting=state.waiting,
        failed=state.failed,
        oldest_seconds=round(state.oldest_seconds, 1),
        came=came,
        mark=mark,
    )
