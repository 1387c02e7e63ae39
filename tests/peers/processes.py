"""The program's commands as processes of their own, on the test's database."""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit, urlunsplit

from django.db import connection

from tests.peers import nursery
from tests.peers.nursery import Started


def database_url() -> str:
    """The URL of the database that this test works on, for other processes."""
    url = urlsplit(os.environ["DATABASE_URL"])
    return urlunsplit(url._replace(path=f"/{connection.settings_dict['NAME']}"))


def environment(**more: str) -> dict[str, str]:
    return {**os.environ, "DATABASE_URL": database_url(), "PYTHONUNBUFFERED": "1", "LOG_FORMAT": "json", **more}


def python(*arguments: str, **more: str) -> Started:
    """A file and its arguments, or `-c` and code, on the test's database. `more` are environment variables."""
    return nursery.start(*arguments, environment=environment(**more))


def manage(*arguments: str, timeout: float = 120, **more: str) -> Started:
    """Run a command to its end. `more` are environment variables, such as CRASH_AT."""
    started = python("manage.py", *arguments, **more)
    started.wait(timeout)
    return started


class Running:
    """A command that runs until it is ended; its output is in `output()`."""

    def __init__(self, *arguments: str, **more: str) -> None:
        self.process = python("manage.py", *arguments, **more)
        self.output = self.process.output

    def says(self, words: str, *, seconds: float = 120) -> None:
        """Wait until it has written these words; fails with all that it wrote when it ended, or took too long."""
        until = time.monotonic() + seconds
        while words not in (output := self.output()):
            assert self.process.poll() is None, f"ended before it said {words!r}:\n{output}"
            assert time.monotonic() < until, f"did not say {words!r} within {seconds} s:\n{output}"
            time.sleep(0.05)

    def kill(self) -> None:
        self.process.kill()
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
        command.end()


def eventually(condition, *, seconds: float = 60, every: float = 0.05):
    """Wait until `condition()` is true and return its value; fail when it is not in time."""
    until = time.monotonic() + seconds
    while not (value := condition()):
        assert time.monotonic() < until, f"not within {seconds} s"
        time.sleep(every)
    return value
