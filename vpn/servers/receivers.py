"""What happens to keys is done on the hosts."""

from typing import Any

from vpn.enums import WhyEnded
from vpn.models import Authority, Key, Server
from vpn.servers.actions import ending


def on_revoked(sender: object, key: Key, **_told: Any) -> None:
    ending.end_sessions(key=key, why=WhyEnded.REVOKED)


def on_blocked(sender: object, key: Key, **_told: Any) -> None:
    ending.end_sessions(key=key, why=WhyEnded.BLOCKED)


def on_changed(sender: object, key: Key, **_told: Any) -> None:
    """Issued, or unblocked: it is let in."""
    ending.turn_hosts_of(key=key)


def on_list(sender: object, authority: Authority, **_told: Any) -> None:
    ending.turn_hosts(servers=list(Server.objects.filter(authority=authority).order_by("pk")))
