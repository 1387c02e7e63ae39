"""What a mail server says, with an end in time and in size: a time limit of sockets is one for each single read, and a
server that drips a byte now and then would hold its worker for ever."""

import io
import smtplib
import socket
import time
from typing import Any

MOST = 64 * 1024
"""Bytes of one reply: a few lines are usual, a hundred recipients of LMTP would be ten thousand."""


class Lines(io.RawIOBase):
    """Reads from the socket until the reply in hand has taken its time or its room. Raises TimeoutError, OSError."""

    def __init__(self, sock: socket.socket) -> None:
        self._sock = sock
        self._ends = 0.0
        self._left = MOST

    def begin_reply(self, ends: float) -> None:
        """Another reply, which is to be whole by then (`time.monotonic`)."""
        self._ends, self._left = ends, MOST

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any, /) -> int:
        left = self._ends - time.monotonic()
        if left <= 0:
            raise TimeoutError("timed out")
        if self._left <= 0:
            raise OSError("it says more than anybody reads")
        usual = self._sock.gettimeout()
        self._sock.settimeout(left)
        try:
            read = self._sock.recv_into(memoryview(buffer)[: self._left])
        finally:
            self._sock.settimeout(usual)
        self._left -= read
        return read


class _Bounded(smtplib.SMTP):
    """`opens_until`: by then (`time.monotonic`) greeting, encryption and sign-in are over."""

    def __init__(self, *args: Any, opens_until: float, **kwargs: Any) -> None:
        self.opens_until: float | None = opens_until
        super().__init__(*args, **kwargs)

    def getreply(self) -> tuple[int, bytes]:
        """As smtplib's, whose file this puts another one in the place of. The reply has what the socket's time limit
        says, from its first byte to its last."""
        file: Any = self.file
        sock: Any = self.sock
        if file is None:
            self.file = file = io.BufferedReader(Lines(sock))
        ends = time.monotonic() + (sock.gettimeout() or 0.0)
        file.raw.begin_reply(min(ends, self.opens_until or ends))
        return super().getreply()


class PlainSmtp(_Bounded):
    pass


class TlsSmtp(_Bounded, smtplib.SMTP_SSL):
    """Encrypted from the first byte."""
