"""The open streams of this process, and the tasks that tell them."""

import asyncio
import contextlib
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any, ParamSpec, TypeVar

from django.db import connections

from helpdesk.notifications.live import figures
from helpdesk.notifications.live.channels import Listener, Shut
from helpdesk.notifications.live.connecting import go_on
from helpdesk.notifications.live.happenings import Change
from helpdesk.notifications.live.presence import Presence
from helpdesk.notifications.live.reading import Reader
from helpdesk.notifications.live.streams import RELOAD, Stream, Streams

P = ParamSpec("P")
T = TypeVar("T")

MOST_OF_A_PERSON = 20
MOST_OF_ALL = 5000
THREADS = 4
SOON_SECONDS = 60.0
"""An end that is further away than this is not waited for: every listener is asked for again before."""
ENDED_SECONDS = 0.2
"""So long after the end of a session or a grant it is asked whether it has ended."""
READY_SECONDS = 2.0
"""A page that comes first waits so long for what happened to be read."""


class Hub:
    """Belongs to one event loop."""

    def __init__(self) -> None:
        self.streams = Streams()
        self.reader = Reader(self.streams, self.ask)
        self.presence = Presence(self.streams, self.ask, self._start)
        self._ends: dict[Stream, asyncio.TimerHandle] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="live")
        self._is_listening = False

    async def ask(self, call: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Do what waits for the database or Valkey in one of a few threads; no connection is held afterwards."""
        return await asyncio.get_running_loop().run_in_executor(self._threads, partial(_once, call, *args, **kwargs))

    async def enter(self, stream: Stream, *, after: str = "", made: int | None = None) -> None:
        """Count the stream in, tell it what happened `after` a position, or since it was `made` (Unix time), and the
        others that it is there. Raises Shut: 429 too many of this person, 503 of all."""
        who = stream.listener
        if self.streams.of_person.get(who.pk, 0) >= MOST_OF_A_PERSON or self.streams.count >= MOST_OF_ALL:
            raise Shut(429 if self.streams.count < MOST_OF_ALL else 503)
        if not self._is_listening:
            self._is_listening = True
            self._start(go_on(self.reader.read, lost=self.reader.is_ready.set))
            self._start(go_on(self.presence.listen))
        self.streams.add(stream)
        self._doubt_in_time(stream, who)
        figures.open_streams(self.streams.count)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self.reader.is_ready.wait(), READY_SECONDS)
        self.reader.is_ready.set()  # this page is told to look anew once it is known
        if after:
            _tell_missed(stream, self.reader.past.since(after))
        elif made is not None:
            _tell_missed(stream, self.reader.past.since_moment(made))
        await self.presence.enter(stream)

    def change(self, stream: Stream, listener: Listener) -> None:
        """The person of this stream was asked for again: they may hear something else now."""
        if stream not in self.streams:
            return
        self._doubt_in_time(stream, listener)
        if listener.hears != stream.listener.hears:
            self.streams.change(stream, listener)

    def _doubt_in_time(self, stream: Stream, who: Listener) -> None:
        """Ask again as soon as their session or a grant of theirs, as they are now, has ended; what was to be asked
        before is not."""
        if timer := self._ends.pop(stream, None):
            timer.cancel()
        if who.lasts is not None and who.lasts < SOON_SECONDS:
            seconds = max(0.0, who.lasts) + ENDED_SECONDS
            self._ends[stream] = asyncio.get_running_loop().call_later(seconds, stream.doubt)

    async def exit(self, stream: Stream) -> None:
        """Count the stream out and tell the others; also when it never came in."""
        if stream not in self.streams:
            return
        self.streams.discard(stream)
        if timer := self._ends.pop(stream, None):
            timer.cancel()
        figures.open_streams(self.streams.count)
        await self.presence.exit(stream)

    def _start(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


def _tell_missed(stream: Stream, missed: list[Change] | None) -> None:
    if missed is None:
        stream.tell(RELOAD)
    for change in missed or ():
        stream.tell_of(change)


def _once(call: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    try:
        return call(*args, **kwargs)
    finally:
        connections.close_all()
