"""Who is where: told to the pages of a thing, and as a mark to the lists in which it stands."""

import asyncio
import time
from collections import defaultdict
from collections.abc import Awaitable, Callable, Coroutine, Iterable
from typing import Any

import structlog
from django.db import DatabaseError, InterfaceError
from django.utils import translation
from redis.exceptions import TimeoutError as NoAnswer

from helpdesk.notifications.live import bus, connecting
from helpdesk.notifications.live.bus import FACES, Present
from helpdesk.notifications.live.channels import channels
from helpdesk.notifications.live.streams import PRESENCE, Stream, Streams

log = structlog.get_logger(__name__)

GLANCE_SECONDS = 0.5
"""Lists are told of so much time's comings and goings together."""


class Presence:
    """Of the streams of one process. `ask` runs what waits for Valkey or the database elsewhere, `start` what nobody
    waits for."""

    def __init__(
        self,
        streams: Streams,
        ask: Callable[..., Awaitable[Any]],
        start: Callable[[Coroutine[Any, Any, None]], None],
    ) -> None:
        self._streams = streams
        self._ask = ask
        self._start = start
        self._shown: dict[Stream, str] = {}
        self._timers: dict[str, asyncio.TimerHandle] = {}
        self._known: dict[str, tuple[Present, ...]] = {}
        """What lists were told by this process of channels that it has."""
        self._news: set[str] = set()

    async def enter(self, stream: Stream) -> None:
        """The stream is open: the others are told, and it is told of them."""
        await self.renew(stream)
        self._look_soon(stream.listener.channel)

    async def renew(self, stream: Stream) -> None:
        """Keep who has this stream open from being forgotten; who was is told of anew."""
        who = stream.listener
        if channels[who.kind].show is None:
            return
        facts = {"pk": who.pk, "name": who.name, "stream": stream.id, "since": stream.since}
        if await self._ask(bus.arrive, who.channel, **facts):
            await self._ask(bus.stir, who.channel)

    async def exit(self, stream: Stream) -> None:
        """The stream is closed, and counted out."""
        who = stream.listener
        self._shown.pop(stream, None)
        if channels[who.kind].show is None:
            return
        is_last = who.channel not in self._streams.on
        if is_last and (timer := self._timers.pop(who.channel, None)):
            timer.cancel()
        await self._ask(bus.leave, who.channel, pk=who.pk, name=who.name, stream=stream.id, since=stream.since)
        await self._ask(bus.stir, who.channel)
        if is_last:
            await self._look(who.channel)

    async def listen(self, client: Any) -> None:
        """Hear of all processes who comes and goes, until the connection says nothing any more. Raises NoAnswer."""
        prefix = bus.prefix()
        async with client.pubsub() as subscription:
            await subscription.psubscribe(f"{prefix}*")
            for channel in list(self._streams.on):
                self._look_soon(channel)
            is_quiet = False
            while True:
                message = await subscription.get_message(timeout=connecting.BLOCK_SECONDS)
                if message is None and is_quiet:
                    raise NoAnswer("Nothing was heard of Valkey.")
                is_quiet = message is None
                if is_quiet:
                    await subscription.ping()
                elif message["type"] == "pmessage":
                    self._hear(message["channel"].removeprefix(prefix))

    def _hear(self, channel: str) -> None:
        if not channel.startswith(FACES):
            return self._look_soon(channel)
        if not self._news:
            asyncio.get_running_loop().call_later(GLANCE_SECONDS, lambda: self._start(self._glance()))
        self._news.add(channel.removeprefix(FACES))

    def _look_soon(self, channel: str, seconds: float = 0.05) -> None:
        """Look who is there; many changes at once are one look."""
        kind = channel.partition(":")[0]
        if channel not in self._streams.on or channels[kind].show is None:
            return
        timer = self._timers.get(channel)
        loop = asyncio.get_running_loop()
        if timer is not None and timer.when() <= loop.time() + seconds:
            return
        if timer is not None:
            timer.cancel()
        self._timers[channel] = loop.call_later(seconds, self._start_look, channel)

    def _start_look(self, channel: str) -> None:
        self._timers.pop(channel, None)
        self._start(self._look(channel))

    async def _look(self, channel: str) -> None:
        """Tell each page on the channel who else is there, if that is news, and what lists show of it."""
        kind = channels[channel.partition(":")[0]]
        company = await self._ask(bus.company, channel)
        for stream in list(self._streams.on.get(channel, ())):
            who = stream.listener
            with translation.override(who.language):
                shown = kind.show(_without(who.pk, company.people)) if kind.show else ""
            if self._shown.get(stream) != shown:
                self._shown[stream] = shown
                stream.tell(PRESENCE, shown)
        if kind.mark is not None:
            is_news = company.people != self._known.get(channel, ())
            if await self._ask(bus.keep_faces, channel, company, is_news=is_news):
                self._known[channel] = company.people
        if channel not in self._streams.on:
            self._known.pop(channel, None)
        elif company.until is not None:
            self._look_soon(channel, max(0.05, company.until - time.time() + 0.05))

    async def _glance(self) -> None:
        """Tell the lists of this process who is where by now."""
        news, self._news = self._news, set()
        keys: defaultdict[str, list[str]] = defaultdict(list)
        for channel in sorted(news):
            kind, _, key = channel.partition(":")
            if self._streams.has_others_than(kind) and kind in channels and channels[kind].mark is not None:
                keys[kind].append(key)
        try:
            found = await self._ask(bus.faces, sorted(news))
            for kind, of_kind in keys.items():
                heard = await self._ask(channels[kind].heard_by, of_kind)
                for key, hearing in heard.items():
                    self._mark(kind, key, found.get(f"{kind}:{key}", ()), self._streams.hearing(hearing))
        except (DatabaseError, InterfaceError) as error:
            log.warning("live_marks_not_told", error=type(error).__name__)

    def _mark(self, kind: str, key: str, people: tuple[Present, ...], streams: Iterable[Stream]) -> None:
        mark, printed = channels[kind].mark, dict[tuple[str, int], str]()
        present = {each.pk for each in people}
        for stream in streams:
            who = stream.listener
            if mark is None or who.kind == kind:
                continue
            reader = (who.language, who.pk if who.pk in present else 0)
            if reader not in printed:
                with translation.override(who.language):
                    printed[reader] = "".join(mark(_without(who.pk, people)).splitlines())  # a line for each mark
            stream.tell_mark(key, printed[reader])


def _without(pk: int, people: Iterable[Present]) -> list[Present]:
    return [each for each in people if each.pk != pk]
