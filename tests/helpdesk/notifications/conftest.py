"""A mail server that tests script, and rows in the outbox that go there."""

from tests.peers.outbox import kept_connections, peer, queue, site_mail

__all__ = ["kept_connections", "peer", "queue", "site_mail"]
