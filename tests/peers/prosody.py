"""A Jabber server for tests: prosody from Debian's packages, two accounts, by TLS on loopback."""

import asyncio
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.peers.certificates import make_certificate
from tests.peers.ports import free_port

CONFIG = """
run_as_root = true
daemonize = false
pidfile = "{folder}/prosody.pid"
data_path = "{folder}/data"
interfaces = {{ "127.0.0.1" }}
c2s_ports = {{ {port} }}
s2s_ports = {{}}
modules_enabled = {{ "roster", "saslauth", "disco", "offline", "tls" }}
modules_disabled = {{ "s2s" }}
authentication = "internal_plain"
c2s_require_encryption = true
ssl = {{ certificate = "{certificate}", key = "{key}" }}
log = {{ {{ levels = {{ min = "warn" }}, to = "console" }} }}
VirtualHost "localhost"
"""
PASSWORD = "a-word-of-the-desk"


@dataclass
class Prosody:
    """`desk@localhost` sends, `anna@localhost` reads."""

    port: int
    folder: Path

    @property
    def url(self) -> str:
        """As a gateway has it."""
        return f"xmpp://desk:{PASSWORD}@localhost:{self.port}/{{to}}?mode=starttls&verify=no"

    def letters_of(self, name: str) -> str:
        """What waits for somebody who is away, as the server keeps it."""
        kept = self.folder / "data" / "localhost" / "offline" / f"{name}.list"
        ends = time.monotonic() + 5
        while not kept.exists() and time.monotonic() < ends:
            asyncio.run(asyncio.sleep(0.02))
        return kept.read_text() if kept.exists() else ""


@pytest.fixture(scope="session")
def prosody(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Prosody]:
    if shutil.which("prosody") is None:
        pytest.skip("prosody is not installed: apt-get install prosody")
    folder = tmp_path_factory.mktemp("prosody")
    served = Prosody(free_port(), folder)
    config = folder / "prosody.cfg.lua"
    made = make_certificate(folder)
    files = {"certificate": made.certificate, "key": made.key}
    config.write_text(CONFIG.format(folder=folder, port=served.port, **files))
    accounts = folder / "data" / "localhost" / "accounts"
    accounts.mkdir(parents=True)
    for name in ("desk", "anna"):
        (accounts / f"{name}.dat").write_text(f'return {{ ["password"] = "{PASSWORD}" }};\n')
    process: Any = subprocess.Popen(
        ["prosody", "-F", "--root", "--config", str(config)], stdout=subprocess.DEVNULL, stderr=subprocess.STDOUT
    )
    try:
        _wait_for(served.port, process)
        yield served
    finally:
        process.terminate()
        process.wait(10)


def _wait_for(port: int, process: Any) -> None:
    ends = time.monotonic() + 15
    while time.monotonic() < ends and process.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=0.2).close()
        except OSError:
            continue
        return
    raise AssertionError("prosody did not start")
