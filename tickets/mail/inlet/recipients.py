"""Which recipients are ours."""

import threading
import time
from collections.abc import Iterable
from dataclasses import dataclass

from django.db import Error as DatabaseError

from tickets.mail.models import Mailbox


@dataclass(frozen=True, slots=True)
class Directory:
    """The addresses of all active mailboxes at one moment."""

    mailboxes: dict[str, Mailbox]
    catch_all: Mailbox | None = None

    @classmethod
    def of(cls, mailboxes: Iterable[Mailbox], *, catch_all: bool) -> "Directory":
        known = list(mailboxes)
        default = next((mailbox for mailbox in known if mailbox.is_default), None)
        return cls(
            {address: mailbox for mailbox in known for address in mailbox.addresses}, default if catch_all else None
        )

    def find(self, recipient: str) -> Mailbox | None:
        """The mailbox that `recipient` is an address of, whatever stands behind a `+` in it."""
        address = recipient.lower()
        local, _, domain = address.rpartition("@")
        bare = f"{local.partition('+')[0]}@{domain}"
        return self.mailboxes.get(address) or self.mailboxes.get(bare) or self.catch_all


class Recipients:
    """The directory, asked of the database every few seconds and kept while the database is away."""

    def __init__(self, *, catch_all: bool, fresh_seconds: float) -> None:
        self.catch_all = catch_all
        self.fresh_seconds = fresh_seconds
        self._directory: Directory | None = None
        self._read_at = 0.0
        self._lock = threading.Lock()

    @property
    def _is_old(self) -> bool:
        return time.monotonic() - self._read_at > self.fresh_seconds

    def find(self, recipient: str) -> Mailbox | None:
        """Raises django.db.Error when nothing is known yet and the database is away."""
        return self._current().find(recipient)

    def known(self, recipient: str) -> tuple[bool, Mailbox | None]:
        """(whether the answer is fresh, the answer), without asking the database."""
        if self._directory is None or self._is_old:
            return False, None
        return True, self._directory.find(recipient)

    def _current(self) -> Directory:
        with self._lock:
            if self._directory is None or self._is_old:
                try:
                    mailboxes = Mailbox.objects.active().without_secrets()
                    self._directory = Directory.of(mailboxes, catch_all=self.catch_all)
                except DatabaseError:
                    if self._directory is None:
                        raise
                self._read_at = time.monotonic()
            return self._directory
