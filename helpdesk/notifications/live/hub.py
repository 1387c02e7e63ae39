"""The open streams of this process, and the tasks that tell them."""

import asyncio
import contextlib
import time
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any, ParamSpec, TypeVar

import structlog
from django.conf import settings
from django.db import connections
from django.utils import translation
from redis.asyncio import Redis
from redis.exceptions import RedisError

from helpdesk.notifications.live import bus, figures
from helpdesk.notifications.live.channels import Listener, Shut, channels
from helpdesk.notifications.live.reading import AGAIN_SECONDS, Reader
from helpdesk.notifications.live.streams import PRESENCE, RELOAD, Stream, Streams

log = structlog.get_logger(__name__)
P = ParamSpec("P")
T = TypeVar("T")

MOST_OF_A_PERSON = 20
MOST_OF_ALL = 5000
THREADS = 4
ENDED_SECONDS = 0.2
"""So long after the end of a grant it is asked whether it has ended."""
READY_SECONDS = 2.0
"""A page that comes first waits so long for what happened to be read."""


class Hub:
    """Belongs to one event loop."""

    def __init__(self) -> None:
        self.streams = Streams()
        self.reader = Reader(self.streams, self.ask)
        self._shown: dict[Stream, str] = {}
        self._timers: dict[str, asyncio.TimerHandle] = {}
        self._ends: dict[Stream, asyncio.TimerHandle] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="live")
        self._is_listening = False

    async def ask(self, call: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Do what waits for the database or Valkey in one of a few threads; no connection is held afterwards."""
        return await asyncio.get_running_loop().run_in_executor(self._threads, partial(_once, call, *args, **kwargs))

    async def enter(self, stream: Stream, *, after: str = "") -> None:
        """Count the stream in, tell it what happened `after` a position, and the others that it is there. Raises Shut:
        429 too many of this person, 503 of all."""
        who = stream.listener
        if self.streams.of_person.get(who.pk, 0) >= MOST_OF_A_PERSON or self.streams.count >= MOST_OF_ALL:
            raise Shut(429 if self.streams.count < MOST_OF_ALL else 503)
        if not self._is_listening:
            self._is_listening = True
            self._start(self.reader.read())
            self._start(self._listen())
        self.streams.add(stream)
        self._doubt_in_time(stream, who)
        figures.open_streams(self.streams.count)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self.reader.is_ready.wait(), READY_SECONDS)
        if after:
            self._tell_missed(stream, after)
        if channels[who.kind].show is not None:
            await self.renew(stream)
            await self.ask(bus.stir, who.channel)
            self._refresh_soon(who.channel)

    def _tell_missed(self, stream: Stream, after: str) -> None:
        missed = self.reader.past.since(after)
        if missed is None:
            stream.tell(RELOAD)
        for change in missed or ():
            stream.tell_of(change)

    async def renew(self, stream: Stream) -> None:
        """Keep who has this stream open from being forgotten."""
        who = stream.listener
        if channels[who.kind].show is not None:
            await self.ask(bus.arrive, who.channel, pk=who.pk, name=who.name, stream=stream.id, since=stream.since)

    def change(self, stream: Stream, listener: Listener) -> None:
        """The person of this stream was asked for again: they may hear something else now."""
        if stream not in self.streams:
            return
        self._doubt_in_time(stream, listener)
        if listener.hears != stream.listener.hears:
            self.streams.change(stream, listener)

    def _doubt_in_time(self, stream: Stream, who: Listener) -> None:
        """Ask again as soon as a grant of theirs, as they are now, has ended; what was to be asked before is not."""
        if timer := self._ends.pop(stream, None):
            timer.cancel()
        if who.lasts is not None:
            seconds = max(0.0, who.lasts) + ENDED_SECONDS
            self._ends[stream] = asyncio.get_running_loop().call_later(seconds, stream.doubt)

    async def exit(self, stream: Stream) -> None:
        """Count the stream out and tell the others; also when it never came in."""
        who = stream.listener
        if stream not in self.streams:
            return
        self.streams.discard(stream)
        self._shown.pop(stream, None)
        if timer := self._ends.pop(stream, None):
            timer.cancel()
        if who.channel not in self.streams.on and (timer := self._timers.pop(who.channel, None)):
            timer.cancel()
        figures.open_streams(self.streams.count)
        if channels[who.kind].show is not None:
            await self.ask(bus.leave, who.channel, pk=who.pk, name=who.name, stream=stream.id, since=stream.since)
            await self.ask(bus.stir, who.channel)

    async def _listen(self) -> None:
        """Hear of all processes who comes and goes; after a loss everything is looked at anew."""
        pattern = bus.prefix() + "*"
        while True:
            client = Redis.from_url(settings.REDIS_URL, decode_responses=True, socket_connect_timeout=1)
            try:
                async with client.pubsub() as subscription:
                    await subscription.psubscribe(pattern)
                    for channel in list(self.streams.on):
                        self._refresh_soon(channel)
                    async for message in subscription.listen():
                        if message["type"] == "pmessage":
                            self._refresh_soon(message["channel"][len(pattern) - 1 :])
            except (RedisError, OSError) as error:
                log.warning("live_events_away", error=type(error).__name__)
            finally:
                with contextlib.suppress(RedisError, OSError):  # it is gone already
                    await client.aclose()
            await asyncio.sleep(AGAIN_SECONDS)

    def _refresh_soon(self, channel: str, seconds: float = 0.05) -> None:
        """Look who is there; many changes at once are one look."""
        kind = channel.partition(":")[0]
        if channel not in self.streams.on or channels[kind].show is None:
            return
        timer = self._timers.get(channel)
        loop = asyncio.get_running_loop()
        if timer is not None and timer.when() <= loop.time() + seconds:
            return
        if timer is not None:
            timer.cancel()
        self._timers[channel] = loop.call_later(seconds, self._start_refresh, channel)

    def _start_refresh(self, channel: str) -> None:
        self._timers.pop(channel, None)
        self._start(self._refresh(channel))

    def _start(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _refresh(self, channel: str) -> None:
        """Tell each page on the channel who else is there, if that is news."""
        show = channels[channel.partition(":")[0]].show
        company = await self.ask(bus.company, channel)
        for stream in list(self.streams.on.get(channel, ())):
            who = stream.listener
            with translation.override(who.language):
                shown = show([each for each in company.people if each.pk != who.pk]) if show else ""
            if self._shown.get(stream) != shown:
                self._shown[stream] = shown
                stream.tell(PRESENCE, shown)
        if company.until is not None:
            self._refresh_soon(channel, max(0.05, company.until - time.time() + 0.05))


def _once(call: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    try:
        return call(*args, **kwargs)
    finally:
        connections.close_all()
