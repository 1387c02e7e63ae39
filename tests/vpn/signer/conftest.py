import json
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.vpn.signer.processes import SignerProcess


@pytest.fixture
def running(tmp_path: Path) -> Iterator[SignerProcess]:
    with SignerProcess(tmp_path) as process:
        yield process


def say(path: Path, content: bytes, *, ends: bool = True, seconds: float = 10) -> bytes:
    """What comes back for these bytes."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
        connection.settimeout(seconds)
        connection.connect(str(path))
        try:
            connection.sendall(content)
            if ends:
                connection.shutdown(socket.SHUT_WR)
            return b"".join(iter(lambda: connection.recv(65_536), b""))
        except (BrokenPipeError, ConnectionResetError):
            return b""


def ask(path: Path, **message: Any) -> dict[str, Any]:
    return json.loads(say(path, json.dumps(message).encode() + b"\n"))
