"""The proof that everything on the server is here."""

from tickets.mail.enums import Protocol
from tickets.mail.fetching import imap, pop3
from tickets.mail.fetching.connecting import failures, hang_up, open_imap, open_pop3
from tickets.mail.fetching.errors import ServerFailed
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
        uid_validity, _ = imap.select(client, mailbox)
        with failures("listing", mailbox):
            uids = sorted(client.search(["ALL"]))
    finally:
        hang_up(client)
    _check_that_ours_are_of(imap.uid_space(mailbox), mailbox, count=len(uids))
    if uid_validity != mailbox.uid_validity:
        raise ServerFailed("folder", "The server has renumbered the folder; try again after the next round.")
    return [str(uid) for uid in uids]


def _pop3_uids(mailbox: Mailbox) -> list[str]:
    client = open_pop3(mailbox)
    try:
        with failures("listing", mailbox):
            uids = list(pop3.listing(client, mailbox))
    finally:
        client.close()
    _check_that_ours_are_of(pop3.uid_space(mailbox), mailbox, count=len(uids))
    return uids


def _check_that_ours_are_of(uid_space: str, mailbox: Mailbox, *, count: int) -> None:
    """The mails we hold are known by the numbers of the account and folder that were read last: numbers of another one
    say nothing of them. Raises ServerFailed."""
    if not mailbox.uid_space and mailbox.fetched_at is None:
        raise ServerFailed("folder", f"Mails on the server: {count}, none of them fetched yet; compare after a round.")
    if mailbox.uid_space not in ("", uid_space):
        raise ServerFailed(
            "folder",
            f"Mails on the server: {count}, in an account or folder that was not fetched before. The count starts "
            "afresh; compare after the next round.",
        )
