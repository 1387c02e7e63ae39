"""The pair of servers of a data folder, and where a process finds them."""

import os
import shutil
from pathlib import Path

from helpdesk.embedded.folder import DataFolder, State
from helpdesk.embedded.postgresql import Postgres
from helpdesk.embedded.programs import account_for, make_runtime_directory, programs_for
from helpdesk.embedded.valkey import Valkey

URLS = {"postgres": ("DATABASE_URL",), "valkey": ("REDIS_URL", "CELERY_BROKER_URL")}


class Servers:
    """Those of the two servers that the environment doesn't name already, for a folder that we hold.

    Order of use: construct, `prepare`, `spawn`, `wait_ready`, ..., `stop`. `careless` trades durability for speed.
    """

    def __init__(
        self, folder: DataFolder, *, postgres: bool = True, valkey: bool = True, careless: bool = False
    ) -> None:
        previous = folder.state()
        if previous is not None:
            folder.end_leftovers(previous)
            remove_runtime(previous)
        self.folder = folder
        self.runtime: Path | None = None
        self.postgres: Postgres | None = None
        self.valkey: Valkey | None = None
        if postgres or valkey:
            account = account_for(folder.cluster)
            programs = programs_for(account)
            self.runtime = runtime = make_runtime_directory(account)
            if postgres:
                self.postgres = Postgres(
                    folder=folder, account=account, programs=programs, runtime=runtime, careless=careless
                )
            if valkey:
                self.valkey = Valkey(folder=folder, account=account, programs=programs, runtime=runtime)

    @property
    def environment(self) -> dict[str, str]:
        """The URLs, by the names under which the settings read them."""
        found = {}
        if self.postgres:
            found["DATABASE_URL"] = self.postgres.url
        if self.valkey:
            found |= {"REDIS_URL": self.valkey.url, "CELERY_BROKER_URL": self.valkey.broker_url}
        return found

    @property
    def processes(self) -> dict[str, int]:
        pids = {name: server.pid for name, server in (("postgres", self.postgres), ("valkey", self.valkey)) if server}
        return {name: pid for name, pid in pids.items() if pid}

    def prepare(self) -> bool:
        """Make or mend PostgreSQL's cluster; True when it's new. May run in another thread."""
        return self.postgres.prepare() if self.postgres else False

    def spawn(self) -> None:
        for server in (self.postgres, self.valkey):
            if server:
                server.spawn()

    def wait_ready(self) -> None:
        for server in (self.postgres, self.valkey):
            if server:
                server.wait_ready()

    def stop(self) -> None:
        """Stop both and remove the sockets' directory."""
        for server in (self.valkey, self.postgres):
            if server:
                server.stop()
        if self.runtime:
            shutil.rmtree(self.runtime, ignore_errors=True)


def missing_servers() -> dict[str, bool]:
    """Which servers nobody configured, as arguments of `Servers`."""
    return {name: not os.environ.get(urls[0]) for name, urls in URLS.items()}


def remove_runtime(previous: State) -> None:
    """The sockets' directory of a killed run; the name is checked, for a state file is only a file."""
    runtime = Path(previous.runtime)
    if runtime.name.startswith("helpdesk-") and runtime.is_dir() and not runtime.is_symlink():
        shutil.rmtree(runtime, ignore_errors=True)
