"""The proof that everything on the server is here."""

from tickets.mail.enums import Protocol
from tickets.mail.fetching.connecting import failures, hang_up, open_imap, open_pop3
from tickets.mail.fetching.errors import ServerFailed
from tickets.mail.fetching.imap import select
from tickets.mail.fetching.pop3 import listing
from tickets.mail.models import Mailbox
from tickets.mail.queries import Proof, compare


def proof(mailbox: Mailbox) -> Proof:
    """Ask the server for every UID in the folder and compare. Reads only; takes as long as the server does, so it
    belongs into a task. Raises ServerFailed."""
    if mailbox.protocol == Protocol.NONE:
        raise ServerFailed("settings", "This mailbox is not fetched from a server.")
    return compare(mailbox, _imap_uids(mailbox) if mailbox.protocol == Protocol.IMAP else _pop3_uids(mailbox))


def _imap_uids(mailbox: Mailbox) -> list[str]:
    client = open_imap(mailbox)
    try:
        uid_validity, _ = select(client, mailbox)
        with failures("listing", mailbox):
            uids = sorted(client.search(["ALL"]))
    finally:
        hang_up(client)
    if uid_validity != mailbox.uid_validity:
        raise ServerFailed("folder", "The server has renumbered the folder; try again after the next round.")
    return [str(uid) for uid in uids]


def _pop3_uids(mailbox: Mailbox) -> list[str]:
    client = open_pop3(mailbox)
    try:
        with failures("listing", mailbox):
            return list(listing(client, mailbox))
    finally:
        client.close()
