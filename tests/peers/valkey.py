"""A Valkey of a test's own on a port of loopback: to be killed, started again, filled and emptied."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from redis import Redis

from helpdesk.embedded.programs import account_for, programs_for
from tests.peers.ports import free_port, wait_for_port

NOTHING = Path("/nonexistent")


class OwnValkey:
    """It keeps nothing on disk, as the program's own one."""

    def __init__(self) -> None:
        self.port = free_port()
        self.account = account_for(NOTHING)
        self.program = programs_for(self.account).valkey

    def start(self) -> None:
        options = ["--port", str(self.port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
        self.process = subprocess.Popen(
            [self.program, *options], stdout=subprocess.DEVNULL, **self.account.process_options()
        )
        wait_for_port(self.port)

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()

    def client(self) -> "Redis":
        return Redis(port=self.port)


@contextmanager
def running() -> Iterator[OwnValkey]:
    server = OwnValkey()
    server.start()
    try:
        yield server
    finally:
        server.kill()
