"""Reading what happened, to its end and without a gap: one task of the events process."""

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

from helpdesk.notifications.live import connecting
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
from helpdesk.notifications.live.streams import GONE, RELOAD, Streams

Line = tuple[str, dict[str, str]]
Ask = Callable[..., Awaitable[Any]]

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

    async def read(self, client: Any) -> None:
        """Until the connection or the database is lost. Meanwhile nothing is told; afterwards nothing is left out."""
        await self._catch_up(client)
        self.is_ready.set()
        while True:
            key = stream_key()
            async with client.pipeline(transaction=False) as pipeline:
                pipeline.xread(
                    {key: self.past.position}, count=MOST_AT_ONCE, block=round(connecting.BLOCK_SECONDS * 1000)
                )
                pipeline.xrange(key, count=1)
                pipeline.xrevrange(key, count=1)
                found, oldest, newest = await pipeline.execute()
            if not _has_all(self.past, oldest, newest):  # emptied, cut before it was read, or another one
                await self._begin(client)
                self._look_anew()
            else:
                for _key, lines in found:
                    await self._take(lines)

    async def _catch_up(self, client: Any) -> None:
        """Know where the stream ends. After a loss whoever wrote may have lost the same line: all look anew."""
        key, was_away = stream_key(), self.is_ready.is_set()
        if not _has_all(self.past, await client.xrange(key, count=1), await client.xrevrange(key, count=1)):
            await self._begin(client)
        if was_away:
            self._look_anew()

    async def _begin(self, client: Any) -> None:
        """Know what the stream holds, which this process has not followed until now."""
        key = stream_key()
        lines = await client.xrange(key)
        if not lines:
            first = line(GAP, (), ())
            lines = [(await client.xadd(key, first), first)]
        told = await self._changes_of(lines)
        self.past.begin(lines[0][0])
        for said, (position, changes) in zip(lines, told, strict=True):
            self._keep(said, position, changes)

    async def _take(self, lines: Sequence[Line]) -> None:
        for said, (position, changes) in zip(lines, await self._changes_of(lines), strict=True):
            self._hear(said[1])
            self._keep(said, position, changes)
            for change in changes:
                self._streams.tell(change)

    def _keep(self, said: Line, position: str, changes: list[Change]) -> None:
        """For whoever comes again; what came before a gap is not all that did."""
        if said[1]["kind"] == GAP:
            self.past.begin(position)
        self.past.add(position, changes)

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
                stream.end(GONE)

    def _look_anew(self) -> None:
        """Something may have been missed: ask of everybody whether they may listen, and have them look at all."""
        for stream in self._streams:
            stream.doubt()
            stream.tell(RELOAD)


def _has_all(past: Past, oldest: Sequence[Line], newest: Sequence[Line]) -> bool:
    """Whether the stream with these lines at its ends has all that was not read yet."""
    return bool(oldest and newest) and past.goes_on_from(oldest[0][0], newest[0][0])


def _changes_in(said: Mapping[str, str], found: Mapping[str, Change]) -> list[Change]:
    was = frozenset(said["was"].split())
    there = [found[key] for key in said["keys"].split() if key in found]
    return [Change(each.word, each.channels | was) if was else each for each in there]
