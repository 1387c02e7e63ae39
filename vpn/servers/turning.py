"""Hosts that Helpdesk reaches itself: it does there what others' hosts ask for."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.conf import settings
from django.db import connection

from vpn.enums import Engine
from vpn.models import Host
from vpn.servers.actions import reporting
from vpn.servers.host import agent
from vpn.servers.orders import orders_for
from vpn.servers.reports import Report, read_report

LOCK_CLASS = 0x76_70_6E_68
"""The first half of the advisory lock's key says what is locked: ASCII "vpnh"."""


def turn(host: Host) -> Report | None:
    """Orders, carried out, and taken in; None when another process is at it. Talks with OpenVPN: never within a
    transaction."""
    with _alone(host) as is_ours:
        if not is_ours:
            return None
        orders = orders_for(host)
        reporting.note_asked(host=host)
        report = read_report(agent.Host(told(host)).carry_out(orders))
        reporting.take_in(host=host, report=report)
        return report


def told(host: Host) -> dict[str, Any]:
    """What the file of settings says on other hosts."""
    server = host.server
    if server.engine == Engine.WIREGUARD:
        return {"interface": host.interface, "wg": settings.VPN_WG}
    return {
        "folder": host.folder,
        "management": server.management_address,
        "password": server.management_password,
        "user": host.runs_as,
        "openvpn": settings.VPN_OPENVPN,
        "canary_remote": host.canary_remote,
    }


@contextmanager
def _alone(host: Host) -> Iterator[bool]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", [LOCK_CLASS, host.pk])
        is_ours = bool((cursor.fetchone() or [False])[0])
    try:
        yield is_ours
    finally:
        if is_ours:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [LOCK_CLASS, host.pk])
