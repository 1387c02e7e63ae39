"""A web server on loopback that answers as it is told, and keeps what it was asked."""

import socket
import ssl
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from tests.peers.certificates import Certificate, make_certificate

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"


@dataclass(frozen=True)
class Asked:
    """One request as it came."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes


Play = Callable[[socket.socket, threading.Event], None]
"""Answers on a connection; the event is set when the server ends."""


@dataclass
class WebPeer:
    """`answers` are given in turn, the last one again and again: bytes as they go out, or a `Play`."""

    answers: list[bytes | Play] = field(default_factory=lambda: [OK])
    certificate: Certificate | None = None
    asked: list[Asked] = field(default_factory=list)
    connections: int = 0

    def __post_init__(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self._ends = threading.Event()
        self._answering: list[threading.Thread] = []
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    @property
    def url(self) -> str:
        return f"https://localhost:{self.port}/" if self.certificate else f"http://127.0.0.1:{self.port}/"

    def close(self) -> None:
        self._ends.set()
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for thread in (self._thread, *self._answering):
            thread.join(5)

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            self.connections += 1
            answering = threading.Thread(target=self._answer, args=(connection,), daemon=True)
            answering.start()
            self._answering.append(answering)

    def _answer(self, connection: socket.socket) -> None:
        try:
            connection.settimeout(10)
            if self.certificate:
                context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
                context.load_cert_chain(self.certificate.certificate, self.certificate.key)
                connection = context.wrap_socket(connection, server_side=True)
            with connection:
                self.asked.append(_read(connection))
                answer = self.answers[min(len(self.asked), len(self.answers)) - 1]
                if isinstance(answer, bytes):
                    connection.sendall(answer)
                else:
                    answer(connection, self._ends)
        except OSError:
            connection.close()  # whoever asked went away, as some tests want


def secure_peer(folder: Path, name: str = "localhost", *, valid_days: int = 30, began_days_ago: int = 1) -> WebPeer:
    """The same by TLS, under a certificate made out to `name`."""
    made = make_certificate(folder, name, valid_days=valid_days, began_days_ago=began_days_ago)
    return WebPeer(certificate=made)


def hang(connection: socket.socket, ends: threading.Event) -> None:
    """Say nothing, and stay."""
    ends.wait(30)


def drip(connection: socket.socket, ends: threading.Event) -> None:
    """A byte now and then, for ever."""
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n")
    while not ends.wait(0.05):
        connection.sendall(b".")


def flood(connection: socket.socket, ends: threading.Event) -> None:
    """More than anybody wants, without saying how much."""
    connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
    while not ends.is_set():
        connection.sendall(b"x" * 65_536)


def _read(connection: socket.socket) -> Asked:
    """Raises ConnectionError when the other end closes without a word."""
    with connection.makefile("rb") as reader:
        line = reader.readline().decode("latin-1")
        if not line:
            raise ConnectionError("Nothing was asked.")
        if line.count(" ") != 2:
            raise ConnectionError("What was asked is no HTTP.")
        method, path, _ = line.split(" ")
        headers: dict[str, str] = {}
        while (line := reader.readline().decode("latin-1").strip()) != "":
            name, _, value = line.partition(":")
            headers[name.strip().lower()] = value.strip()
        return Asked(method, path, headers, reader.read(int(headers.get("content-length", 0))))
