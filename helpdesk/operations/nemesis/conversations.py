"""Tickets that exist by now, so that they can be answered."""

import random
import re
import threading
from dataclasses import dataclass

from django.db import Error as DatabaseError
from django.db import connection

from helpdesk.operations.nemesis.stage import Stage
from tickets.models import Ticket

TOKEN = re.compile(r"nemesis[0-9a-f]{6}x\d{6}x")
LOOK_SECONDS = 0.5


@dataclass(frozen=True, slots=True)
class Conversation:
    """`thread` is the token of the mail that opened the ticket."""

    thread: str
    number: int


class Conversations:
    """Filled by one thread, asked by the others."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._known: list[Conversation] = []
        self._last = 0

    def watch(self, stage: Stage) -> None:
        """Look for new tickets until the play ends; while the database is away there are none."""
        while stage.is_open:
            try:
                self._look()
            except DatabaseError:
                connection.close()
            stage.rest(LOOK_SECONDS)
        connection.close()

    def any(self, rng: random.Random) -> Conversation | None:
        with self._lock:
            return rng.choice(self._known) if self._known else None

    def _look(self) -> None:
        rows = Ticket.objects.filter(pk__gt=self._last).order_by("pk").values_list("pk", "number", "subject")
        for key, number, subject in rows:
            match = TOKEN.search(subject)
            with self._lock:
                self._last = max(self._last, key)
                if match:
                    self._known.append(Conversation(match[0], number))
