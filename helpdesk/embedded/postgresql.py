"""One PostgreSQL cluster in a data folder: made, started, stopped, recovered."""

import os
import shutil
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from helpdesk.embedded.errors import EmbeddedError
from helpdesk.embedded.folder import DataFolder
from helpdesk.embedded.processes import end, living_in, tied_to_us, wait_until
from helpdesk.embedded.programs import Account, Programs

MAJOR = "18"
START_SECONDS = 60  # crash recovery of a large cluster included
STOP_SECONDS = 30
# The builtin provider's C.UTF-8 makes upper, lower and ILIKE right for every script and sorts by code point, the same
# on every machine; LC_CTYPE must be some UTF-8 locale too, or pg_trgm takes Cyrillic letters for punctuation.
LOCALES = ("C.UTF-8", "en_US.UTF-8", "C")
ROLE = "helpdesk"
SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "60",
    "shared_buffers": "256MB",
    "effective_cache_size": "1GB",
    "work_mem": "16MB",
    "maintenance_work_mem": "128MB",
    "random_page_cost": "1.1",
    "jit": "off",
    "wal_compression": "pglz",
    "max_wal_size": "2GB",
    "checkpoint_timeout": "15min",
    "fsync": "on",
    "synchronous_commit": "on",
    "max_logical_replication_workers": "0",
    "log_line_prefix": "%m [%p] %a ",
    "log_lock_waits": "on",
    "log_checkpoints": "off",
}
# For data that nobody will miss after a power cut: the tests'.
CARELESS_SETTINGS = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "max_connections": "100"}


