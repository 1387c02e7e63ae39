"""A mail server on loopback that is rude in bytes at one step: what no library for servers would let it say."""

import socket
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field

Play = Callable[[socket.socket, threading.Event], None]
"""Acts on a connection, which is closed afterwards; the event is set when the server ends."""

USUAL = {
    "CONNECT": b"220 rude.example ESMTP\r\n",
    "EHLO": b"250-rude.example\r\n250-SIZE 9000000\r\n250-STARTTLS\r\n250 AUTH PLAIN\r\n",
    "STARTTLS": b"220 go ahead\r\n",
    "AUTH": b"235 2.7.0 welcome\r\n",
    "DATA": b"354 go ahead\r\n",
    "END": b"250 2.0.0 taken\r\n",
    "QUIT": b"221 bye\r\n",
}
FINE = b"250 2.1.0 fine\r\n"
ALIAS = {"HELO": "EHLO"}


@dataclass
class RudePeer:
    """`script` says what is answered at a step (CONNECT, EHLO, STARTTLS, AUTH, MAIL, RCPT, DATA, END) and not what is
    usual there: bytes, or a `Play`. `taken` are the mails that came whole, whatever was answered then."""

    script: dict[str, bytes | Play] = field(default_factory=dict)
    taken: list[bytes] = field(default_factory=list)
    connections: int = 0

    def __post_init__(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self._ends = threading.Event()
        self._open: list[socket.socket] = []
        self._threads = [threading.Thread(target=self._listen, daemon=True)]
        self._threads[0].start()

    def close(self) -> None:
        self._ends.set()
        for each in (self._listener, *self._open):
            with suppress(OSError):  # it is closed already
                each.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for thread in self._threads:
            thread.join(5)

    def _listen(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            self.connections += 1
            self._open.append(connection)
            serving = threading.Thread(target=self._serve, args=(connection,), daemon=True)
            serving.start()
            self._threads.append(serving)

    def _serve(self, connection: socket.socket) -> None:
        try:
            connection.settimeout(10)
            with connection, connection.makefile("rb") as lines:
                if self._answer(connection, "CONNECT"):
                    while line := lines.readline():
                        if not self._hear(connection, lines, line):
                            return
        except OSError:
            return  # whoever talked to us went away, as the tests want

    def _hear(self, connection: socket.socket, lines, line: bytes) -> bool:
        """Answers one line, and the mail after a DATA that was answered so. Whether the talk goes on."""
        verb = line.split(None, 1)[0].decode("latin-1").upper() if line.strip() else ""
        step = ALIAS.get(verb, verb)
        if not self._answer(connection, step):
            return False
        if step != "DATA" or self.script.get("DATA", USUAL["DATA"])[:3] != b"354":
            return step != "QUIT"
        content: list[bytes] = []
        while (line := lines.readline()) != b".\r\n":
            if not line:
                return False
            content.append(line)
        self.taken.append(b"".join(content))
        return self._answer(connection, "END")

    def _answer(self, connection: socket.socket, step: str) -> bool:
        act = self.script.get(step) or USUAL.get(step, FINE)
        if isinstance(act, bytes):
            connection.sendall(act)
            return True
        act(connection, self._ends)
        return False


def drops(connection: socket.socket, ends: threading.Event) -> None:
    """Hang up without a word."""


def hangs(connection: socket.socket, ends: threading.Event) -> None:
    """Say nothing, and stay."""
    ends.wait(10)


def drips(connection: socket.socket, ends: threading.Event) -> None:
    """A byte now and then, and never a whole line."""
    while not ends.wait(0.02):
        connection.sendall(b"2")


def talks(connection: socket.socket, ends: threading.Event) -> None:
    """Line after line, and never the last one."""
    while not ends.is_set():
        connection.sendall(b"250-and another thing\r\n" * 100)


def one_line(connection: socket.socket, ends: threading.Event) -> None:
    """A line without an end."""
    while not ends.is_set():
        connection.sendall(b"2" * 4096)


def after(first: bytes, act: Play) -> Play:
    """Say this, then act so."""

    def both(connection: socket.socket, ends: threading.Event) -> None:
        connection.sendall(first)
        act(connection, ends)

    return both


def says(words: bytes) -> Play:
    """Hear something, say this whatever it was, and wait until it is heard."""

    def say(connection: socket.socket, ends: threading.Event) -> None:
        connection.recv(65_536)
        connection.sendall(words)
        connection.recv(65_536)

    return say
