"""What happened, in the order in which it did: one capped stream in Valkey, which every events process reads.

A line says of which kind a thing is and which key it has, nothing else: whoever is told looks for themselves.
"""

import threading
import time
from collections import deque
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.db import transaction

from helpdesk.notifications.live import bus

MOST = 10_000
"""So many lines are kept, and may be told again to a page that was away."""
MOST_OF_A_LINE = 200
"""Keys in one line; more than these together are several lines."""
GAP = "gap"
"""The kind of a line that stands for others which could not be written: every page looks anew."""
SIGNED_OUT = "signed-out"
"""The kind whose key is a session that has ended (`bus.digest`)."""
SENT_OUT = "sent-out"
"""The kind whose key is a person all of whose sessions have ended."""
RIGHTS = "rights"
"""The kind whose key is a person who may see less or more now; `EVERYBODY` for all."""
EVERYBODY = "everybody"

_is_behind = False
"""A line of this process could not be written, and nobody was told so yet."""
_making_up: threading.Thread | None = None


def stream_key() -> str:
    return f"{bus.prefix()}happenings"


def tell(kind: str, keys: Iterable[object], *, was: Collection[str] = ()) -> None:
    """Say that these things are others now, once the caller's transaction has committed (at once outside of one). `was`
    are channels that had them before and may not have them now. Never raises for Valkey's sake."""
    told = [str(key) for key in keys]
    if told:
        transaction.on_commit(partial(tell_now, kind, told, was=was))


def tell_now(kind: str, keys: Iterable[object], *, was: Collection[str] = ()) -> bool:
    """The same at once; False when Valkey is away or full. The first line afterwards says that something is missing:
    whatever this process tells next, or what it tries to tell from now on, for it may have nothing else to tell."""
    global _is_behind
    told = [str(key) for key in keys]
    lines = [line(kind, told[at : at + MOST_OF_A_LINE], was) for at in range(0, len(told), MOST_OF_A_LINE)]
    if _is_behind:
        lines.insert(0, line(GAP, (), ()))

    def add(client: Any) -> bool:
        with client.pipeline() as pipeline:
            for each in lines:
                pipeline.xadd(stream_key(), each, maxlen=MOST, approximate=True)
            pipeline.execute()
        return True

    _is_behind = not bus.forgiving(False, add)
    if _is_behind:
        _make_up_later()
    return not _is_behind


def _make_up_later() -> None:
    global _making_up
    if _making_up is None or not _making_up.is_alive():
        _making_up = threading.Thread(target=_make_up, name="live-gap", daemon=True)
        _making_up.start()


def _make_up() -> None:
    while _is_behind:
        time.sleep(bus.QUIET_SECONDS)
        if _is_behind:
            tell_now(GAP, ())


def line(kind: str, keys: Iterable[str], was: Iterable[str]) -> dict[str, str]:
    return {"kind": kind, "keys": " ".join(keys), "was": " ".join(was)}


@dataclass(frozen=True, slots=True)
class Change:
    """A thing is another one now: the word by which pages know it, and the channels that hear of it."""

    word: str
    channels: frozenset[str]


def place_of(position: str) -> tuple[int, int] | None:
    """Where `12-3` stands in the stream; None for what is no position."""
    first, _, second = position.partition("-")
    if not all(part.isascii() and part.isdigit() and len(part) < 19 for part in (first, second or "0")):
        return None
    return int(first), int(second or 0)


class Past:
    """The latest changes that this process has read, and how far it has read (`position`, "" for nothing yet)."""

    def __init__(self) -> None:
        self.position = ""
        self._begins = (0, 0)
        self._changes: deque[tuple[tuple[int, int], Change]] = deque()

    def begin(self, position: str) -> None:
        """Know of nothing before this position."""
        self.position = position
        self._begins = place_of(position) or (0, 0)
        self._changes.clear()

    def add(self, position: str, changes: Iterable[Change]) -> None:
        """What the line at this position says; in the order of the stream."""
        self.position = position
        place = place_of(position) or (0, 0)
        self._changes.extend((place, change) for change in changes)
        while len(self._changes) > MOST:
            self._begins = self._changes.popleft()[0]

    def goes_on_from(self, oldest: str, newest: str) -> bool:
        """Whether a stream with these lines at its ends still has all that this process has not read. One that was
        emptied begins later than what was read last; one that another server began may end before it."""
        place = place_of(self.position) or (0, 0)
        return bool(self.position) and (place_of(oldest) or (0, 0)) <= place <= (place_of(newest) or (0, 0))

    def since(self, position: str) -> list[Change] | None:
        """What came after this position; None when that is not known: it is too long ago, of another life of the
        stream, or no position."""
        place = place_of(position)
        if place is None or place > (place_of(self.position) or (0, 0)):
            return None
        return self._after(place)

    def since_moment(self, moment: int) -> list[Change] | None:
        """What came after this moment (Unix time); None when that is too long ago."""
        return self._after((moment * 1000, 0))

    def _after(self, place: tuple[int, int]) -> list[Change] | None:
        if not self.position or place < self._begins:
            return None
        return [change for at, change in self._changes if at > place]
