"""One request and one answer, each a line of JSON.

    {"op": "certify", "request": PEM, "common_name": "anna-laptop", "use": "client", "until": ISO 8601}
    {"op": "crl", "revoked": [{"serial": "1f…", "at": ISO 8601, "reason": "keyCompromise"}]}
    {"op": "about"}

Each may bear a `language`, in which a refusal is then said.
The answer is `{"ok": true, …}`, or `{"ok": false, "refusal": "a sentence for people"}`.
"""

import json
import os
import socket
import time
from datetime import datetime
from pathlib import Path
from typing import Any

LONGEST_LINE = 65_536
LISTED_AT_ONCE = 400
"""Revocations of one request, which fit into a line."""


class Unreadable(Exception):
    """What came is no line of ours; `str()` says why."""


def line_of(message: dict[str, Any]) -> bytes:
    return json.dumps(message, separators=(",", ":")).encode() + b"\n"


def message_of(line: bytes) -> dict[str, Any]:
    """Raises Unreadable."""
    try:
        found = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise Unreadable("not JSON") from error
    if not isinstance(found, dict):
        raise Unreadable("not an object")
    return found


def moment_of(text: object) -> datetime:
    """Raises Unreadable unless it is a time with its zone."""
    try:
        found = datetime.fromisoformat(str(text))
    except ValueError as error:
        raise Unreadable("not a time") from error
    if found.tzinfo is None:
        raise Unreadable("a time without a zone")
    return found


def receive_line(connection: socket.socket, *, seconds: float, longest: int = LONGEST_LINE) -> bytes:
    """A whole line within so many seconds, however slowly it drips. Raises Unreadable and OSError."""
    end, received = time.monotonic() + seconds, bytearray()
    while not received.endswith(b"\n"):
        left = end - time.monotonic()
        if left <= 0:
            raise Unreadable("too slow")
        connection.settimeout(left)
        try:
            piece = connection.recv(min(16_384, longest + 1 - len(received)))
        except TimeoutError as error:
            raise Unreadable("too slow") from error
        if not piece:
            raise Unreadable("cut off")
        received += piece
        if b"\n" in piece[:-1]:
            raise Unreadable("more than one line")
        if len(received) > longest:
            raise Unreadable("too long")
    return bytes(received)


class Address:
    """A path as a socket's address: its folder is held open, since an address has at most 107 bytes (unix(7))."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __enter__(self) -> str:
        self._folder = os.open(self.path.parent, os.O_PATH | os.O_DIRECTORY)
        return f"/proc/self/fd/{self._folder}/{self.path.name}"

    def __exit__(self, *_: object) -> None:
        os.close(self._folder)
