"""The mail server that our answers go to: it takes everything, a little slowly, and remembers it."""

import asyncio
import random
import threading
import time
from collections import defaultdict
from dataclasses import dataclass, field
from email import message_from_bytes
from email.policy import default
from types import TracebackType
from typing import Self

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from helpdesk.operations.nemesis.ports import free_port

LONGEST_THOUGHT = 0.2  # seconds before it answers the data, so that senders die in between


@dataclass(frozen=True, slots=True)
class Received:
    """One mail that was taken: the answer was 250, or was meant to be."""

    message_id: str
    recipients: tuple[str, ...]
    text: str
    at: float


@dataclass
class Peer:
    """Listens between `__enter__` and `__exit__`."""

    received: list[Received] = field(default_factory=list)
    port: int = field(default_factory=free_port)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def __enter__(self) -> Self:
        self._controller = Controller(self, hostname="127.0.0.1", port=self.port, enable_SMTPUTF8=True)
        self._controller.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._controller.stop()

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's
        content = envelope.content
        mail = message_from_bytes(content if isinstance(content, bytes) else b"", policy=default)
        body = mail.get_body(("plain",))
        text = f"{mail['Subject']}\n{body.get_content() if body else ''}"
        message_id = str(mail["Message-ID"] or "").strip(" <>")
        with self._lock:
            self.received.append(Received(message_id, tuple(envelope.rcpt_tos), text, time.time()))
        await asyncio.sleep(random.uniform(0, LONGEST_THOUGHT))  # noqa: S311 - no secret
        return "250 2.0.0 taken"

    def times(self) -> dict[tuple[str, str], list[float]]:
        """When each letter came, by Message-ID and recipient."""
        found: dict[tuple[str, str], list[float]] = defaultdict(list)
        with self._lock:
            for each in self.received:
                for recipient in each.recipients:
                    found[each.message_id, recipient.lower()].append(each.at)
        return found
