"""One Valkey server: broker, cache and live events. Nothing in it is a ledger, so it keeps nothing on disk."""

import signal
import socket
import subprocess
from pathlib import Path

from helpdesk.embedded.errors import EmbeddedError
from helpdesk.embedded.folder import DataFolder
from helpdesk.embedded.processes import tied_to_us, wait_until
from helpdesk.embedded.programs import Account, Programs

SETTINGS = {
    "port": "0",
    "unixsocketperm": "700",
    "save": "",
    "appendonly": "no",
    "maxmemory": "128mb",
    "maxmemory-policy": "volatile-lru",  # cached values have an expiry and may go; queued bells have none and stay
    "databases": "64",
    "daemonize": "no",
    "loglevel": "notice",
}
START_SECONDS = 10


class Valkey:
    """The server of one data folder; `spawn` only in the main thread."""

    def __init__(self, *, folder: DataFolder, account: Account, programs: Programs, runtime: Path) -> None:
        self.folder = folder
        self.account = account
        self.programs = programs
        self.runtime = runtime
        self.socket = runtime / "valkey.sock"
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """For redis-py and Django's cache."""
        return f"unix://{self.socket}?db=0"

    @property
    def broker_url(self) -> str:
        """The same server in the words that kombu knows."""
        return f"redis+socket://{self.socket}?virtual_host=0"

    @property
    def pid(self) -> int | None:
        return self.process.pid if self.process and self.process.poll() is None else None

    def spawn(self) -> None:
        """Start the server and return at once."""
        settings = SETTINGS | {"unixsocket": str(self.socket), "dir": str(self.runtime)}
        options = [part for name, value in settings.items() for part in (f"--{name}", value)]
        self.socket.unlink(missing_ok=True)
        with self.folder.open_log("valkey") as log:
            self.process = subprocess.Popen(
                [self.programs.valkey, *options],
                stdout=log,
                stderr=log,
                start_new_session=True,
                preexec_fn=tied_to_us(signal.SIGTERM),
                **self.account.process_options(),
            )

    def wait_ready(self) -> None:
        """Return when it answers; raises `EmbeddedError` when it gives up."""
        if not wait_until(lambda: self._answers() or self.pid is None, seconds=START_SECONDS) or self.pid is None:
            self.stop()
            raise EmbeddedError(f"Valkey did not start; its log says why: {self.folder.log_path('valkey')}")

    def stop(self) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(5)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()

    def _answers(self) -> bool:
        try:
            with socket.socket(socket.AF_UNIX) as connection:
                connection.settimeout(1)
                connection.connect(str(self.socket))
                connection.sendall(b"PING\r\n")
                return connection.recv(16).startswith(b"+PONG")
        except OSError:
            return False
