"""Reading an IMAP folder (RFC 9051) by UID."""

import imaplib
import threading
from collections.abc import Iterable, Sequence

import structlog
from django.conf import settings
from django.db import connection
from imapclient import IMAPClient
from imapclient.exceptions import IMAPClientError

from helpdesk.core.crash import crash_point
from tickets.mail.actions.fetch_progress import enter_folder, take_batch
from tickets.mail.actions.storing import Arrival
from tickets.mail.enums import AfterFetch, Source
from tickets.mail.fetching.batches import by_size, chunks
from tickets.mail.fetching.connecting import failures, hang_up, open_imap
from tickets.mail.fetching.errors import ServerFailed
from tickets.mail.fetching.idling import announced, idle
from tickets.mail.fetching.locking import FetchLock
from tickets.mail.fetching.rounds import Round
from tickets.mail.fetching.settling import settle, unsettled
from tickets.mail.models import Mailbox
from tickets.mail.queries import held_uids

log = structlog.get_logger(__name__)
POLL_SECONDS = 30
SIZES_AT_ONCE = 1000
WHOLE = b"BODY[]"
HEAD = b"BODY[HEADER]"


def uid_space(mailbox: Mailbox) -> str:
    """The account and folder that a UID of this mailbox belongs to."""
    folder = mailbox.folder or "INBOX"
    return f"{mailbox.protocol}://{mailbox.in_username}@{mailbox.in_host.lower()}/{folder}"


def select(client: IMAPClient, mailbox: Mailbox) -> tuple[int, int]:
    """Open the mailbox's folder, read-only where nothing is to be changed. Returns UIDVALIDITY and count of mails."""
    folder = mailbox.folder or "INBOX"
    with failures("folder", mailbox):
        answer = client.select_folder(folder, readonly=mailbox.after_fetch == AfterFetch.KEEP)
    if b"UIDVALIDITY" not in answer:
        raise ServerFailed("folder", f"{mailbox.in_host} gives no lasting UIDs for {folder}; fetch it by POP3.")
    return int(answer[b"UIDVALIDITY"]), int(answer.get(b"EXISTS", 0))


