"""What is done on the server to mails that are committed here."""

import imaplib
from collections.abc import Sequence

from imapclient import IMAPClient
from imapclient.exceptions import IMAPClientError

from helpdesk.core.crash import crash_point
from tickets.mail.enums import AfterFetch
from tickets.mail.fetching.batches import chunks
from tickets.mail.fetching.connecting import failures
from tickets.mail.models import Mailbox
from tickets.mail.queries import held_uids

AT_ONCE = 500


def settle(client: IMAPClient, mailbox: Mailbox, uids: Sequence[int]) -> None:
    """Mark as read, move or delete these mails, as the mailbox says. Those that are gone are no error.

    Raises ServerFailed when the server refuses; a connection that ended comes as imaplib's own error.
    """
    if mailbox.after_fetch == AfterFetch.KEEP:
        return
    for portion in chunks(uids, AT_ONCE):
        try:
            _settle(client, mailbox, portion)
        except imaplib.IMAP4.abort:
            raise
        except IMAPClientError:
            with failures("after fetching", mailbox):
                raise
        crash_point("after_flag")


def unsettled(client: IMAPClient, mailbox: Mailbox) -> list[int]:
    """Mails that we hold whole and that still lie on the server as if we did not: a crash came between."""
    if mailbox.after_fetch == AfterFetch.KEEP:
        return []
    uids = client.search(["UNSEEN" if mailbox.after_fetch == AfterFetch.SEEN else "UNDELETED"])
    held = held_uids(mailbox, [str(uid) for uid in uids], whole=True)
    return [uid for uid in uids if str(uid) in held]


def _settle(client: IMAPClient, mailbox: Mailbox, uids: Sequence[int]) -> None:
    if mailbox.after_fetch == AfterFetch.SEEN:
        client.add_flags(uids, [b"\\Seen"], silent=True)
    elif mailbox.after_fetch == AfterFetch.MOVE:
        _move(client, uids, mailbox.move_to)
    else:
        _delete(client, uids)


def _move(client: IMAPClient, uids: Sequence[int], folder: str) -> None:
    """By MOVE (RFC 6851) where the server has it, else copy and delete. Makes the folder when it is missing."""
    has_move = client.has_capability("MOVE")
    transfer = client.move if has_move else client.copy
    try:
        transfer(uids, folder)
    except imaplib.IMAP4.abort:
        raise
    except IMAPClientError as error:
        if "TRYCREATE" not in str(error).upper():
            raise
        client.create_folder(folder)
        transfer(uids, folder)
    if not has_move:
        _delete(client, uids)


def _delete(client: IMAPClient, uids: Sequence[int]) -> None:
    """Exactly these: EXPUNGE without UIDPLUS (RFC 4315) would take along what others marked as deleted."""
    client.add_flags(uids, [b"\\Deleted"], silent=True)
    if client.has_capability("UIDPLUS"):
        client.uid_expunge(uids)
    elif set(client.search(["DELETED"])) <= set(uids):
        client.expunge()
