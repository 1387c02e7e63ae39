"""Connections kept open between mails: signing in costs more than sending."""

import threading
import time

from helpdesk.notifications.registries import Transport
from helpdesk.notifications.smtp import Connection

IDLE_SECONDS = 30.0
MOST_MAILS = 100
"""Mails over one connection; many servers hang up after about as many."""
MOST_KEPT = 4
"""Open connections to one server that wait for work."""


class Pool:
    """The open connections of this process. Each is lent to one thread at a time."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._idle: dict[Transport, list[Connection]] = {}

    def borrow(self, transport: Transport) -> Connection:
        """A connection that answers, an open one if possible. Raises what `Connection` raises."""
        while kept := self._take(transport):
            if kept.is_alive():
                return kept
            kept.drop()
        return Connection(transport)

    def give_back(self, connection: Connection) -> None:
        """Keep it for the next mail, unless it is worn out."""
        connection.idle_since = time.monotonic()
        with self._lock:
            kept = self._idle.setdefault(connection.transport, [])
            keep = connection.mails < MOST_MAILS and len(kept) < MOST_KEPT
            if keep:
                kept.append(connection)
        if not keep:
            connection.close()

    def close_idle(self, *, older_than: float = IDLE_SECONDS) -> None:
        """Hang up where nothing was sent for so many seconds."""
        before = time.monotonic() - older_than
        with self._lock:
            old = [each for kept in self._idle.values() for each in kept if each.idle_since <= before]
            self._idle = {
                transport: left
                for transport, kept in self._idle.items()
                if (left := [each for each in kept if each.idle_since > before])
            }
        for connection in old:
            connection.close()

    def _take(self, transport: Transport) -> Connection | None:
        with self._lock:
            kept = self._idle.get(transport)
            return kept.pop() if kept else None


pool = Pool()
