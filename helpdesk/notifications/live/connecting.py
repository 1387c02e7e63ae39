"""A connection to Valkey that something goes on with for ever."""

import asyncio
import contextlib
import time
from collections.abc import Awaitable, Callable
from typing import Any

import structlog
from django.conf import settings
from django.db import DatabaseError, InterfaceError
from redis.asyncio import Redis
from redis.exceptions import RedisError

log = structlog.get_logger(__name__)

AGAIN_SECONDS = 0.5
LONGEST_AGAIN_SECONDS = 4.0
BLOCK_SECONDS = 5.0
DEAD_SECONDS = 10.0
"""Valkey answers within BLOCK_SECONDS when it is there; a connection that says nothing for so long is cut."""


async def go_on(work: Callable[[Any], Awaitable[None]], *, lost: Callable[[], None] = lambda: None) -> None:
    """Do the work with a connection, and with another one whenever that is lost or the database is: soon the first
    time, then after pauses that grow to LONGEST_AGAIN_SECONDS. `lost` is told each time."""
    pause = AGAIN_SECONDS
    while True:
        client: Any = Redis.from_url(
            settings.REDIS_URL, decode_responses=True, socket_connect_timeout=1, socket_timeout=DEAD_SECONDS
        )
        began = time.monotonic()
        try:
            await work(client)
        except (RedisError, OSError, DatabaseError, InterfaceError) as error:
            log.warning("live_events_away", error=type(error).__name__)
            lost()
        finally:
            with contextlib.suppress(RedisError, OSError):  # it is gone already
                await client.aclose()
        pause = AGAIN_SECONDS if time.monotonic() - began > DEAD_SECONDS else min(2 * pause, LONGEST_AGAIN_SECONDS)
        await asyncio.sleep(pause)
