"""Whether this copy of the program can do its work, and what waits in the queues."""

from dataclasses import asdict, dataclass, field
from datetime import timedelta
from typing import Any

import structlog
from django.conf import settings
from django.db import DatabaseError, InterfaceError, connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone
from redis import Redis
from redis.exceptions import RedisError

from helpdesk.core.registries import queue_probes
from helpdesk.operations.models import Sample

log = structlog.get_logger(__name__)
CACHE_SECONDS = 1.0
SILENT = timedelta(minutes=5)

_is_migrated = False


@dataclass(slots=True)
class Health:
    """`ok`; `degraded`: everything works, slower (the cache is away) or unwatched (beat is); `failing`: requests can't
    be served."""

    status: str = "ok"
    checks: dict[str, str] = field(default_factory=dict)
    queues: dict[str, dict[str, Any]] = field(default_factory=dict)

    @property
    def is_ready(self) -> bool:
        return self.status != "failing"


def examine() -> Health:
    """Database, migrations, cache and queues, each with `ok` or what is wrong in a few words. Never raises."""
    health = Health()
    try:
        _examine_database(health)
        if health.is_ready:
            health.queues = queue_states()
            health.checks |= {"beat": "away"} if _is_watch_silent() else {}
    except (DatabaseError, InterfaceError) as error:
        log.warning("health_database", error=type(error).__name__)
        health.status, health.checks["database"] = "failing", "away"
    health.checks["cache"] = _cache()
    if health.is_ready and set(health.checks.values()) != {"ok"}:
        health.status = "degraded"
    return health


def _is_watch_silent() -> bool:
    """Whether rounds of the watch, which beat makes, came until some minutes ago and come no more."""
    now = timezone.now()
    of_today = Sample.objects.filter(at__gte=now - timedelta(days=1)).order_by("-at").values_list("at", flat=True)
    newest = of_today.first()
    return newest is not None and now - newest > SILENT


def queue_states() -> dict[str, dict[str, Any]]:
    """By the probe's name: how many wait, how many failed, how long the oldest has waited in seconds."""
    return {name: asdict(probe.measure()) for name, probe in queue_probes.items()}


def _examine_database(health: Health) -> None:
    global _is_migrated
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    health.checks["database"] = "ok"
    if not _is_migrated:
        executor = MigrationExecutor(connection)
        missing = executor.migration_plan(executor.loader.graph.leaf_nodes())
        if missing:
            health.status, health.checks["migrations"] = "failing", f"{len(missing)} not applied"
            return
        _is_migrated = True
    health.checks["migrations"] = "ok"


def _cache() -> str:
    """Asked directly: the cache itself forgives its server everything."""
    client = Redis.from_url(
        settings.REDIS_URL, socket_timeout=CACHE_SECONDS, socket_connect_timeout=CACHE_SECONDS, retry=None
    )
    try:
        client.ping()
    except RedisError as error:
        log.warning("health_cache", error=type(error).__name__)
        return "away"
    finally:
        client.close()
    return "ok"
