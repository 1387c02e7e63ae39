"""PostgreSQL and Valkey for the tests, started before Django's settings are read (`-p tests.servers`).

Where `DATABASE_URL` or `REDIS_URL` is set, that server is used. Otherwise the controller starts embedded ones in a
temporary folder, without fsync; xdist's workers inherit its environment and take a Valkey database each, and as their
test database a copy of one that is migrated while they collect. The servers end with the controller, however it ends.

Where PYTHONDONTWRITEBYTECODE keeps Python from writing what it compiled beside the sources, the run keeps it in that
folder: otherwise each of some hundred processes would compile the program and its packages anew, for three seconds.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from helpdesk.embedded import AlreadyRunning, DataFolder, Servers, State, load_keys
from helpdesk.embedded.servers import missing_servers, remove_runtime

PREFIX = "helpdesk-tests-"
OWNS_NOTHING = "helpdesk_owns_nothing"
"""A role of PostgreSQL that tests take to see what one without tables of its own may do."""
TEMPLATE = "helpdesk"
"""The database that is migrated for the workers, which is the server's own."""
TEMPLATE_NEWS = "HELPDESK_TEMPLATE_NEWS"
"""Names the file in which the exit code of its migration is written."""
TEMPLATE_SECONDS = 150


@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> None:
    worker = os.environ.get("PYTEST_XDIST_WORKER")
    if worker:
        _take_own_part(int(worker.removeprefix("gw")))
        return
    for leftover in _leftovers():
        shutil.rmtree(leftover, ignore_errors=True)
    folder = DataFolder(Path(tempfile.mkdtemp(prefix=PREFIX)))
    folder.take()
    os.environ["HELPDESK_DATA"] = str(folder.path)
    load_keys(folder.path)
    (folder.path / "static").mkdir()
    early_config.add_cleanup(lambda: shutil.rmtree(folder.path, ignore_errors=True))
    if sys.dont_write_bytecode:
        _keep_bytecode(folder.path / "bytecode")
    missing = missing_servers()
    if any(missing.values()):
        servers = Servers(folder, **missing, careless=True)
        early_config.add_cleanup(servers.stop)
        state = State.of_this_process("pytest")
        state.runtime = str(servers.runtime)
        folder.write_state(state)
        servers.prepare()
        servers.spawn()
        servers.wait_ready()
        if missing["postgres"]:
            _let_triggers_sleep(servers)
        os.environ.update(servers.environment)
        if missing["postgres"] and getattr(early_config.known_args_namespace, "numprocesses", None):
            _migrate_for_workers(folder.path / "template.txt")


def _keep_bytecode(folder: Path) -> None:
    """In a folder of this run's own, for this process and all that it starts."""
    sys.dont_write_bytecode = False
    sys.pycache_prefix = str(folder)
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    os.environ["PYTHONPYCACHEPREFIX"] = sys.pycache_prefix


def _let_triggers_sleep(servers: Servers) -> None:
    """The program's own role may not; emptying append-only tables between tests must. Nor may it make roles."""
    with psycopg.connect(servers.postgres.superuser_url, autocommit=True) as connection:
        connection.execute("GRANT SET ON PARAMETER session_replication_role TO helpdesk")
        connection.execute(f"CREATE ROLE {OWNS_NOTHING} NOLOGIN")
        connection.execute(f"GRANT {OWNS_NOTHING} TO helpdesk")


def _migrate_for_workers(news: Path) -> None:
    """Begin it; meanwhile they start and collect."""
    os.environ[TEMPLATE_NEWS] = str(news)
    command = [sys.executable, "-m", "django", "migrate", "--verbosity", "0", "--settings", "helpdesk.settings"]
    process = subprocess.Popen(command, cwd=Path(__file__).parents[1])

    def tell() -> None:
        code = process.wait()
        news.with_suffix(".new").write_text(str(code))
        news.with_suffix(".new").rename(news)

    threading.Thread(target=tell, daemon=True).start()


def migrated_template() -> str | None:
    """The migrated database, as soon as it is; None where nobody makes one. Raises TimeoutError."""
    news = os.environ.get(TEMPLATE_NEWS)
    if news is None:
        return None
    until = time.monotonic() + TEMPLATE_SECONDS
    while not Path(news).exists():
        if time.monotonic() > until:
            raise TimeoutError("The database of the tests was not migrated in time.")
        time.sleep(0.05)
    assert Path(news).read_text() == "0", "The database of the tests could not be migrated; the reason is above."
    return TEMPLATE


def _take_own_part(number: int) -> None:
    """A Valkey database and a folder for files of this worker's own."""
    for name, separator in (("REDIS_URL", "db="), ("CELERY_BROKER_URL", "virtual_host=")):
        url = os.environ.get(name, "")
        if url.endswith(f"{separator}0"):
            os.environ[name] = f"{url[:-1]}{number + 1}"
    own = Path(os.environ["HELPDESK_DATA"]) / f"worker-{number}"
    (own / "static").mkdir(parents=True, exist_ok=True)
    os.environ["HELPDESK_DATA"] = str(own)


def _leftovers() -> Iterator[Path]:
    """Folders of killed test runs: ours, nobody holds them, and not just being made."""
    long_ago = time.time() - 60
    for path in Path(tempfile.gettempdir()).glob(f"{PREFIX}*"):
        if path.is_dir() and path.stat().st_uid == os.geteuid() and path.stat().st_mtime < long_ago:
            folder = DataFolder(path)
            try:
                folder.take(leftover_seconds=0)
            except AlreadyRunning:
                continue
            state = folder.state()
            if state is not None:
                remove_runtime(state)
            folder.release()
            yield path
