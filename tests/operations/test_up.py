"""`manage.py up` as a person meets it: real processes, real signals."""

import http.client
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from helpdesk.embedded.keys import NAMES
from helpdesk.embedded.processes import living_in, started_at, wait_until
from tests.peers.ports import free_port

ROOT = Path(__file__).parents[2]
SERVERS = {"DATABASE_URL", "REDIS_URL", "CELERY_BROKER_URL"}
CONFIGURATION = {*SERVERS, *NAMES, "HELPDESK_DATA", "SITE_URL", "SMTP_INLET_PORT", "EMAIL_URL"}
NOBODY = 65534

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("up")]


def bare_environment() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if name not in CONFIGURATION and "PYTEST" not in name}


def _listen_to_hang_ups() -> None:
    """Tests that run under nohup hand down a deaf ear, and `up` rightly keeps it."""
    signal.signal(signal.SIGHUP, signal.SIG_DFL)


class Up:
    """One run of the command on a data folder."""

    def __init__(self, data: Path, *options: str, prefix: tuple[str, ...] = ()) -> None:
        self.data = data
        self.port, self.smtp_port = free_port(), free_port()
        self.output = data.with_name(f"{data.name}-{self.port}.txt")
        command = [*prefix, sys.executable, "manage.py", "up", "--data", str(data), "--port", str(self.port)]
        command += ["--smtp-port", str(self.smtp_port), *options]
        with self.output.open("wb") as output:
            self.process = subprocess.Popen(
                command,
                cwd=ROOT,
                env=bare_environment(),
                stdout=output,
                stderr=subprocess.STDOUT,
                preexec_fn=_listen_to_hang_ups,
            )

    @property
    def text(self) -> str:
        return self.output.read_text()

    @property
    def state(self) -> dict:
        return json.loads((self.data / "state.json").read_text())

    def ready(self, seconds: float = 120) -> "Up":
        line = f"Ready: http://127.0.0.1:{self.port}/"
        assert wait_until(lambda: line in self.text or self.process.poll() is not None, seconds=seconds), self.text
        assert line in self.text, self.text
        return self

    def stop(self, number: signal.Signals = signal.SIGINT) -> int:
        self.process.send_signal(number)
        return self.process.wait(60)

    def health(self) -> int:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            connection.request("GET", "/health/")
            return connection.getresponse().status
        except OSError:
            return 0
        finally:
            connection.close()

    def remains(self) -> list[str]:
        """Command lines of processes that still belong to this run."""
        marks = (str(self.data), self.runtime)
        found = [f"postgres {pid}" for pid in living_in(self.data / "postgres")]
        for entry in Path("/proc").glob("[0-9]*"):
            try:
                words = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
            except (FileNotFoundError, ProcessLookupError):
                continue
            if any(mark in words for mark in marks) and started_at(int(entry.name)) is not None:
                found.append(words)
        return found

    def remember(self) -> None:
        self.runtime = self.state["runtime"]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Up]:
    """A first run from nothing, stopped by Ctrl-C: its output, exit code and data are there to look at, and a copy."""
    up = Up(tmp_path_factory.mktemp("up") / "data", "--no-demo")
    try:
        up.ready()
        up.remember()
        up.code = up.stop()
        up.left = up.remains()
        up.copy = up.data.with_name("copy")
        subprocess.run(["cp", "--archive", "--reflink=auto", up.data, up.copy], check=True)
        yield up
    finally:
        up.process.kill()
        up.process.wait()


@pytest.fixture(scope="module")
def later(made: Up) -> Iterator[list[Up]]:
    """The further runs on the same data; the last one may still run."""
    found: list[Up] = []
    yield found
    for up in found[-1:]:
        up.process.send_signal(signal.SIGTERM)
        up.process.wait(60)


@pytest.fixture
def again(made: Up, later: list[Up]) -> Up:
    """A further run on the same data: what another test left running, unless it ended it."""
    if not later or later[-1].process.poll() is not None:
        later.append(Up(made.data, "--no-demo"))
        later[-1].ready()
        later[-1].remember()
    return later[-1]


def test_up_when_run_from_nothing_then_every_step_is_told_with_its_time(made: Up) -> None:
    steps = re.findall(r"^  ([\w ]+) … (?:.*, )?\d+\.\d s$", made.text, re.MULTILINE)

    started = ["Program", "PostgreSQL 18 and Valkey", "Database", "Static files"]
    assert steps == [*started, "VPN authority", "Processes", "Web"]
    assert f"Mail is taken by SMTP at 127.0.0.1:{made.smtp_port}" in made.text


def test_up_when_interrupted_then_no_process_and_no_socket_is_left(made: Up) -> None:
    assert made.code == 0
    assert made.left == []
    assert not Path(made.runtime).exists()
    assert not (made.data / "state.json").exists()


def test_up_when_run_again_then_nothing_is_made_twice(again: Up) -> None:
    assert again.health() == 200
    assert "Database … up to date" in again.text
    assert "Static files … up to date" in again.text


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
def test_up_when_told_to_stop_then_everything_ends(again: Up, number: signal.Signals) -> None:
    code = again.stop(number)

    assert code == (0 if number == signal.SIGINT else 128 + number)
    assert again.remains() == []


