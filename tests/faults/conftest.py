from tests.peers.fixtures import account, dovecot, imap_mailbox
from tests.peers.house import house, standing_house
from tests.peers.outbox import kept_connections, peer, queue
from tests.tickets.mail.conftest import deliver, mailbox

__all__ = [
    "account", "deliver", "dovecot", "house", "imap_mailbox", "kept_connections", "mailbox", "peer", "queue",
    "standing_house",
]  # fmt: skip
