"""Ports on loopback that nobody else takes."""

import fcntl
import os
import random
import socket
import tempfile
import time
from functools import lru_cache
from pathlib import Path

BELOW_THE_SYSTEMS = range(12_000, 32_000)
"""What the system gives to whoever asks for any port begins at 32768 (`ip_local_port_range`)."""


def free_port() -> int:
    """One that no process of this machine listens on, and that no other run of the tests is given before this process
    ends: between being chosen and being listened on a port would else be anybody's."""
    taken = _taken()
    while True:
        port = random.choice(BELOW_THE_SYSTEMS)
        try:
            if port not in _own():
                fcntl.lockf(taken, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, port)
                with socket.socket() as probe:
                    probe.bind(("127.0.0.1", port))
                _own().add(port)
                return port
        except OSError:  # another's
            continue


def wait_for_port(port: int, *, seconds: float = 10, host: str = "127.0.0.1") -> None:
    until = time.monotonic() + seconds
    while True:
        try:
            socket.create_connection((host, port), timeout=1).close()
        except OSError:
            if time.monotonic() > until:
                raise
            time.sleep(0.05)
        else:
            return


@lru_cache(maxsize=1)
def _taken() -> int:
    """A file of which each byte stands for a port; who has a byte locked has the port (fcntl(2): until they end)."""
    path = Path(tempfile.gettempdir()) / f"helpdesk-test-ports-{os.getuid()}"
    return os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)


@lru_cache(maxsize=1)
def _own() -> set[int]:
    return set()
