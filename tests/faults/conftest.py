from tests.peers.fixtures import account, dovecot, imap_mailbox

__all__ = ["account", "dovecot", "imap_mailbox"]