class Postgres:
    """The server of one data folder. `prepare` may run in any thread, `spawn` only in the main one."""

    def __init__(
        self, *, folder: DataFolder, account: Account, programs: Programs, runtime: Path, careless: bool
    ) -> None:
        self.folder = folder
        self.account = account
        self.programs = programs
        self.runtime = runtime
        self.settings = SETTINGS | {"unix_socket_directories": str(runtime)} | (CARELESS_SETTINGS if careless else {})
        self.careless = careless
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """For Django, psycopg and libpq's own programs."""
        return f"postgresql://{ROLE}@/{ROLE}?host={self.runtime}"

    @property
    def superuser_url(self) -> str:
        """For what the role may not do; used by tests and repairs, never by the program."""
        return f"postgresql://postgres@/postgres?host={self.runtime}"

    @property
    def pid(self) -> int | None:
        return self.process.pid if self.process and self.process.poll() is None else None

    def prepare(self) -> bool:
        """Make the cluster if there's none, or stop what a killed run left in it; True when it was made.

        A cluster is made under another name and renamed when it's whole, so half of one is never taken for data.
        Raises `EmbeddedError` for data of another PostgreSQL version or when the account can't work here.
        """
        cluster = self.folder.cluster
        if not cluster.exists():
            self._make(cluster)
            return True
        found = (cluster / "PG_VERSION").read_text().strip()
        if found != MAJOR:
            raise EmbeddedError(
                f"{cluster} holds data of PostgreSQL {found}, this program brings {MAJOR}: "
                "restore a backup into another --data."
            )
        self._end_leftovers(cluster)
        return False

    def spawn(self) -> None:
        """Start the server and return at once."""
        with self._reached(self.folder.cluster) as (path, descriptors), self.folder.open_log("postgres") as log:
            options = [part for name, value in self.settings.items() for part in ("-c", f"{name}={value}")]
            self.process = subprocess.Popen(
                [self.programs.postgres, "-D", path, *options],
                stdout=log,
                stderr=log,
                pass_fds=descriptors,
                start_new_session=True,
                preexec_fn=tied_to_us(signal.SIGINT),  # "fast shutdown"
                **self.account.process_options(),
            )

    def wait_ready(self) -> None:
        """Return when connections are taken; raises `EmbeddedError` with the server's own reason when it gives up."""
        if not wait_until(lambda: self._is_ready() or self.pid is None, seconds=START_SECONDS) or self.pid is None:
            self.stop()
            raise EmbeddedError(f"PostgreSQL did not start: {self._last_words()} ({self.folder.log_path('postgres')})")

    def stop(self) -> None:
        """Shut down fast (sessions are ended, data flushed), and harder when that takes too long."""
        if self.process is not None and self.process.poll() is None:
            for number in (signal.SIGINT, signal.SIGQUIT, signal.SIGKILL):
                self.process.send_signal(number)
                try:
                    self.process.wait(STOP_SECONDS)
                    break
                except subprocess.TimeoutExpired:
                    continue

    def _make(self, cluster: Path) -> None:
        draft = cluster.with_name("postgres.new")
        shutil.rmtree(draft, ignore_errors=True)
        draft.mkdir(mode=0o700)
        if self.account.is_other:
            os.chown(draft, self.account.uid, self.account.gid)
        with self._reached(draft) as (path, descriptors):
            self._initialise(path, descriptors)
            sql = f"CREATE ROLE {ROLE} LOGIN CREATEDB;\n\nCREATE DATABASE {ROLE} OWNER {ROLE};\n\n"
            self._run([self.programs.postgres, "--single", "-j", "-D", path, "postgres"], descriptors, sql)
        draft.rename(cluster)

    def _initialise(self, path: str, descriptors: list[int]) -> None:
        command: list[str | Path] = [
            self.programs.initdb,
            "-D",
            path,
            "-U",
            "postgres",
            "--auth=trust",
            "--encoding=UTF8",
        ]
        command += ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--data-checksums", "--no-instructions"]
        if self.careless:
            command.append("--no-sync")
        for locale in LOCALES:
            try:
                return self._run([*command, f"--locale={locale}"], descriptors)
            except EmbeddedError as error:
                if "locale" not in str(error) or locale == LOCALES[-1]:
                    raise

    def _run(self, command: list[str | Path], descriptors: list[int], text: str = "") -> None:
        options = self.account.process_options()
        if text:
            del options["stdin"]
            options["input"] = text
        finished = subprocess.run(command, check=False, capture_output=True, text=True, pass_fds=descriptors, **options)
        with self.folder.open_log("postgres") as log:
            log.write((finished.stdout + finished.stderr).encode())
        failures = [
            line for line in finished.stderr.splitlines() if "error:" in line or "ERROR" in line or "FATAL" in line
        ]
        if finished.returncode or failures:
            reason = failures[0] if failures else f"exit code {finished.returncode}"
            raise EmbeddedError(f"PostgreSQL's data could not be made in {self.folder.path}: {reason}")

    @contextmanager
    def _reached(self, directory: Path) -> Iterator[tuple[str, list[int]]]:
        """A path by which the account can enter `directory`, and the descriptors a process needs for it.

        Behind a door closed to the account (a clone in root's home) that path is the directory itself, opened by us:
        the kernel follows `/proc/self/fd/N` without walking there, and every backend inherits the descriptor.
        """
        if not self.account.is_other or self.account.can("-x", directory):
            yield str(directory), []
            return
        descriptor = os.open(directory, os.O_RDONLY | os.O_DIRECTORY)
        try:
            yield f"/proc/self/fd/{descriptor}", [descriptor]
        finally:
            os.close(descriptor)

    def _end_leftovers(self, cluster: Path) -> None:
        """Stop the server of a killed run, wait for its backends, and only then take its lock file away.

        The file must not go while any of them lives: it's what keeps a second server off the data.
        """
        lock = cluster / "postmaster.pid"
        if not lock.exists():
            return
        postmaster = int(lock.read_text().split("\n", 1)[0] or 0)
        inhabitants = set(living_in(cluster))
        if postmaster in inhabitants:
            end(postmaster, (signal.SIGINT, STOP_SECONDS), (signal.SIGQUIT, 5), (signal.SIGKILL, 5))
        for pid in inhabitants - {postmaster}:
            end(pid, (signal.SIGQUIT, 5), (signal.SIGKILL, 5))
        lock.unlink(missing_ok=True)

    def _is_ready(self) -> bool:
        try:
            lines = (self.folder.cluster / "postmaster.pid").read_text().splitlines()
        except FileNotFoundError:
            return False
        return len(lines) > 7 and int(lines[0]) == self.pid and lines[7].strip() == "ready"

    def _last_words(self) -> str:
        lines = self.folder.log_path("postgres").read_text(errors="replace").splitlines()[-20:]
        fatal = [line.partition("FATAL:")[2].strip() for line in lines if "FATAL:" in line]
        return fatal[-1] if fatal else "see its log"
