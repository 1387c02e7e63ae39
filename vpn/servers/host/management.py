"""OpenVPN's management interface, and what it says of sessions."""

from __future__ import annotations

import socket
import time
from typing import Any

from vpn.servers.host.lists import Trouble

SECONDS = 5.0


class Management:
    """OpenVPN's management interface (https://openvpn.net/community-docs/management-interface.html), on a Unix socket
    (a path) or TCP (`host:port`). Lines that begin with `>` come by themselves and are kept in `news`. OpenVPN speaks
    with one client at a time. Raises Trouble."""

    def __init__(self, address: str, *, password: str = "", seconds: float = SECONDS) -> None:
        self.news: list[str] = []
        self._left = b""
        self._until = time.monotonic() + seconds
        self._seconds = seconds
        try:
            self._socket = reach(address, seconds)
        except (OSError, ValueError) as error:
            raise Trouble(f"The management interface at {address} does not answer: {error}.") from error
        try:
            self._greet(password)
        except Trouble:
            self.close()
            raise

    def _greet(self, password: str) -> None:
        """With a password OpenVPN asks for it first, in words that no line ends."""
        if self._begins_with(b"ENTER PASSWORD:"):
            if not password:
                raise Trouble("The management interface wants a password, and none is kept here.")
            self._left = b""
            self._send(password)
            if self._begins_with(b"ENTER PASSWORD:"):
                raise Trouble("The management interface does not take the password.")
            self._line()
        self._line()

    def _begins_with(self, beginning: bytes) -> bool:
        """Wait until so much has come, or something else."""
        while beginning.startswith(self._left) and self._left != beginning:
            self._receive()
        return self._left.startswith(beginning)

    def ask(self, command: str) -> list[str]:
        """The lines of the answer up to END; of a short answer the one line, without SUCCESS. Raises Trouble with what
        OpenVPN said where it refused."""
        if "\n" in command or "\r" in command:
            raise ValueError("one line at a time")
        self._until = time.monotonic() + self._seconds
        self._send(command)
        lines: list[str] = []
        while True:
            line = self._line()
            if line.startswith(">"):
                self.news.append(line)
            elif line == "END":
                return lines
            elif line.startswith("SUCCESS:"):
                return [line[8:].strip()]
            elif line.startswith("ERROR:"):
                raise Trouble(f"OpenVPN refused: {line[6:].strip()}.")
            else:
                lines.append(line)

    def line_within(self, seconds: float) -> str:
        """The next line that comes by itself; nothing when none came in time."""
        if self.news:
            return self.news.pop(0)
        self._until = time.monotonic() + seconds
        try:
            return self._line()
        except TimeoutError:
            return ""

    def close(self) -> None:
        self._socket.close()

    def __enter__(self) -> Management:
        return self

    def __exit__(self, *_told: object) -> None:
        self.close()

    def _send(self, line: str) -> None:
        try:
            self._socket.sendall(line.encode() + b"\n")
        except OSError as error:
            raise Trouble(f"The management interface went away: {error}.") from error

    def _line(self) -> str:
        while b"\n" not in self._left:
            self._receive()
        line, _newline, self._left = self._left.partition(b"\n")
        return line.decode(errors="replace").rstrip("\r")

    def _receive(self) -> None:
        self._socket.settimeout(max(self._until - time.monotonic(), 0.001))
        try:
            came = self._socket.recv(65536)
        except TimeoutError as error:
            raise Silent("The management interface is silent: another program may hold it.") from error
        except OSError as error:
            raise Trouble(f"The management interface went away: {error}.") from error
        if not came:
            raise Trouble("The management interface went away.")
        self._left += came


class Silent(Trouble, TimeoutError):
    """Nothing came in time."""


def reach(address: str, seconds: float) -> socket.socket:
    """A path, or `host:port`."""
    if "/" not in address:
        host, _colon, port = address.rpartition(":")
        return socket.create_connection((host.strip("[]"), int(port)), timeout=seconds)
    reached = socket.socket(socket.AF_UNIX)
    reached.settimeout(seconds)
    try:
        reached.connect(address)
    except OSError:
        reached.close()
        raise
    return reached


def read_status(lines: list[str]) -> list[dict[str, Any]]:
    """Sessions in the answer to `status 3` (tabs between the columns, whose names stand in the HEADER line)."""
    columns: list[str] = []
    sessions = []
    for line in lines:
        cells = line.split("\t")
        if cells[:2] == ["HEADER", "CLIENT_LIST"]:
            columns = cells[2:]
        elif cells[0] == "CLIENT_LIST":
            row = dict(zip(columns, cells[1:]))  # noqa: B905 - `strict` is younger than Python 3.9
            sessions.append(_session(row))
    return [each for each in sessions if each["name"] != "UNDEF"]


def clients(management: Management, name: str) -> set[int]:
    """What OpenVPN calls the sessions of this name."""
    return {each["client"] for each in read_status(management.ask("status 3")) if each["name"] == name}


def _session(row: dict[str, str]) -> dict[str, Any]:
    return {
        "name": row.get("Common Name", "")[:64],
        "client": number(row.get("Client ID")),
        "real": row.get("Real Address", "")[:64],
        "address": (row.get("Virtual Address") or row.get("Virtual IPv6 Address", ""))[:64],
        "received": number(row.get("Bytes Received")),
        "sent": number(row.get("Bytes Sent")),
        "since": number(row.get("Connected Since (time_t)")),
    }


def number(text: str | None) -> int:
    """0 for what is none."""
    return int(text) if text and text.isdigit() else 0
