"""What was tried, what was acknowledged."""

import secrets
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum


class Kind(StrEnum):
    OPENER = "opener"
    FOLLOW_UP = "follow_up"
    REPLY = "reply"
    NOTE = "note"


MAILS = frozenset({Kind.OPENER, Kind.FOLLOW_UP})


@dataclass(slots=True)
class Operation:
    """One thing said once, however often it had to be tried. `thread` is the opener's token of the conversation it
    belongs to; `acknowledged` counts the 250s or 303s that came for it, `refused` is a final no. Times are of
    `time.time`, in seconds."""

    token: str
    kind: Kind
    thread: str
    tries: int = 0
    acknowledged: int = 0
    refused: str = ""
    invoked_at: float = field(default_factory=time.time)
    answered_at: float = 0.0

    def acknowledge(self) -> None:
        self.acknowledged += 1
        self.answered_at = self.answered_at or time.time()

    @property
    def is_ok(self) -> bool:
        return self.acknowledged > 0


class History:
    """All operations, from all threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._mark = secrets.token_hex(3)
        self._operations: list[Operation] = []

    def invoke(self, kind: Kind, *, thread: str = "") -> Operation:
        """A new operation with a token that nothing else has, in no other run either."""
        with self._lock:
            token = f"nemesis{self._mark}x{len(self._operations):06d}x"
            operation = Operation(token, kind, thread or token)
            self._operations.append(operation)
        return operation

    def __iter__(self) -> Iterator[Operation]:
        with self._lock:
            return iter(list(self._operations))

    def of(self, *kinds: Kind) -> list[Operation]:
        return [operation for operation in self if operation.kind in kinds]

    @property
    def longest_wait(self) -> float:
        """Seconds between the first try of an operation and its acknowledgement, at most."""
        return max((each.answered_at - each.invoked_at for each in self if each.is_ok), default=0.0)
