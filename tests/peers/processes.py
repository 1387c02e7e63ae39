"""The program's commands as processes of their own, on the test's database."""

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

from django.db import connection

ROOT = Path(__file__).resolve().parents[2]


def database_url() -> str:
    """The URL of the database that this test works on, for other processes."""
    url = urlsplit(os.environ["DATABASE_URL"])
    return urlunsplit(url._replace(path=f"/{connection.settings_dict['NAME']}"))


def environment(**more: str) -> dict[str, str]:
    return {**os.environ, "DATABASE_URL": database_url(), "PYTHONUNBUFFERED": "1", "LOG_FORMAT": "json", **more}


def manage(*arguments: str, timeout: float = 120, **more: str) -> "subprocess.CompletedProcess[str]":
    """Run a command to its end. `more` are environment variables, such as CRASH_AT."""
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT,
        env=environment(**more),
        capture_output=True,
        text=True,
        timeout=timeout,
    )


class Running:
    """A command that runs until it is ended; its output is in `output()`."""

    def __init__(self, *arguments: str, **more: str) -> None:
        self._log = tempfile.TemporaryFile()  # noqa: SIM115 - lives as long as the process
        self.process = subprocess.Popen(
            [sys.executable, "manage.py", *arguments],
            cwd=ROOT,
            env=environment(**more),
            stdout=self._log,
            stderr=subprocess.STDOUT,
        )

    def output(self) -> str:
        # Not by seeking: the process writes where this very file stands.
        return os.pread(self._log.fileno(), 10_000_000, 0).decode()

    def says(self, words: str, *, seconds: float = 120) -> None:
        """Wait until it has written these words; fails with all that it wrote when it ended, or took too long."""
        until = time.monotonic() + seconds
        while words not in (output := self.output()):
            assert self.process.poll() is None, f"ended before it said {words!r}:\n{output}"
            assert time.monotonic() < until, f"did not say {words!r} within {seconds} s:\n{output}"
            time.sleep(0.05)

    def forget(self) -> None:
        """End it if it runs, and give up its output."""
        if self.process.poll() is None:
            self.end()
        self._log.close()

    def kill(self) -> None:
        self.process.send_signal(signal.SIGKILL)
        self.process.wait(60)

    def end(self) -> int:
        """SIGTERM, and the exit code."""
        self.process.terminate()
        return self.process.wait(60)


@contextmanager
def running(*arguments: str, **more: str) -> Iterator[Running]:
    command = Running(*arguments, **more)
    try:
        yield command
    finally:
        command.forget()


def eventually(condition, *, seconds: float = 60, every: float = 0.05):
    """Wait until `condition()` is true and return its value; fail when it is not in time."""
    until = time.monotonic() + seconds
    while not (value := condition()):
        assert time.monotonic() < until, f"not within {seconds} s"
        time.sleep(every)
    return value
