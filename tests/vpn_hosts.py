"""Hosts of VPN servers, as rows alone."""

from itertools import count

from django.utils import timezone

from vpn.enums import Engine
from vpn.models import Ending, Host, Server, Session

numbers = count(1)


def vpn_host() -> Host:
    """That of a server of WireGuard's, which needs no authority."""
    number = next(numbers)
    server = Server.objects.create(name=f"Guard {number}", slug=f"guarded-{number}", engine=Engine.WIREGUARD)
    return Host.objects.create(server=server, interface="wg0")


def vpn_session(turn: object = "") -> Session:
    """Somebody at such a server, on a host of its own."""
    now = timezone.now()
    return Session.objects.create(server=vpn_host().server, name=f"peer{turn}", connected_at=now, seen_at=now)


def vpn_session_twice() -> None:
    now, server = timezone.now(), vpn_host().server
    for _ in range(2):
        Session.objects.create(server=server, name="peer", client=1, connected_at=now, seen_at=now)


def vpn_ending_twice() -> None:
    server = vpn_host().server
    for _ in range(2):
        Ending.objects.create(server=server, name="peer", why="asked")
