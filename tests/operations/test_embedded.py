"""The embedded servers: made, found again, recovered, shared."""

import contextlib
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
import redis
from kombu import Connection

from helpdesk.embedded import AlreadyRunning, DataFolder, EmbeddedError, Servers, State, load_keys
from helpdesk.embedded.keys import NAMES
from helpdesk.embedded.postgresql import Postgres
from helpdesk.embedded.processes import living_in, started_at, wait_until
from helpdesk.embedded.programs import _copy, _installed, account_for, make_runtime_directory

ROOT = Path(__file__).parents[2]
CONFIGURATION = {"DATABASE_URL", "REDIS_URL", "CELERY_BROKER_URL", "HELPDESK_DATA", *NAMES}
USE = """
import os, sys
from pathlib import Path
from helpdesk.embedded import environment
with environment(Path(sys.argv[1]), command="use"):
    print(os.environ["DATABASE_URL"], flush=True)
    sys.stdin.read()
"""


@contextmanager
def served(path: Path) -> Iterator[Servers]:
    folder = DataFolder(path)
    folder.take()
    servers = Servers(folder, careless=True)
    try:
        servers.prepare()
        servers.spawn()
        servers.wait_ready()
        yield servers
    finally:
        servers.stop()
        folder.release()


def ask(servers: Servers, sql: str) -> object:
    with psycopg.connect(servers.postgres.url, autocommit=True) as connection:
        cursor = connection.execute(sql)
        return cursor.fetchone()[0] if cursor.description else None


