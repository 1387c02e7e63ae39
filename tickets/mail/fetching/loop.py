"""One long process: a thread for each mailbox that lies on a server."""

import threading
import time
from dataclasses import dataclass

import structlog
from django.db import Error as DatabaseError
from django.db import close_old_connections, connection

from helpdesk.core.context import acting_from
from helpdesk.core.errors import Refused
from tickets.mail.actions.fetch_progress import note_failure, note_success, pause_after
from tickets.mail.enums import Protocol
from tickets.mail.fetching.errors import LockLost, ServerFailed
from tickets.mail.fetching.imap import ImapSession
from tickets.mail.fetching.locking import FetchLock
from tickets.mail.fetching.pop3 import Pop3Session
from tickets.mail.fetching.rounds import Round, Session
from tickets.mail.models import Mailbox

log = structlog.get_logger(__name__)
LOOK_FOR_CHANGES_SECONDS = 5
TAKEN_SECONDS = 5
DATABASE_AWAY_SECONDS = 2
RECONNECT_SECONDS = 2
REST_AFTER_FAULT_SECONDS = 60
SESSION_SECONDS = 3600
SESSION_WITH_UNREADABLE_SECONDS = 600
FIELDS_THAT_MATTER = (
    "protocol", "in_host", "in_port", "in_security", "in_username", "in_password", "folder", "after_fetch", "move_to",
    "verify_certificate",
)  # fmt: skip


def open_session(mailbox: Mailbox, lock: FetchLock) -> Session:
    """Raises ServerFailed."""
    return ImapSession(mailbox, lock) if mailbox.protocol == Protocol.IMAP else Pop3Session(mailbox, lock)


@dataclass(frozen=True, slots=True)
class OneRound:
    """What came of fetching a mailbox once."""

    mailbox: str
    stored: int = 0
    server_count: int = 0
    trouble: str = ""
    is_taken: bool = False


def fetch_once(mailbox: Mailbox) -> OneRound:
    """Read the mailbox to its end, now. Another fetcher at work makes `is_taken`; failures are noted and told."""
    lock = FetchLock(mailbox.pk)
    if not lock.acquire():
        return OneRound(mailbox.name, is_taken=True)
    try:
        session = open_session(mailbox, lock)
        try:
            done = session.fetch_new()
            _note(session, done, is_first=True, mailbox=mailbox)
        finally:
            session.close()
    except ServerFailed as error:
        note_failure(mailbox=mailbox, reason=str(error))
        return OneRound(mailbox.name, trouble=str(error))
    finally:
        lock.release()
    return OneRound(mailbox.name, stored=done.stored, server_count=done.server_count, trouble=done.notice)


def _note(session: Session, done: Round, *, is_first: bool, mailbox: Mailbox) -> None:
    keep_old_notice = not is_first or session.renumbered
    note_success(
        mailbox=mailbox,
        server_count=done.server_count,
        notice=done.notice or (None if keep_old_notice else ""),
    )
    if done.stored:
        log.info("mail_fetched", mailbox=mailbox.name, mails=done.stored)


class Fetcher(threading.Thread):
    """Fetches one mailbox until told to stop, whatever happens to the server or the database."""

    def __init__(self, mailbox: Mailbox) -> None:
        super().__init__(name=f"fetch-{mailbox.pk}", daemon=True)
        self.mailbox_id = mailbox.pk
        self.stop = threading.Event()
        self.replace_at = float("inf")

    def run(self) -> None:
        with acting_from("mail"):
            try:
                while not self.stop.is_set():
                    self.stop.wait(self._work())
            finally:
                connection.close()
                self.replace_at = time.monotonic() + (0 if self.stop.is_set() else REST_AFTER_FAULT_SECONDS)

    def _work(self) -> float:
        """One session; returns the seconds to wait before the next."""
        close_old_connections()
        lock = FetchLock(self.mailbox_id)
        try:
            mailbox = Mailbox.objects.fetched().filter(pk=self.mailbox_id).first()
            if mailbox is None:
                return LOOK_FOR_CHANGES_SECONDS
            return self._session(mailbox, lock) if lock.acquire() else TAKEN_SECONDS
        except (DatabaseError, LockLost) as error:
            log.warning("fetching_interrupted", mailbox=self.mailbox_id, error=str(error).splitlines()[0])
            connection.close()
            return DATABASE_AWAY_SECONDS
        finally:
            lock.release()

    def _session(self, mailbox: Mailbox, lock: FetchLock) -> float:
        rounds = 0
        try:
            session = open_session(mailbox, lock)
            try:
                until = time.monotonic() + SESSION_SECONDS
                while not self.stop.is_set() and time.monotonic() < until:
                    done = session.fetch_new()
                    _note(session, done, is_first=rounds == 0, mailbox=mailbox)
                    rounds += 1
                    if done.unreadable:
                        until = min(until, time.monotonic() + SESSION_WITH_UNREADABLE_SECONDS)
                    session.wait(self.stop)
                    lock.check()
            finally:
                session.close()
        except ServerFailed as error:
            if rounds:  # it worked, and ended: servers restart and hang up; only if it can't be had again is it a fault
                log.info("fetch_session_ended", mailbox=mailbox.name, reason=str(error))
                return RECONNECT_SECONDS if rounds > 1 else RECONNECT_SECONDS * 5
            return pause_after(note_failure(mailbox=mailbox, reason=str(error))).total_seconds()
        return 0


class Fetchers:
    """Keeps one `Fetcher` for every active mailbox with a server; notices new, changed and closed ones."""

    def __init__(self, only: str | None = None) -> None:
        self.only = only
        self.stop = threading.Event()
        self._running: dict[int, tuple[tuple[object, ...], Fetcher]] = {}

    def run(self) -> None:
        """Until `stop` is set; then lets running transactions end."""
        while not self.stop.is_set():
            try:
                self._look()
            except (DatabaseError, Refused) as error:  # Refused: a password that our keys don't open
                log.error("mailboxes_unreadable", error=str(error).splitlines()[0])
            connection.close()
            self.stop.wait(LOOK_FOR_CHANGES_SECONDS)
        fetchers = [fetcher for _, fetcher in self._running.values()]
        for fetcher in fetchers:
            fetcher.stop.set()
        until = time.monotonic() + 8
        for fetcher in fetchers:
            fetcher.join(max(0.0, until - time.monotonic()))

    def _look(self) -> None:
        mailboxes = Mailbox.objects.fetched()
        if self.only:
            mailboxes = mailboxes.filter(name=self.only)
        wanted = {
            mailbox.pk: (tuple(getattr(mailbox, name) for name in FIELDS_THAT_MATTER), mailbox) for mailbox in mailboxes
        }
        for number, (fingerprint, fetcher) in list(self._running.items()):
            if number not in wanted or wanted[number][0] != fingerprint:
                fetcher.stop.set()
            if time.monotonic() > fetcher.replace_at:  # stopped, or died of a fault of ours that is in the log by now
                del self._running[number]
        for number, (fingerprint, mailbox) in wanted.items():
            if number not in self._running:
                fetcher = Fetcher(mailbox)
                self._running[number] = (fingerprint, fetcher)
                fetcher.start()
