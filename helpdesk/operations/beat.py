"""Beat's scheduler, which also does the rounds of the watch.

Rounds run in a thread beside beat's own loop, on a connection of their own: a probe that takes long holds up no bell,
and neither broker nor worker is needed to see that they are away. The loop leaves a mark each time it goes round; when
it stands still, nobody outside is told that all is well.
"""

import threading
import time
from datetime import timedelta
from typing import Any

import structlog
from django.db import Error as DatabaseError
from django.db import connections
from django.utils import timezone
from django_celery_beat.schedulers import DatabaseScheduler

from helpdesk.operations.watching import pulses
from helpdesk.operations.watching.rounds import go_round

log = structlog.get_logger(__name__)
EVERY = 60.0
STILL = 90.0
"""Seconds after which beat's loop counts as standing still: it sleeps for ten at most (`SWEEP_SECONDS`), or five while
nothing is due."""


class Scheduler(DatabaseScheduler):
    """The schedules of the database, and the watch."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._ticked = time.monotonic()
        self._ends = threading.Event()
        self._watch: threading.Thread | None = None

    def tick(self, *args: Any, **kwargs: Any) -> Any:
        self._ticked = time.monotonic()
        if self._watch is None:
            self._watch = threading.Thread(target=self._keep_watch, daemon=True, name="watch")
            self._watch.start()
        return super().tick(*args, **kwargs)

    def close(self) -> None:
        self._ends.set()
        super().close()

    def _keep_watch(self) -> None:
        """A round at the beginning of each minute, until beat ends. Whatever goes wrong, the next one comes."""
        while not self._ends.wait(EVERY - time.time() % EVERY):
            try:
                self.watch()
            except DatabaseError as error:
                log.error("watch_without_database", error=type(error).__name__)
            except Exception:
                log.exception("watch_failed")
            finally:
                connections.close_all()

    def watch(self) -> None:
        """One round; see `rounds.go_round`."""
        silent = time.monotonic() - self._ticked
        pulses.tick(timezone.now() - timedelta(seconds=silent))
        go_round(beat_lives=silent < STILL)