@contextmanager
def use(path: Path) -> Iterator[subprocess.Popen[str]]:
    """A command that holds servers of the folder until its standard input is closed."""
    environment = {name: value for name, value in os.environ.items() if name not in CONFIGURATION}
    with subprocess.Popen(
        [sys.executable, "-c", USE, str(path)],
        cwd=ROOT,
        env=environment,
        text=True,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as command:
        try:
            yield command
        finally:
            command.kill()


def test_servers_when_started_again_then_data_are_there(tmp_path: Path) -> None:
    with served(tmp_path / "data") as servers:
        ask(servers, "CREATE TABLE kept AS SELECT 'Привет' AS word")

    with served(tmp_path / "data") as servers:
        found = ask(servers, "SELECT word FROM kept")

    assert found == "Привет"
    assert list(living_in(tmp_path / "data" / "postgres")) == []
    assert not servers.runtime.exists()


def test_database_when_asked_for_russian_words_then_case_and_similarity_work(tmp_path: Path) -> None:
    with served(tmp_path) as servers:
        for extension in ("pg_trgm", "unaccent", "btree_gin"):
            ask(servers, f"CREATE EXTENSION {extension}")

        assert ask(servers, "SELECT 'Ёлка' ILIKE 'ёЛК%'") is True
        assert ask(servers, "SELECT similarity('заявка', 'ЗАЯВКА')") == 1
        assert ask(servers, "SELECT usesuper FROM pg_user WHERE usename = current_user") is False


def test_valkey_when_reached_by_cache_and_broker_then_both_work(tmp_path: Path) -> None:
    with served(tmp_path) as servers:
        with redis.Redis.from_url(servers.valkey.url) as client:
            answer = client.ping()
        with Connection(servers.valkey.broker_url) as connection, connection.SimpleQueue("bells") as queue:
            queue.put({"id": 7})
            rung = queue.get(timeout=5).payload

    assert answer is True
    assert rung == {"id": 7}


def read_link(link: Path) -> str:
    """ "" for one that is closed by now."""
    with contextlib.suppress(FileNotFoundError):
        return os.readlink(link)
    return ""


def test_servers_when_running_then_no_network_port_is_open(tmp_path: Path) -> None:
    with served(tmp_path) as servers:
        pids = servers.processes.values()
        sockets = {said for pid in pids for link in Path(f"/proc/{pid}/fd").iterdir() if (said := read_link(link))}
        tables = "".join(Path(f"/proc/net/{name}").read_text() for name in ("tcp", "tcp6"))
        listening = {f"socket:[{line.split()[9]}]" for line in tables.splitlines() if line.split()[3] == "0A"}

        assert servers.runtime.stat().st_mode & 0o777 == 0o700
        assert sockets & listening == set()


def test_cluster_when_half_made_then_made_anew(tmp_path: Path) -> None:
    half = tmp_path / "postgres.new"
    half.mkdir()
    (half / "PG_VERSION").write_text("18\n")

    with served(tmp_path) as servers:
        found = ask(servers, "SELECT 1")

    assert found == 1
    assert not half.exists()


@pytest.mark.parametrize("pid", ["999999", str(os.getpid())], ids=["dead", "another's"])
def test_postgres_when_lock_file_is_stale_then_starts(tmp_path: Path, pid: str) -> None:
    with served(tmp_path):
        pass
    (tmp_path / "postgres" / "postmaster.pid").write_text(f"{pid}\n/nowhere\n1\n5432\n/nowhere\n\n  1  2\nready   \n")

    with served(tmp_path) as servers:
        found = ask(servers, "SELECT 1")

    assert found == 1


def test_postgres_when_an_orphan_runs_on_the_data_then_orphan_ends_and_data_stay(tmp_path: Path) -> None:
    folder = DataFolder(tmp_path)
    orphan = Servers(folder, careless=True)
    orphan.prepare()
    orphan.spawn()
    orphan.wait_ready()
    ask(orphan, "CREATE TABLE kept AS SELECT 5 AS number")
    pid = orphan.postgres.pid

    with served(tmp_path) as servers:
        found = ask(servers, "SELECT number FROM kept")
    orphan.stop()

    assert found == 5
    assert started_at(pid) is None


def test_postgres_when_data_are_of_another_version_then_one_clear_line(tmp_path: Path) -> None:
    with served(tmp_path):
        pass
    (tmp_path / "postgres" / "PG_VERSION").write_text("16\n")

    with pytest.raises(EmbeddedError) as refusal, served(tmp_path):
        pass

    assert "holds data of PostgreSQL 16, this program brings 18" in str(refusal.value)
    assert "\n" not in str(refusal.value)


def test_servers_when_data_path_is_long_then_sockets_still_fit(tmp_path: Path) -> None:
    deep = tmp_path / ("a" * 100) / ("b" * 100)

    with served(deep) as servers:
        found = ask(servers, "SELECT 1")

    assert found == 1


def test_command_when_killed_then_its_servers_end_and_the_next_one_works(tmp_path: Path) -> None:
    with use(tmp_path) as victim:
        victim.stdout.readline()
        state = DataFolder(tmp_path).state()

        victim.kill()
        victim.wait()
    ended = wait_until(lambda: not any(started_at(pid) for pid in state.processes.values()), seconds=20)
    with served(tmp_path) as servers:
        found = ask(servers, "SELECT 1")

    assert ended
    assert found == 1
    assert not Path(state.runtime).exists()


def test_command_when_done_then_nothing_is_left(tmp_path: Path) -> None:
    with use(tmp_path) as command:
        command.stdout.readline()
        state = DataFolder(tmp_path).state()

        command.stdin.close()
        code = command.wait(20)

    assert code == 0
    assert [pid for pid in state.processes.values() if started_at(pid)] == []
    assert DataFolder(tmp_path).state() is None


def test_second_command_when_first_runs_servers_then_shares_them_until_it_ends(tmp_path: Path) -> None:
    with use(tmp_path) as first:
        url = first.stdout.readline()
        with use(tmp_path) as second:
            shared = second.stdout.readline()
            first.stdin.close()
            told = first.stderr.readline()
            with psycopg.connect(shared.strip()) as connection:
                alive = connection.execute("SELECT 1").fetchone()
            second.stdin.close()
            codes = [second.wait(20), first.wait(20)]

    assert shared == url
    assert told.startswith("Another command still uses these servers")
    assert alive == (1,)
    assert codes == [0, 0]


def test_two_commands_when_started_at_once_then_one_starts_servers_for_both(tmp_path: Path) -> None:
    with use(tmp_path) as one, use(tmp_path) as other:
        urls = {one.stdout.readline(), other.stdout.readline()}
        one.stdin.close()
        other.stdin.close()
        codes = [one.wait(30), other.wait(30)]

    assert len(urls) == 1
    assert codes == [0, 0]


def test_folder_when_held_then_the_second_is_told_by_whom(tmp_path: Path) -> None:
    holder = DataFolder(tmp_path)
    holder.take()
    state = State.of_this_process("up")
    state.url = "http://127.0.0.1:8000/"
    holder.write_state(state)

    with pytest.raises(AlreadyRunning) as refusal:
        DataFolder(tmp_path).take()
    holder.release()

    assert str(refusal.value) == (
        f"Helpdesk is already running in {tmp_path}: http://127.0.0.1:8000/ (process {os.getpid()})."
    )


def test_folder_when_a_dead_runs_child_holds_it_then_the_child_is_ended(tmp_path: Path) -> None:
    holder = DataFolder(tmp_path)
    holder.take()
    with subprocess.Popen(["sleep", "60"], pass_fds=[holder._held]) as child:
        state = State(pid=2**22 + 1, started=1, command="up", processes={"web": child.pid})
        holder.write_state(state)
        os.close(holder._held)

        heir = DataFolder(tmp_path)
        heir.take(leftover_seconds=0.2)
        heir.release()

        assert child.wait(5) == -signal.SIGTERM


def test_keys_when_missing_then_made_once_for_their_owner_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in NAMES:
        monkeypatch.delenv(name)

    made = load_keys(tmp_path)
    first = {name: os.environ.pop(name) for name in NAMES}
    made_again = load_keys(tmp_path)
    second = {name: os.environ[name] for name in NAMES}

    assert (made, made_again) == (True, False)
    assert first == second
    assert (tmp_path / "secrets.env").stat().st_mode & 0o777 == 0o600


def test_keys_when_configured_then_no_file_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in NAMES:
        monkeypatch.setenv(name, "configured")

    made = load_keys(tmp_path)

    assert made is False
    assert list(tmp_path.iterdir()) == []
    assert os.environ["SECRET_KEY"] == "configured"


def test_programs_when_copied_for_an_account_then_the_copy_makes_and_runs_a_cluster(tmp_path: Path) -> None:
    account = account_for(tmp_path / "postgres")
    folder = DataFolder(tmp_path)
    with tempfile.TemporaryDirectory() as place:
        Path(place).chmod(0o755)
        programs = _copy(_installed(), Path(place))
        runtime = make_runtime_directory(account)
        runs = programs.can_be_run_by(account)
        server = Postgres(folder=folder, account=account, programs=programs, runtime=runtime, careless=True)

        server.prepare()
        server.spawn()
        server.wait_ready()
        with psycopg.connect(server.url) as connection:
            connection.execute("CREATE EXTENSION pg_trgm")
            found = connection.execute("SELECT similarity('a', 'a')").fetchone()
        server.stop()
        runtime.rmdir()

    assert runs
    assert str(programs.postgres).startswith(place)
    assert found == (1.0,)


def test_postgres_when_it_cannot_start_then_its_own_reason_is_told(tmp_path: Path) -> None:
    with served(tmp_path):
        pass
    folder = DataFolder(tmp_path)
    servers = Servers(folder, valkey=False)
    servers.postgres.settings["shared_buffers"] = "nonsense"

    servers.prepare()
    servers.spawn()
    started = time.monotonic()
    with pytest.raises(EmbeddedError) as refusal:
        servers.wait_ready()
    servers.stop()

    assert 'invalid value for parameter "shared_buffers"' in str(refusal.value)
    assert time.monotonic() - started < 10
