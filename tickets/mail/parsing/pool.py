"""Parsing in child processes under limits: what `tickets.mail` calls.

A `ParserPool` may be shared by threads: each call has a child of its own for its time. After a fork the new process
starts children of its own. Children live from mail to mail, are replaced after `recycle_after` mails, when they grow
beyond `max_resident_bytes`, or when they die; they end with their parent.
"""

import os
import queue
from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import TracebackType
from typing import Self

from tickets.mail.parsing import caps
from tickets.mail.parsing.errors import ParserCrashed, Unparsable
from tickets.mail.parsing.link import ChildLink, Limits
from tickets.mail.parsing.types import ParsedMail

__all__ = ["Limits", "ParseFailure", "ParserCrashed", "ParserPool", "Unparsable"]

IN_FLIGHT = 2


@dataclass(frozen=True, slots=True)
class ParseFailure:
    """A mail of `parse_many` that gave no result. `crashed` tells a dead or failed parser from a refused mail."""

    reason: str
    crashed: bool


class ParserPool:
    """Up to `size` children, started when first needed.

    Limits: bytes of address space, seconds of processor and of wall time per mail.
    """

    def __init__(
        self,
        size: int = 1,
        *,
        memory_bytes: int = 1024**3,
        cpu_seconds: int = 20,
        wall_seconds: float = 30,
        recycle_after: int = 500,
        max_resident_bytes: int = 300 * 1024**2,
        max_mail_bytes: int = caps.MAX_MAIL_BYTES,
    ) -> None:
        self._limits = Limits(
            memory_bytes, cpu_seconds, wall_seconds, recycle_after, max_resident_bytes, max_mail_bytes
        )
        self._size = size
        self._owner = 0
        self._idle: queue.LifoQueue[ChildLink] = queue.LifoQueue()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def parse(self, raw: bytes) -> ParsedMail:
        """Read one mail. Raises Unparsable when it cannot be shown, ParserCrashed when its child died or failed."""
        if len(raw) > self._limits.max_mail_bytes:
            caps.admit(raw, max_bytes=self._limits.max_mail_bytes)
        with self._link() as link:
            link.send(raw)
            return link.receive()

    def parse_many(self, raws: Iterable[bytes]) -> Iterator[ParsedMail | ParseFailure]:
        """Results in the order of the mails; the child reads the next mail while the caller deals with the one given.

        A crash is the failure of its own mail only: the mail sent after it is sent again to a fresh child.
        """
        with self._link() as link:
            source = iter(raws)
            waiting: deque[bytes] = deque()
            exhausted = False
            while True:
                while not exhausted and len(waiting) < IN_FLIGHT:
                    following = next(source, None)
                    if following is None:
                        exhausted = True
                    else:
                        waiting.append(following)
                        if len(following) <= self._limits.max_mail_bytes:
                            link.send(following)
                if not waiting:
                    return
                yield self._next_result(link, waiting)

    def _next_result(self, link: ChildLink, waiting: deque[bytes]) -> ParsedMail | ParseFailure:
        raw = waiting.popleft()
        try:
            if len(raw) > self._limits.max_mail_bytes:
                caps.admit(raw, max_bytes=self._limits.max_mail_bytes)
            return link.receive()
        except Unparsable as refused:
            return ParseFailure(str(refused), crashed=False)
        except ParserCrashed as crash:
            return ParseFailure(str(crash), crashed=True)

    def close(self) -> None:
        """End all idle children; calls still running in other threads end theirs themselves."""
        if self._owner == os.getpid():
            while True:
                try:
                    self._idle.get_nowait().close()
                except queue.Empty:
                    break
        self._owner = 0

    @contextmanager
    def _link(self) -> Iterator[ChildLink]:
        if self._owner != os.getpid():
            self._adopt()
        idle = self._idle
        link = idle.get()
        try:
            yield link
        finally:
            link.settle()
            if self._idle is idle and self._owner == os.getpid():
                idle.put(link)
            else:
                link.close()

    def _adopt(self) -> None:
        """Start anew in this process: children that a fork left behind belong to the process that started them."""
        self._idle = queue.LifoQueue()
        for _ in range(self._size):
            self._idle.put(ChildLink(self._limits))
        self._owner = os.getpid()
