"""One open page, and what it has yet to be told."""

import asyncio
import time
from collections import defaultdict
from collections.abc import Iterable, Iterator
from secrets import token_hex

from helpdesk.notifications.live.channels import Listener
from helpdesk.notifications.live.happenings import Change

PRESENCE = "presence"
"""The event whose data is who else is there, as HTML."""
PAGE = "page"
"""The event that says that the thing of this page is another one."""
ROWS = "rows"
"""The event of things in lists: for how many seconds a page may put looking off, then the words of what changed."""
RELOAD = "reload"
"""The event that says that something was missed: look at everything. Its data are the seconds as well."""
MARKS = "here"
"""The event of who is at things in lists: in each line of its data the word of a thing, and after a blank its mark."""
GONE = 401
"""Why a stream ended, as a status of HTTP: its session did."""
MOST_WORDS = 100
"""Of more things than these at once a page is told no names: `*`."""
LOOKS_A_SECOND = 50.0
"""So many pages of this process look at what may concern them, at most."""
SHORTEST_PACE = 0.3


class Stream:
    """One open page. Of each kind of event only the latest waits, so a page that reads slowly costs no more."""

    __slots__ = ("_marks", "_rows", "id", "is_doubted", "is_ended", "listener", "since", "waiting", "wake", "why")

    def __init__(self, listener: Listener) -> None:
        self.listener = listener
        self.id = token_hex(6)
        self.since = int(time.time())
        self.waiting: dict[str, str] = {}
        self._rows: dict[str, None] = {}
        self._marks: dict[str, str] = {}
        self.why = 0
        """Once it has ended, the status with which who asks again would be refused; 0 where nobody listens any more."""
        self.wake = asyncio.Event()
        self.is_ended = False
        self.is_doubted = False

    def tell(self, event: str, data: str = "") -> None:
        self.waiting[event] = data
        self.wake.set()

    def tell_of(self, change: Change) -> None:
        """Of something that this page shows, or that may stand in its lists; of nothing else."""
        if self.listener.channel in change.channels:
            self.tell(PAGE)
        if not self.listener.hears.isdisjoint(change.channels):
            self._rows[change.word] = None
            self.tell(ROWS)

    def tell_mark(self, word: str, mark: str) -> None:
        """Of who is at a thing that may stand in a list of this page."""
        self._marks[word] = mark
        self.tell(MARKS)

    def take(self, pace: float) -> dict[str, str]:
        """What waits, which does so no more."""
        told, self.waiting = self.waiting, {}
        words, self._rows = self._rows, {}
        marks, self._marks = self._marks, {}
        if ROWS in told:
            told[ROWS] = " ".join([f"{pace:.1f}", *(words if len(words) <= MOST_WORDS else "*")])
        if RELOAD in told:
            told[RELOAD] = f"{pace:.1f}"
        if MARKS in told:
            told[MARKS] = "\n".join(f"{word} {mark}" for word, mark in marks.items())
        return told

    def end(self, why: int = 0) -> None:
        self.is_ended = True
        self.why = self.why or why
        self.wake.set()

    def doubt(self) -> None:
        """Before anything else is told, ask whether they may still listen."""
        self.is_doubted = True
        self.wake.set()


class Streams:
    """The open pages of a process, by what they hear."""

    def __init__(self) -> None:
        self.on: defaultdict[str, set[Stream]] = defaultdict(set)
        """By their own channel."""
        self.of_person: defaultdict[int, int] = defaultdict(int)
        self.count = 0
        self._hearing: defaultdict[str, set[Stream]] = defaultdict(set)

    def __iter__(self) -> Iterator[Stream]:
        return iter([each for streams in self.on.values() for each in streams])

    def __contains__(self, stream: Stream) -> bool:
        return stream in self.on.get(stream.listener.channel, ())

    @property
    def pace(self) -> float:
        """Seconds within which all pages may look without being too many at once."""
        return max(SHORTEST_PACE, self.count / LOOKS_A_SECOND)

    def has_others_than(self, kind: str) -> bool:
        """Whether a page of another kind is open."""
        return any(channel.partition(":")[0] != kind for channel in self.on)

    def add(self, stream: Stream) -> None:
        self.count += 1
        self.of_person[stream.listener.pk] += 1
        self.on[stream.listener.channel].add(stream)
        self._hear(stream)

    def discard(self, stream: Stream) -> None:
        who = stream.listener
        self.count -= 1
        self.of_person[who.pk] -= 1
        if not self.of_person[who.pk]:
            del self.of_person[who.pk]
        self._without(self.on, who.channel, stream)
        for channel in who.hears:
            self._without(self._hearing, channel, stream)

    def change(self, stream: Stream, listener: Listener) -> None:
        """The same page; what its person may hear is something else now."""
        for channel in stream.listener.hears:
            self._without(self._hearing, channel, stream)
        stream.listener = listener
        self._hear(stream)

    def tell(self, change: Change) -> None:
        """Each page once that hears of it."""
        of_it = self.hearing(change.channels)
        for channel in change.channels:
            of_it |= self.on.get(channel, set())
        for stream in of_it:
            stream.tell_of(change)

    def hearing(self, channels: Iterable[str]) -> set[Stream]:
        """Those that hear of one of these channels beside their own."""
        return {stream for channel in channels for stream in self._hearing.get(channel, ())}

    def _hear(self, stream: Stream) -> None:
        for channel in stream.listener.hears:
            self._hearing[channel].add(stream)

    @staticmethod
    def _without(streams: defaultdict[str, set[Stream]], channel: str, stream: Stream) -> None:
        streams[channel].discard(stream)
        if not streams[channel]:
            del streams[channel]
