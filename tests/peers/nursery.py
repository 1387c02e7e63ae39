"""Python processes forked from one that has the program's packages loaded: each starts in a third of the time.

Nothing before the fork reads a setting: every process makes its own of its environment, as one from a shell does.
"""

import atexit
import json
import os
import select
import signal
import socket
import struct
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import IO

ROOT = Path(__file__).resolve().parents[2]
NUMBER = struct.Struct("i")


class Started:
    """A process; what tests use of `subprocess.Popen`. What it writes is in `output()`."""

    def __init__(self, news: int, log: IO[bytes]) -> None:
        self._news, self._log = news, log
        self.pid = self._next_number()
        self.returncode: int | None = None

    def poll(self) -> int | None:
        if self.returncode is None and select.select([self._news], [], [], 0)[0]:
            self._end()
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        """Its exit code, -9 when it was killed. Raises subprocess.TimeoutExpired."""
        if self.returncode is None:
            if not select.select([self._news], [], [], timeout)[0]:
                raise subprocess.TimeoutExpired("a process of the nursery", timeout or 0)
            self._end()
        assert self.returncode is not None
        return self.returncode

    def communicate(self, timeout: float | None = None) -> tuple[str, None]:
        self.wait(timeout)
        return self.output(), None

    def output(self) -> str:
        if not self._log.closed:
            # Not by seeking: the process writes where this very file stands.
            self._written = os.pread(self._log.fileno(), 10_000_000, 0).decode()
        return self._written

    def send_signal(self, number: int) -> None:
        if self.poll() is None:
            os.kill(self.pid, number)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)

    def terminate(self) -> None:
        self.send_signal(signal.SIGTERM)

    def _end(self) -> None:
        self.returncode = self._next_number()
        os.close(self._news)
        self.output()
        self._log.close()

    def _next_number(self) -> int:
        (number,) = NUMBER.unpack(os.read(self._news, NUMBER.size))
        return int(number)


def start(*arguments: str, environment: Mapping[str, str]) -> Started:
    """`python ARGUMENTS` in the root of the repository: a file and its arguments, or `-c` and code."""
    log = tempfile.TemporaryFile()  # noqa: SIM115 - lives as long as the process
    news, told = os.pipe()
    try:
        request = json.dumps([arguments, dict(environment)]).encode()
        socket.send_fds(_door(), [request], [log.fileno(), told])
    finally:
        os.close(told)
    return Started(news, log)


@cache
def _door() -> socket.socket:
    """To the process that everything is forked from, which ends when this one does."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    with theirs:
        command = [sys.executable, "-u", "-m", "tests.peers.nursery_main", str(theirs.fileno())]
        process = subprocess.Popen(command, cwd=ROOT, pass_fds=[theirs.fileno()], stdin=subprocess.DEVNULL)

    def close() -> None:
        ours.close()
        process.wait()

    atexit.register(close)
    return ours
