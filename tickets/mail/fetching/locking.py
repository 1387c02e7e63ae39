"""One fetcher a mailbox: a session-level advisory lock on a connection of its own."""

from contextlib import suppress

import psycopg
from django.db import connection

from tickets.mail.fetching.errors import LockLost

# The first half of the key says what is locked: ASCII "mail".
LOCK_CLASS = 0x6D61696C


class FetchLock:
    """`pg_try_advisory_lock` on (mail, mailbox id), held as long as its connection lives.

    https://www.postgresql.org/docs/current/explicit-locking.html#ADVISORY-LOCKS - not through a pooler in transaction
    mode, which would hand the session to others.
    """

    def __init__(self, mailbox_id: int) -> None:
        self.mailbox_id = mailbox_id
        self._session: psycopg.Connection | None = None

    def acquire(self) -> bool:
        """True when the mailbox is ours now; False when another process holds it. Raises django.db.Error."""
        with connection.wrap_database_errors:
            parameters = {**connection.get_connection_params(), "application_name": "helpdesk fetch lock"}
            session = psycopg.connect(**parameters, autocommit=True)
            try:
                row = session.execute("SELECT pg_try_advisory_lock(%s, %s)", [LOCK_CLASS, self.mailbox_id]).fetchone()
            except BaseException:
                session.close()
                raise
        if not (row and row[0]):
            session.close()
            return False
        self._session = session
        return True

    def check(self) -> None:
        """Raise LockLost unless the lock is certainly still held."""
        try:
            if self._session is None:
                raise LockLost(f"mailbox {self.mailbox_id} is not locked")
            self._session.execute("SELECT 1")
        except psycopg.Error as error:
            raise LockLost(f"the lock on mailbox {self.mailbox_id} went away with its connection") from error

    def release(self) -> None:
        """The next who asks gets it: by a statement, for a closed connection is noticed when the server comes to it."""
        session, self._session = self._session, None
        if session is None:
            return
        with suppress(psycopg.Error):  # the connection is gone, and the lock with it
            session.execute("SELECT pg_advisory_unlock(%s, %s)", [LOCK_CLASS, self.mailbox_id])
        session.close()
