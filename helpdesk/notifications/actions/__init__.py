"""What is done in this room: putting something into the outbox and deciding about it, and telling people."""

from helpdesk.notifications.actions.outbox import Outgoing, enqueue, release, settle, withdraw

__all__ = ["Outgoing", "enqueue", "release", "settle", "withdraw"]