class ImapSession:
    """One connection with the folder selected. The first round compares the whole folder with the ledger (what a crash
    or another server left behind is made good), later ones ask for UIDs above the last."""

    def __init__(self, mailbox: Mailbox, lock: FetchLock) -> None:
        self.mailbox = mailbox
        self.lock = lock
        self._is_first = True
        self._stored_something = False
        self._was_called_back = False
        self.client = open_imap(mailbox)
        try:
            self.uid_validity, _ = select(self.client, mailbox)
            self.renumbered = enter_folder(
                mailbox=mailbox, uid_space=uid_space(mailbox), uid_validity=self.uid_validity
            )
        except BaseException:
            hang_up(self.client)
            raise

    def fetch_new(self) -> Round:
        done = Round()
        announced(self.client)
        with failures("fetching", self.mailbox):
            for uids in by_size(self._sizes(self._new_uids())):
                self._take(uids, done)
            if self._is_first:
                self._settle(unsettled(self.client, self.mailbox), done)
            status = self.client.folder_status(self.mailbox.folder or "INBOX", ["MESSAGES"])
        self._is_first = False
        self._stored_something = done.stored > 0
        done.server_count = int(status[b"MESSAGES"])
        return done

    def wait(self, stop: threading.Event) -> None:
        connection.close()
        if announced(self.client) and (self._stored_something or not self._was_called_back):
            self._was_called_back = True  # once: a server that announces all the time must not keep us running
            return
        self._was_called_back = False
        with failures("waiting", self.mailbox):
            if self.client.has_capability("IDLE"):
                idle(self.client, stop)
            elif not stop.wait(POLL_SECONDS):
                self.client.noop()

    def close(self) -> None:
        try:
            self.client.logout()
        except (OSError, imaplib.IMAP4.error):
            hang_up(self.client)

    def _new_uids(self) -> list[int]:
        """UIDs to fetch, ascending. `n:*` always names the last mail too (RFC 9051, section 9), hence the filter."""
        if not self._is_first:
            last = self.mailbox.last_uid
            return sorted(uid for uid in self.client.search(["UID", f"{last + 1}:*"]) if uid > last)
        uids = sorted(self.client.search(["ALL"]))
        held = held_uids(self.mailbox, [str(uid) for uid in uids])
        return [uid for uid in uids if str(uid) not in held]

    def _sizes(self, uids: Sequence[int]) -> Iterable[tuple[tuple[int, int], int]]:
        """((UID, size of the mail), bytes that fetching it moves)."""
        for portion in chunks(uids, SIZES_AT_ONCE):
            answer = self._ask(portion, b"RFC822.SIZE")
            for uid in portion:
                size = int(answer.get(uid, 0))  # type: ignore[call-overload]
                yield (uid, size), size if size <= settings.MAIL_MAX_BYTES else 0

    def _take(self, batch: list[tuple[int, int]], done: Round) -> None:
        """Fetch, commit, and only then change anything on the server."""
        self.lock.check()
        arrivals = list(self._arrivals(batch, done))
        crash_point("after_fetch")
        self.lock.check()
        stored = take_batch(mailbox=self.mailbox, arrivals=arrivals, last_uid=batch[-1][0])
        done.stored += len(stored)
        crash_point("before_flag")
        self._settle([int(arrival.uid) for arrival in arrivals if not arrival.is_too_large], done)

    def _arrivals(self, batch: list[tuple[int, int]], done: Round) -> Iterable[Arrival]:
        wanted = {
            WHOLE: {uid: size for uid, size in batch if size <= settings.MAIL_MAX_BYTES},
            HEAD: {uid: size for uid, size in batch if size > settings.MAIL_MAX_BYTES},
        }
        for part, sizes in wanted.items():
            answer = self._ask(list(sizes), part.replace(b"BODY", b"BODY.PEEK"))
            self._note_unreadable([uid for uid in sizes if not isinstance(answer.get(uid), bytes)], batch, done)
            for uid, size in sizes.items():
                content = answer.get(uid)
                if isinstance(content, bytes):
                    yield Arrival(
                        content=content,
                        source=Source.IMAP,
                        uid=str(uid),
                        uid_validity=self.uid_validity,
                        full_size=size if part == HEAD else None,
                    )

    def _ask(self, uids: Sequence[int], item: bytes) -> dict[int, object]:
        """FETCH one item. Mails that went away meanwhile are missing in the answer, or make the server refuse all of
        it (NO [EXPUNGEISSUED], RFC 5530): then each is asked for alone."""
        if not uids:
            return {}
        key = item.replace(b".PEEK", b"")
        try:
            answer = self.client.fetch(uids, [item])
        except imaplib.IMAP4.abort:
            raise
        except IMAPClientError:
            if len(uids) == 1:
                return {}
            return {uid: value for one in uids for uid, value in self._ask([one], item).items()}
        return {uid: answer[uid][key] for uid in uids if key in answer.get(uid, {})}

    def _note_unreadable(self, uids: Sequence[int], batch: Sequence[tuple[int, int]], done: Round) -> None:
        """What was asked for in vain: either it is gone, or the server can't read it. If it can't read a whole batch
        the fault is not in the mails, and the round fails."""
        if not uids:
            return
        present = set(self.client.search(["UID", ",".join(map(str, uids))]))
        unreadable = [uid for uid in uids if uid in present]
        if len(unreadable) == len(batch) > 1:
            raise ServerFailed("fetching", f"{self.mailbox.in_host} refuses to hand out mails; look into its logs.")
        for uid in unreadable:
            done.unreadable.append(str(uid))
            log.warning("mail_unreadable_on_server", mailbox=self.mailbox.name, uid=uid)

    def _settle(self, uids: Sequence[int], done: Round) -> None:
        """What is refused here must not keep the next mails from being fetched."""
        try:
            settle(self.client, self.mailbox, uids)
        except ServerFailed as error:
            done.complaints.append(str(error))
