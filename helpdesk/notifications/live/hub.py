"""The open streams of this process, and one subscription for all of them."""

import asyncio
import contextlib
import json
import time
from collections import defaultdict
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from secrets import token_hex
from typing import Any, ParamSpec, TypeVar

import structlog
from django.conf import settings
from django.db import connections
from django.utils import translation
from redis.asyncio import Redis
from redis.exceptions import RedisError

from helpdesk.notifications.live import bus, figures
from helpdesk.notifications.live.channels import Listener, Shut, channels

log = structlog.get_logger(__name__)
P = ParamSpec("P")
T = TypeVar("T")

MOST_OF_A_PERSON = 20
MOST_OF_ALL = 5000
THREADS = 4
AGAIN_SECONDS = 1.0
ENDED_SECONDS = 0.2
"""So long after the end of a grant it is asked whether it has ended."""
SIGNED_OUT = "signed-out"
"""Of every channel: the event whose data is a session that has ended."""
SENT_OUT = "sent-out"
"""Of every channel: the event whose data is the key of a person all of whose sessions have ended."""
RIGHTS = "rights"
"""Of every channel: the event whose data is the key of a person who may see less or more now; "" for everybody."""


class Stream:
    """One open page. Of each kind of event only the latest waits, so a page that reads slowly costs no more."""

    __slots__ = ("id", "is_doubted", "is_ended", "listener", "since", "waiting", "wake")

    def __init__(self, listener: Listener) -> None:
        self.listener = listener
        self.id = token_hex(6)
        self.since = int(time.time())
        self.waiting: dict[str, str] = {}
        self.wake = asyncio.Event()
        self.is_ended = False
        self.is_doubted = False

    def tell(self, event: str, data: str) -> None:
        self.waiting[event] = data
        self.wake.set()

    def end(self) -> None:
        self.is_ended = True
        self.wake.set()

    def doubt(self) -> None:
        """Before anything else is told, ask whether they may still listen."""
        self.is_doubted = True
        self.wake.set()


