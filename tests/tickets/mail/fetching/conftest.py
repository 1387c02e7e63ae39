from tests.peers.fixtures import account, dovecot, imap_mailbox, plain_account

__all__ = ["account", "dovecot", "imap_mailbox", "plain_account"]
