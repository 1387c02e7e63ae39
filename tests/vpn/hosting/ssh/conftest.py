"""A real OpenSSH server, and doors to it."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from ipaddress import ip_network

import asyncssh
import pytest

from tests.peers import sshd as servers
from tests.peers.sshd import Sshd
from vpn.hosting.connectors import Door, Wanted
from vpn.hosting.connectors.ssh.connector import CONNECTOR
from vpn.hosting.ssh.connecting import place_of


@pytest.fixture(autouse=True)
def _loopback(settings):
    settings.OUTGOING_ALLOWED_NETWORKS = [ip_network("127.0.0.0/8")]


@pytest.fixture
def server(tmp_path):
    if reason := servers.missing():
        pytest.skip(reason)
    with servers.running(tmp_path) as started:
        yield started


@pytest.fixture
def reading_server(tmp_path):
    if reason := servers.missing():
        pytest.skip(reason)
    with servers.running(tmp_path, reads_only=True) as started:
        yield started


@pytest.fixture
def door(server):
    return door_to(server)


@pytest.fixture
def connector():
    return CONNECTOR


def door_to(server: Sshd, **options: str) -> Door:
    """As the login whose key is on the server, its host key confirmed."""
    return Door(server.address, server.login, server.secret, host_key=server.host_key, options=options)


def wanted(name: str = "hdanna4k2j9x", *, seconds: float = 3600) -> Wanted:
    return Wanted(name, "Anna Agent", "anna@helpdesk.example", datetime.now(UTC) + timedelta(seconds=seconds))


def signs_in(door: Door, private_key: str) -> bool:
    """Whether the server lets this key in, asked of the server itself."""

    async def ask() -> bool:
        place = place_of(door.address)
        options = {"known_hosts": None, "config": None, "agent_path": None, "username": door.login}
        try:
            async with (
                asyncssh.connect(
                    place.host, place.port, client_keys=[asyncssh.import_private_key(private_key)], **options
                ) as connection,
                connection.start_sftp_client() as sftp,
            ):
                return await sftp.exists(".ssh/authorized_keys")
        except asyncssh.PermissionDenied:
            return False

    return asyncio.run(ask())


def elsewhere(door: Door, port: int) -> Door:
    return replace(door, address=f"ssh://127.0.0.1:{port}")
