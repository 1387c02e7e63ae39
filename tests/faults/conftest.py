from tests.peers.fixtures import account, dovecot, imap_mailbox
from tests.peers.house import house, standing_house
from tests.peers.outbox import kept_connections, peer, queue

__all__ = ["account", "dovecot", "house", "imap_mailbox", "kept_connections", "peer", "queue", "standing_house"]
