"""Reading a POP3 maildrop (RFC 1939) by UIDL. A maildrop is locked while a session lasts, so each round is one."""

import hashlib
import poplib
import threading
from collections.abc import Iterable

import structlog
from django.conf import settings
from django.db import connection

from helpdesk.core.crash import crash_point
from tickets.mail.actions.fetch_progress import enter_folder, take_batch
from tickets.mail.actions.storing import Arrival
from tickets.mail.enums import AfterFetch, Source
from tickets.mail.fetching.batches import by_size
from tickets.mail.fetching.connecting import failures, open_pop3
from tickets.mail.fetching.errors import ServerFailed
from tickets.mail.fetching.locking import FetchLock
from tickets.mail.fetching.rounds import Round
from tickets.mail.models import Mailbox
from tickets.mail.queries import held_uids, on_server_rows

log = structlog.get_logger(__name__)
POLL_SECONDS = 30


def uid_space(mailbox: Mailbox) -> str:
    """The account that a UIDL of this mailbox belongs to."""
    return f"{mailbox.protocol}://{mailbox.in_username}@{mailbox.in_host.lower()}"


def listing(client: poplib.POP3, mailbox: Mailbox) -> dict[str, tuple[int, int]]:
    """UIDL -> (number in this session, size), in the server's order. Raises ServerFailed without UIDL."""
    try:
        lines = client.uidl()[1]
    except poplib.error_proto:
        raise ServerFailed(
            "listing", f"{mailbox.in_host} gives no lasting ids (UIDL), so mail can't be fetched safely; use IMAP."
        ) from None
    sizes = {int(number): int(size) for number, size in (line.split()[:2] for line in client.list()[1])}
    named = ((int(number), uid.decode("ascii", "replace")) for number, uid in (line.split()[:2] for line in lines))
    return {uid: (number, sizes.get(number, 0)) for number, uid in named}


class Pop3Session:
    """Connects anew for each round. What is deleted is deleted by the server at QUIT, long after our commit."""

    def __init__(self, mailbox: Mailbox, lock: FetchLock) -> None:
        self.mailbox = mailbox
        self.lock = lock
        self.renumbered = enter_folder(mailbox=mailbox, uid_space=uid_space(mailbox), uid_validity=None)

    def fetch_new(self) -> Round:
        client = open_pop3(self.mailbox)
        done = Round()
        try:
            with failures("fetching", self.mailbox):
                there = listing(client, self.mailbox)
                held = held_uids(self.mailbox, list(there))
                for uids in by_size((uid, self._moved(size)) for uid, (_, size) in there.items() if uid not in held):
                    self._take(client, {uid: there[uid] for uid in uids}, done)
                if self.mailbox.after_fetch == AfterFetch.DELETE:
                    self._delete_leftovers(client, {uid: there[uid] for uid in there if uid in held}, done)
                done.server_count = len(there)
                client.quit()
        finally:
            client.close()
        return done

    def wait(self, stop: threading.Event) -> None:
        connection.close()
        stop.wait(POLL_SECONDS)

    def close(self) -> None:
        """There is nothing between rounds."""

    def _moved(self, size: int) -> int:
        return size if size <= settings.MAIL_MAX_BYTES else 0

    def _take(self, client: poplib.POP3, mails: dict[str, tuple[int, int]], done: Round) -> None:
        self.lock.check()
        arrivals = list(self._arrivals(client, mails, done))
        crash_point("after_fetch")
        self.lock.check()
        done.stored += len(take_batch(mailbox=self.mailbox, arrivals=arrivals))
        crash_point("before_flag")
        if self.mailbox.after_fetch == AfterFetch.DELETE:
            for arrival in arrivals:
                if not arrival.is_too_large:
                    client.dele(mails[arrival.uid][0])
            crash_point("after_flag")

    def _arrivals(self, client: poplib.POP3, mails: dict[str, tuple[int, int]], done: Round) -> Iterable[Arrival]:
        for uid, (number, size) in mails.items():
            too_large = size > settings.MAIL_MAX_BYTES
            try:
                lines = (client.top(number, 0) if too_large else client.retr(number))[1]
            except poplib.error_proto as error:
                if not str(error.args[0]).startswith(("b'-ERR", "-ERR")):
                    raise  # the connection itself, not this one mail
                done.unreadable.append(uid)
                log.warning("mail_unreadable_on_server", mailbox=self.mailbox.name, uid=uid)
                continue
            yield Arrival(
                content=b"".join(line + b"\r\n" for line in lines),
                source=Source.POP3,
                uid=uid,
                full_size=size if too_large else None,
            )

    def _delete_leftovers(self, client: poplib.POP3, mails: dict[str, tuple[int, int]], done: Round) -> None:
        """A crash came between commit and QUIT. Servers may give a deleted mail's id to a new one (RFC 1939, UIDL), so
        nothing is deleted unless we hold these very bytes; otherwise it is stored under a name of its own."""
        rows = on_server_rows(self.mailbox).exclude(findings__has_key="headers_only")
        for uid, (number, size) in mails.items():
            if size > settings.MAIL_MAX_BYTES:
                continue
            for arrival in self._arrivals(client, {uid: (number, size)}, done):
                if not rows.filter(uid=uid, sha256=arrival.sha256).exists():
                    digest = hashlib.sha256(arrival.content).hexdigest()
                    again = Arrival(content=arrival.content, source=Source.POP3, uid=f"{uid}#{digest[:16]}")
                    done.stored += len(take_batch(mailbox=self.mailbox, arrivals=[again]))
                client.dele(number)
