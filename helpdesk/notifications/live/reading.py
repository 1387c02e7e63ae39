"""Reading what happened, to its end and without a gap: one task of the events process."""

import asyncio
import contextlib
from collections import defaultdict
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

import structlog
from django.conf import settings
from django.db import DatabaseError, InterfaceError
from redis.asyncio import Redis
from redis.exceptions import RedisError

from helpdesk.notifications.live.bus import digest
from helpdesk.notifications.live.channels import things
from helpdesk.notifications.live.happenings import (
    EVERYBODY,
    GAP,
    RIGHTS,
    SENT_OUT,
    SIGNED_OUT,
    Change,
    Past,
    line,
    stream_key,
)
from helpdesk.notifications.live.streams import RELOAD, Streams

log = structlog.get_logger(__name__)
Line = tuple[str, dict[str, str]]
Ask = Callable[..., Awaitable[Any]]

AGAIN_SECONDS = 1.0
BLOCK_SECONDS = 5
DEAD_SECONDS = 10.0
"""Valkey answers within BLOCK_SECONDS when it is there; a connection that says nothing for so long is cut."""
MOST_AT_ONCE = 500


class Reader:
    """Tells the streams what happens, and keeps the latest of it for those that come again. `ask` runs what waits for
    the database elsewhere."""

    def __init__(self, streams: Streams, ask: Ask) -> None:
        self.past = Past()
        self.is_ready = asyncio.Event()
        """Set once it is known where the stream ends, or that Valkey is away."""
        self._streams = streams
        self._ask = ask

    async def read(self) -> None:
        """For ever. While Valkey or the database is away nothing is told; afterwards nothing is left out."""
        while True:
            client: Any = Redis.from_url(
                settings.REDIS_URL, decode_responses=True, socket_connect_timeout=1, socket_timeout=DEAD_SECONDS
            )
            try:
                await self._catch_up(client)
                self.is_ready.set()
                while True:
                    block, key = BLOCK_SECONDS * 1000, stream_key()
                    found = await client.xread({key: self.past.position}, count=MOST_AT_ONCE, block=block)
                    for _key, lines in found:
                        await self._take(lines)
            except (RedisError, OSError, DatabaseError, InterfaceError) as error:
                log.warning("live_events_away", error=type(error).__name__)
                self.is_ready.set()
            finally:
                with contextlib.suppress(RedisError, OSError):  # it is gone already
                    await client.aclose()
            await asyncio.sleep(AGAIN_SECONDS)

    async def _catch_up(self, client: Any) -> None:
        """Know where the stream ends. After a loss whoever wrote may have lost the same line: all look anew."""
        key = stream_key()
        oldest = await client.xrange(key, count=1)
        if oldest and self.past.goes_on_from(oldest[0][0]):
            self._look_anew()
            return
        was_away = bool(self.past.position)
        if not oldest:
            oldest = [(await client.xadd(key, line(GAP, (), ())), line(GAP, (), ()))]
        self.past.begin(oldest[0][0])
        lines = await client.xrange(key)
        for position, changes in await self._changes_of(lines):
            self.past.add(position, changes)
        if was_away:
            self._look_anew()

    async def _take(self, lines: Sequence[Line]) -> None:
        for said, (position, changes) in zip(lines, await self._changes_of(lines), strict=True):
            self._hear(said[1])
            self.past.add(position, changes)
            for change in changes:
                self._streams.tell(change)

    async def _changes_of(self, lines: Sequence[Line]) -> list[tuple[str, list[Change]]]:
        """The lines in their order, each with what changed; asked for together."""
        keys: defaultdict[str, dict[str, None]] = defaultdict(dict)
        for _position, said in lines:
            if said["kind"] in things:
                keys[said["kind"]] |= dict.fromkeys(said["keys"].split())
        found: dict[str, Mapping[str, Change]] = {}
        for kind, of_kind in keys.items():
            found[kind] = await self._ask(things[kind], list(of_kind))
        return [(position, _changes_in(said, found.get(said["kind"], {}))) for position, said in lines]

    def _hear(self, said: Mapping[str, str]) -> None:
        """What happened to people, wherever they listen, or to the stream itself."""
        kind, keys = said["kind"], set(said["keys"].split())
        if kind == GAP:
            self._look_anew()
        for stream in self._streams if kind in (SIGNED_OUT, SENT_OUT, RIGHTS) else ():
            who = stream.listener
            if kind == RIGHTS:
                if keys & {EVERYBODY, str(who.pk)}:
                    stream.doubt()
            elif (digest(who.session) if kind == SIGNED_OUT else str(who.pk)) in keys:
                stream.end()

    def _look_anew(self) -> None:
        """Something may have been missed: ask of everybody whether they may listen, and have them look at all."""
        for stream in self._streams:
            stream.doubt()
            stream.tell(RELOAD)


def _changes_in(said: Mapping[str, str], found: Mapping[str, Change]) -> list[Change]:
    was = frozenset(said["was"].split())
    there = [found[key] for key in said["keys"].split() if key in found]
    return [Change(each.word, each.channels | was) if was else each for each in there]
