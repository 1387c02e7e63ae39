"""Sessions in the database, read by a statement that is prepared once: every request begins with it.

`OpenSession` says of each where its person sits; here both keep the same key. When a session was seen last stands in
the cache, for a page that is only looked at writes nothing into the database.
"""

import time
from datetime import UTC, datetime
from typing import Any

from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.db import models, transaction
from django.db.models.functions import Now

from helpdesk.accounts.models import OpenSession
from helpdesk.core.prepared import Prepared

SEEN_EVERY_SECONDS = 180
SEEN_KEPT_SECONDS = 60 * 60 * 24 * 14
SLOW_SECONDS = 0.3
QUIET_SECONDS = 10.0
"""Where the cache hangs, one page in so long waits for it."""
MOST_REMEMBERED = 20_000

_quiet_until = 0.0
_noted: dict[str, float] = {}
"""When this process last wrote down that a session was seen (monotonic)."""


def _build_session(*, key: str) -> "models.QuerySet[Any]":
    return Session.objects.filter(session_key=key, expire_date__gt=Now()).order_by("pk")


_session: Prepared[Session] = Prepared(_build_session)


class SessionStore(DatabaseStore):
    """Django's store; one that is missing or has run out begins anew, as there. `ends_at` is when one that was read
    runs out."""

    ends_at: datetime | None = None

    def _get_session_from_db(self) -> Session | None:
        found = next(iter(_session(key=self.session_key)), None) if self.session_key else None
        if found is None:
            self._session_key = None
        else:
            self.ends_at = found.expire_date
        return found

    @transaction.atomic
    def cycle_key(self) -> None:
        """A new key for the same session; the place where its person sits stays the same one."""
        before = self.session_key
        super().cycle_key()
        if before:
            OpenSession.objects.filter(session_key=before).update(session_key=self.session_key)

    def flush(self) -> None:
        """Nobody sits there any more."""
        if self.session_key:
            OpenSession.objects.filter(session_key=self.session_key).delete()
        super().flush()

    @classmethod
    def clear_expired(cls) -> None:
        super().clear_expired()
        living = Session.objects.filter(session_key=models.OuterRef("session_key")).order_by()
        OpenSession.objects.filter(~models.Exists(living)).delete()


def see(session_key: str) -> None:
    """Somebody is at this session now: one write to the cache in three minutes, by each process."""
    global _quiet_until
    now = time.monotonic()
    if now - _noted.get(session_key, -SEEN_EVERY_SECONDS) < SEEN_EVERY_SECONDS:
        return
    if len(_noted) >= MOST_REMEMBERED:
        _noted.clear()
    _noted[session_key] = now
    if now < _quiet_until:
        return
    cache.set(_seen(session_key), int(time.time()), SEEN_KEPT_SECONDS)
    if time.monotonic() - now > SLOW_SECONDS:
        _quiet_until = time.monotonic() + QUIET_SECONDS


def seen_at(session_keys: list[str]) -> dict[str, datetime]:
    """When each was seen last, as far as that is known."""
    found = cache.get_many([_seen(key) for key in session_keys])
    times = {key: found.get(_seen(key)) for key in session_keys}
    return {key: datetime.fromtimestamp(at, UTC) for key, at in times.items() if isinstance(at, int)}


def _seen(session_key: str) -> str:
    return f"seen:{session_key}"
