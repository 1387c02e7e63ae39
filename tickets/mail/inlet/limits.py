"""How much one peer, and all together, may ask of the inlet. Who is over it is told to come again: nothing is lost."""

import time
from collections import Counter, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from ipaddress import ip_address

MINUTE = 60.0


@dataclass
class Limits:
    """Connections at a time, of all and of one peer, and connections a minute of one peer. Loopback, where our own mail
    server speaks for the whole world, is held only to the first."""

    total: int = 200
    per_peer: int = 20
    per_minute: int = 120
    clock: Callable[[], float] = time.monotonic
    _open: Counter[str] = field(default_factory=Counter)
    _recent: dict[str, deque[float]] = field(default_factory=dict)

    def enter(self, peer: str) -> bool:
        """Count a new connection; False when it must not be served. A served one is to `leave`."""
        if self._open.total() >= self.total:
            return False
        if not is_loopback(peer) and (self._open[peer] >= self.per_peer or self._is_hasty(peer)):
            return False
        self._open[peer] += 1
        return True

    def leave(self, peer: str) -> None:
        self._open[peer] -= 1
        if self._open[peer] <= 0:
            del self._open[peer]

    def _is_hasty(self, peer: str) -> bool:
        now = self.clock()
        if len(self._recent) > 10_000:
            self._recent = {other: times for other, times in self._recent.items() if times[-1] > now - MINUTE}
        times = self._recent.setdefault(peer, deque())
        while times and times[0] <= now - MINUTE:
            times.popleft()
        if len(times) >= self.per_minute:
            return True
        times.append(now)
        return False


def is_loopback(peer: str) -> bool:
    try:
        return ip_address(peer).is_loopback
    except ValueError:
        return False
