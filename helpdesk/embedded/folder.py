"""The data folder: who holds it, who uses it, what runs in it."""

import fcntl
import json
import os
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import BinaryIO, Self

from helpdesk.embedded.errors import EmbeddedError
from helpdesk.embedded.processes import end, started_at

LOG_LIMIT = 20 * 1024 * 1024
LEFTOVER_SECONDS = 20


class AlreadyRunning(EmbeddedError):
    """Another process runs this data folder."""


@dataclass(kw_only=True)
class State:
    """What runs in a data folder, as `state.json` tells other commands and the next start."""

    pid: int
    started: int
    command: str
    runtime: str = ""
    environment: dict[str, str] = field(default_factory=dict)
    url: str = ""
    processes: dict[str, int] = field(default_factory=dict)
    births: dict[str, int] = field(default_factory=dict)
    ready: bool = False

    @classmethod
    def of_this_process(cls, command: str) -> Self:
        return cls(pid=os.getpid(), started=started_at(os.getpid()) or 0, command=command)

    @property
    def is_alive(self) -> bool:
        return started_at(self.pid) == self.started


class DataFolder:
    """A data folder on disk; making the object writes nothing."""

    def __init__(self, path: Path) -> None:
        self.path = path.expanduser().resolve()
        self.cluster = self.path / "postgres"
        self._held: int | None = None

    # --- Who holds it ---------------------------------------------------------------------------------------------
    def take(self, *, leftover_seconds: float = LEFTOVER_SECONDS) -> None:
        """Become the one process that may run servers here.

        The lock is an flock(2) and ends with its holder; the forked children of `up` share it. So a held lock whose
        holder is dead means that a killed run's children are still ending: they are given `leftover_seconds`, then
        killed. Raises `AlreadyRunning` when the holder lives, `EmbeddedError` when the folder can't be written.
        """
        descriptor = self._open("lock")
        end_of_patience = time.monotonic() + leftover_seconds
        while not _flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB):
            state = self.state()
            if state is None or state.is_alive:
                os.close(descriptor)
                raise AlreadyRunning(self._who_runs(state))
            if time.monotonic() > end_of_patience:
                self.end_leftovers(state)
            time.sleep(0.05)
        self._held = descriptor

    def release(self) -> None:
        """Let others take it; the state goes with us."""
        if self._held is not None:
            (self.path / "state.json").unlink(missing_ok=True)
            os.close(self._held)
            self._held = None

    @property
    def is_held_by_us(self) -> bool:
        return self._held is not None

    @contextmanager
    def in_use(self) -> Iterator[None]:
        """Keep the holder from stopping its servers for the time of the block."""
        descriptor = self._open("users")
        try:
            _flock(descriptor, fcntl.LOCK_SH)
            yield
        finally:
            os.close(descriptor)

    @contextmanager
    def when_unused(self, told: str) -> Iterator[None]:
        """Wait until no other command uses the servers, and keep new ones away for the time of the block."""
        descriptor = self._open("users")
        try:
            if not _flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB):
                os.write(2, f"{told}\n".encode())
                _flock(descriptor, fcntl.LOCK_EX)
            yield
        finally:
            os.close(descriptor)

    # --- What runs in it ------------------------------------------------------------------------------------------
    def state(self) -> State | None:
        """What the holder wrote last; None before that, or when the file is from another version."""
        try:
            return State(**json.loads((self.path / "state.json").read_text()))
        except (FileNotFoundError, TypeError, json.JSONDecodeError):
            return None

    def write_state(self, state: State) -> None:
        """Replace the state in one step, so that no reader sees half of it."""
        state.births = {name: started_at(pid) or 0 for name, pid in state.processes.items()}
        draft = self.path / f".state.{os.getpid()}"
        draft.write_text(json.dumps(asdict(state), indent=1))
        draft.chmod(0o600)
        draft.replace(self.path / "state.json")

    def end_leftovers(self, state: State) -> None:
        """End what a killed run left behind, but only processes that are surely those it wrote down.

        PostgreSQL is left to `Postgres.prepare`, which knows how to ask it.
        """
        for name, pid in state.processes.items():
            if name != "postgres" and started_at(pid) == state.births.get(name):
                end(pid, (signal.SIGTERM, 3), (signal.SIGKILL, 3))

    # --- Files ----------------------------------------------------------------------------------------------------
    def log_path(self, name: str) -> Path:
        (self.path / "log").mkdir(parents=True, exist_ok=True)
        return self.path / "log" / f"{name}.log"

    def open_log(self, name: str) -> BinaryIO:
        """The log for appending; one that has grown over `LOG_LIMIT` bytes becomes `<name>.log.1` first."""
        path = self.log_path(name)
        if path.exists() and path.stat().st_size > LOG_LIMIT:
            path.replace(path.with_suffix(".log.1"))
        return path.open("ab", buffering=0)

    def _open(self, name: str) -> int:
        try:
            self.path.mkdir(mode=0o700, parents=True, exist_ok=True)  # people's mail is in it
            return os.open(self.path / name, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise EmbeddedError(
                f"The data folder {self.path} can't be used ({error.strerror}); choose another with --data."
            ) from error

    def _who_runs(self, state: State | None) -> str:
        if state is None:
            return f"Another process is starting or stopping the servers of {self.path}; try again in a moment."
        if state.url:
            return f"Helpdesk is already running in {self.path}: {state.url} (process {state.pid})."
        return (
            f"`manage.py {state.command}` (process {state.pid}) uses {self.path} at the moment; wait for it or stop it."
        )


def _flock(descriptor: int, how: int) -> bool:
    try:
        fcntl.flock(descriptor, how)
    except BlockingIOError:
        return False
    return True
