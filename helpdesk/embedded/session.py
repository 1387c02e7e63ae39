"""What a command needs before the settings can be read: keys, and servers that run as long as it does."""

import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from helpdesk.embedded.errors import EmbeddedError
from helpdesk.embedded.folder import AlreadyRunning, DataFolder, State
from helpdesk.embedded.keys import load_keys
from helpdesk.embedded.processes import wait_until
from helpdesk.embedded.servers import URLS, Servers, missing_servers

ATTACH_SECONDS = 60
# Well-formed and leading nowhere, for commands that only read the settings.
NOWHERE = {
    "DATABASE_URL": "postgresql://helpdesk@/helpdesk?host=/nonexistent",
    "REDIS_URL": "unix:///nonexistent/valkey.sock?db=0",
    "CELERY_BROKER_URL": "redis+socket:///nonexistent/valkey.sock",
}


@contextmanager
def environment(data: Path, *, command: str, need_servers: bool = True) -> Iterator[None]:
    """Complete `os.environ` for the block: configured servers, else the folder's running ones, else our own.

    Own servers are stopped at the end, after other commands that found them through `state.json` are done with them.
    Raises `EmbeddedError` with one line for the terminal.
    """
    folder = DataFolder(data)
    os.environ["HELPDESK_DATA"] = str(folder.path)
    load_keys(folder.path, keep=need_servers)
    with ExitStack() as stack:
        if not any(missing_servers().values()):
            pass
        elif need_servers:
            found = stack.enter_context(_served(folder, command))
            stack.enter_context(_set(found))
        else:
            stack.enter_context(_set({name: url for name, url in NOWHERE.items() if name not in os.environ}))
        yield


@contextmanager
def _served(folder: DataFolder, command: str) -> Iterator[dict[str, str]]:
    """The URLs of servers that stay up for the time of the block."""
    try:
        folder.take()
    except AlreadyRunning:
        with _attached(folder) as found:
            yield found
        return
    try:
        with _own(folder, command) as found:
            yield found
    finally:
        folder.release()


@contextmanager
def _attached(folder: DataFolder) -> Iterator[dict[str, str]]:
    """The URLs of the holder's servers, once they are ready."""
    if not wait_until(lambda: bool((state := folder.state()) and state.ready), seconds=ATTACH_SECONDS, every=0.1):
        raise EmbeddedError(
            f"Another process has been starting the servers of {folder.path} for {ATTACH_SECONDS} s; see its logs."
        )
    with folder.in_use():
        state = folder.state()  # again: the holder may have left while we waited for our turn
        if state is None or not state.is_alive:
            raise EmbeddedError(f"The servers of {folder.path} have just been stopped; try again.")
        wanted = {name for server, urls in URLS.items() if missing_servers()[server] for name in urls}
        yield {name: url for name, url in state.environment.items() if name in wanted}


@contextmanager
def _own(folder: DataFolder, command: str) -> Iterator[dict[str, str]]:
    servers = Servers(folder, **missing_servers())
    state = State.of_this_process(command)
    state.runtime = str(servers.runtime or "")
    try:
        folder.write_state(state)
        servers.prepare()
        servers.spawn()
        servers.wait_ready()
        state.environment, state.processes, state.ready = servers.environment, servers.processes, True
        folder.write_state(state)
        yield servers.environment
        with folder.when_unused("Another command still uses these servers; they stop when it ends (Ctrl-C: at once)."):
            servers.stop()
    finally:
        servers.stop()


@contextmanager
def _set(values: dict[str, str]) -> Iterator[None]:
    before = {name: os.environ.get(name) for name in values}
    os.environ.update(values)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
