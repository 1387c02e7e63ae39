"""Which hooks there are, as this process knows it.

Whoever answers a customer is not to ask the database each time for hooks that hardly ever change. What the copy says is
checked again by the statement that writes (`actions.happening`): one that has gone meanwhile is told nothing.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass

from helpdesk.webhooks.models import Hook

FRESH_SECONDS = 2.5
"""So long after it was set up a hook may not yet hear what other processes do."""


@dataclass(frozen=True, slots=True)
class Listener:
    """Of a hook what decides whether it wants to know."""

    pk: int
    events: frozenset[str]
    team: int | None
    with_notes: bool

    def wants(self, kind: str, *, team: int | None, is_internal: bool) -> bool:
        if kind not in self.events or (is_internal and not self.with_notes):
            return False
        return self.team is None or self.team == team


_copy: Sequence[Listener] = ()
_seen_at = float("-inf")


def listeners() -> Sequence[Listener]:
    """The active hooks, in one statement where the copy is older than FRESH_SECONDS."""
    if time.monotonic() - _seen_at > FRESH_SECONDS:
        read()
    return _copy


def read() -> None:
    """Look now."""
    global _copy, _seen_at
    rows = Hook.objects.filter(is_active=True).order_by("pk").values_list("pk", "events", "team", "with_notes")
    _copy = [Listener(pk, frozenset(events), team, with_notes) for pk, events, team, with_notes in rows]
    _seen_at = time.monotonic()


def begin_anew() -> None:
    """As a process that has just begun where there is no hook, and need not look."""
    global _copy, _seen_at
    _copy, _seen_at = (), time.monotonic()