def test_up_when_killed_then_its_processes_end_and_the_next_run_works(again: Up, made: Up) -> None:
    again.process.kill()
    again.process.wait()

    heir = Up(made.data, "--no-demo").ready()
    heir.remember()
    healthy = heir.health()
    code = heir.stop()

    assert healthy == 200
    assert code == 0
    assert again.remains() == []
    assert heir.remains() == []


def test_up_when_a_port_is_taken_then_one_line_says_which_and_nothing_starts(tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        web = Up(tmp_path / "web", "--port", str(port))
        mail = Up(tmp_path / "mail", "--smtp-port", str(port))

        codes = (web.process.wait(60), mail.process.wait(60))

    assert codes == (1, 1)
    assert web.text == f"Port {port} on 127.0.0.1 can't be used (Address already in use); choose another with --port.\n"
    assert mail.text == web.text.replace("--port", "--smtp-port")
    assert not (tmp_path / "web" / "postgres").exists()


def test_up_when_it_runs_already_then_one_line_says_where(again: Up) -> None:
    second = Up(again.data)

    code = second.process.wait(60)

    assert code == 1
    assert second.text == (
        f"Helpdesk is already running in {again.data}: http://127.0.0.1:{again.port}/ (process {again.process.pid}).\n"
    )
    assert again.health() == 200


def test_up_when_two_run_side_by_side_then_neither_touches_the_other(again: Up, made: Up) -> None:
    other = Up(made.copy, "--no-demo").ready()
    other.remember()

    codes = (again.health(), other.health())
    other.stop()

    assert codes == (200, 200)
    assert other.remains() == []
    assert again.health() == 200


def test_command_when_up_runs_then_it_uses_the_same_servers(again: Up) -> None:
    command = [sys.executable, "manage.py", "shell", "--data", str(again.data), "-c"]
    script = "import os; print(os.environ['DATABASE_URL'], os.environ['REDIS_URL'])"

    finished = subprocess.run([*command, script], cwd=ROOT, env=bare_environment(), capture_output=True, text=True)

    urls = again.state["environment"]
    assert finished.stdout.splitlines()[-1] == f"{urls['DATABASE_URL']} {urls['REDIS_URL']}"
    assert finished.returncode == 0


def test_up_when_processes_die_then_each_is_started_again_and_one_line_says_so(again: Up) -> None:
    before = again.state["processes"]
    told = re.compile(r"^([\w-]+) ended \(signal 9\); starting again (?:at once|in 0\.25 s)$", re.MULTILINE)

    for pid in before.values():
        os.kill(pid, signal.SIGKILL)

    assert wait_until(lambda: not set(before.items()) & set(again.state["processes"].items()), seconds=60), again.text
    assert wait_until(lambda: set(again.state["processes"]) == set(before), seconds=60), again.text
    assert wait_until(lambda: again.health() == 200, seconds=60, every=0.2)
    assert sorted(told.findall(again.text)) == sorted(before)


def test_up_when_interrupted_twice_then_it_ends_at_once(again: Up) -> None:
    os.kill(again.state["processes"]["worker-mail"], signal.SIGSTOP)
    started = time.monotonic()

    again.process.send_signal(signal.SIGINT)
    wait_until(lambda: "Stopping" in again.text, seconds=10)
    time.sleep(1)
    again.process.send_signal(signal.SIGINT)
    again.process.wait(30)

    assert time.monotonic() - started < 9
    assert again.remains() == []


@pytest.mark.parametrize("command", [["no-such-command"], ["migrate", "no_such_app"]])
def test_command_when_it_fails_then_one_line_and_exit_code(tmp_path: Path, command: list[str]) -> None:
    finished = subprocess.run(
        [sys.executable, "manage.py", *command, "--data", str(tmp_path)],
        cwd=ROOT,
        env=bare_environment(),
        capture_output=True,
        text=True,
    )

    assert finished.returncode != 0
    assert "Traceback" not in finished.stderr
    assert command[-1] in finished.stderr


def test_command_when_it_needs_no_data_then_no_server_and_no_folder_is_made(tmp_path: Path) -> None:
    finished = subprocess.run(
        [sys.executable, "manage.py", "version", f"--data={tmp_path}/data"],
        cwd=ROOT,
        env=bare_environment(),
        capture_output=True,
        text=True,
    )

    assert finished.returncode == 0
    assert not (tmp_path / "data").exists()


def test_up_when_run_by_an_ordinary_user_then_it_works() -> None:
    """As root, by becoming one who may read everything but own nothing; otherwise we are one already."""
    prefix: tuple[str, ...] = ()
    home = Path("/tmp") / f"helpdesk-ordinary-{os.getpid()}"
    home.mkdir(mode=0o700)
    if os.geteuid() == 0:
        os.chown(home, NOBODY, NOBODY)
        reading = "-all,+dac_read_search"
        prefix = ("setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups", f"--inh-caps={reading}")
        prefix = (*prefix, f"--ambient-caps={reading}", f"--bounding-set={reading}")

    try:
        up = Up(home / "data", "--no-demo", prefix=prefix).ready()
        up.remember()
        owners = {path.stat().st_uid for path in (home / "data").iterdir()}
        status = up.health()
        code = up.stop()
        left = up.remains()
    finally:
        shutil.rmtree(home)

    assert owners == {NOBODY if os.geteuid() == 0 else os.geteuid()}
    assert (status, code, left) == (200, 0, [])