class Hub:
    """Belongs to one event loop."""

    def __init__(self) -> None:
        self.streams: defaultdict[str, set[Stream]] = defaultdict(set)
        self.of_person: defaultdict[int, int] = defaultdict(int)
        self.count = 0
        self._shown: dict[Stream, str] = {}
        self._timers: dict[str, asyncio.TimerHandle] = {}
        self._ends: dict[Stream, asyncio.TimerHandle] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="live")
        self._listening: asyncio.Task[None] | None = None

    async def ask(self, call: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Do what waits for the database or Valkey in one of a few threads; no connection is held afterwards."""
        return await asyncio.get_running_loop().run_in_executor(self._threads, partial(_once, call, *args, **kwargs))

    async def enter(self, stream: Stream) -> None:
        """Count the stream in and tell the others. Raises Shut: 429 too many of this person, 503 of all."""
        who = stream.listener
        if self.of_person.get(who.pk, 0) >= MOST_OF_A_PERSON or self.count >= MOST_OF_ALL:
            raise Shut(429 if self.count < MOST_OF_ALL else 503)
        if self._listening is None:
            self._listening = asyncio.create_task(self._listen())
        self.count += 1
        self.of_person[who.pk] += 1
        self.streams[who.channel].add(stream)
        self.doubt_in_time(stream, who)
        figures.open_streams(self.count)
        await self.renew(stream)
        await self.ask(bus.publish_now, who.channel, bus.PRESENCE)
        self._refresh_soon(who.channel)

    async def renew(self, stream: Stream) -> None:
        """Keep who has this stream open from being forgotten."""
        who = stream.listener
        await self.ask(bus.arrive, who.channel, pk=who.pk, name=who.name, stream=stream.id, since=stream.since)

    def doubt_in_time(self, stream: Stream, who: Listener) -> None:
        """Ask again as soon as a grant of theirs, as they are now, has ended; what was to be asked before is not."""
        if timer := self._ends.pop(stream, None):
            timer.cancel()
        if who.lasts is not None:
            seconds = max(0.0, who.lasts) + ENDED_SECONDS
            self._ends[stream] = asyncio.get_running_loop().call_later(seconds, stream.doubt)

    async def exit(self, stream: Stream) -> None:
        """Count the stream out and tell the others; also when it never came in."""
        who = stream.listener
        if stream not in self.streams.get(who.channel, ()):
            return
        self.count -= 1
        self.of_person[who.pk] -= 1
        if not self.of_person[who.pk]:
            del self.of_person[who.pk]
        self.streams[who.channel].discard(stream)
        self._shown.pop(stream, None)
        if timer := self._ends.pop(stream, None):
            timer.cancel()
        if not self.streams[who.channel]:
            self._forget(who.channel)
        figures.open_streams(self.count)
        await self.ask(bus.leave, who.channel, pk=who.pk, name=who.name, stream=stream.id, since=stream.since)
        await self.ask(bus.publish_now, who.channel, bus.PRESENCE)

    def _forget(self, channel: str) -> None:
        del self.streams[channel]
        if timer := self._timers.pop(channel, None):
            timer.cancel()

    async def _listen(self) -> None:
        """Hear what all processes say; after a loss everything is looked at anew."""
        pattern = bus.prefix() + "*"
        while True:
            client = Redis.from_url(settings.REDIS_URL, decode_responses=True, socket_connect_timeout=1)
            try:
                async with client.pubsub() as subscription:
                    await subscription.psubscribe(pattern)
                    for channel in list(self.streams):
                        self._refresh_soon(channel)
                    async for message in subscription.listen():
                        if message["type"] == "pmessage":
                            self._hear(message["channel"][len(pattern) - 1 :], json.loads(message["data"]))
            except (RedisError, OSError) as error:
                log.warning("live_events_away", error=type(error).__name__)
            finally:
                with contextlib.suppress(RedisError, OSError):  # it is gone already
                    await client.aclose()
            await asyncio.sleep(AGAIN_SECONDS)

    def _hear(self, channel: str, said: dict[str, Any]) -> None:
        if said["event"] in (SIGNED_OUT, SENT_OUT, RIGHTS):
            self._look_through(said["event"], said["data"])
        elif channel not in self.streams:
            return
        elif said["event"] == bus.PRESENCE:
            self._refresh_soon(channel)
        else:
            for stream in self.streams[channel]:
                stream.tell(said["event"], said["data"])

    def _look_through(self, event: str, data: str) -> None:
        """Something happened to people, wherever they listen."""
        for stream in [each for streams in self.streams.values() for each in streams]:
            who = stream.listener
            if event == RIGHTS:
                if data in ("", str(who.pk)):
                    stream.doubt()
            elif data == (bus.digest(who.session) if event == SIGNED_OUT else str(who.pk)):
                stream.end()

    def _refresh_soon(self, channel: str, seconds: float = 0.05) -> None:
        """Look who is there; many changes at once are one look."""
        timer = self._timers.get(channel)
        loop = asyncio.get_running_loop()
        if timer is not None and timer.when() <= loop.time() + seconds:
            return
        if timer is not None:
            timer.cancel()
        self._timers[channel] = loop.call_later(seconds, self._start_refresh, channel)

    def _start_refresh(self, channel: str) -> None:
        self._timers.pop(channel, None)
        task = asyncio.create_task(self._refresh(channel))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _refresh(self, channel: str) -> None:
        """Tell each page on the channel who else is there, if that is news."""
        company = await self.ask(bus.company, channel)
        for stream in list(self.streams.get(channel, ())):
            who = stream.listener
            with translation.override(who.language):
                shown = channels[who.kind].show([each for each in company.people if each.pk != who.pk])
            if self._shown.get(stream) != shown:
                self._shown[stream] = shown
                stream.tell(bus.PRESENCE, shown)
        if company.until is not None and channel in self.streams:
            self._refresh_soon(channel, max(0.05, company.until - time.time() + 0.05))


def _once(call: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    try:
        return call(*args, **kwargs)
    finally:
        connections.close_all()
