"""Real OpenVPN servers and clients: two network namespaces with a cable between them, all of it this process's own.

One laboratory serves a worker's whole run (`vpn_lab`). Everybody may read its folders, since OpenVPN becomes `nobody`.
"""

import itertools
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from pathlib import Path

import pytest

from vpn.servers.actions.installing import PROGRAM, program
from vpn.servers.host.management import Management, read_status

SERVER_ADDRESS, CLIENT_ADDRESS = "10.77.0.1", "10.77.0.2"
UP = "Initialization Sequence Completed"


def missing() -> str:
    """Why OpenVPN can't run here, or nothing."""
    for name, package in (("openvpn", "openvpn"), ("ip", "iproute2"), ("ping", "iputils-ping")):
        if shutil.which(name) is None:
            return f"{name} is not installed: apt-get install {package}"
    if os.geteuid() != 0:
        return "network namespaces need root"
    if not Path("/dev/net/tun").exists():
        return "this machine has no /dev/net/tun"
    probe = f"hdp{os.getpid()}"
    if subprocess.run(["ip", "netns", "add", probe], capture_output=True).returncode:
        return "this machine lets nobody make network namespaces"
    subprocess.run(["ip", "netns", "del", probe], check=True)
    return ""


def run(*words: str) -> str:
    return subprocess.run(words, check=True, capture_output=True, text=True).stdout


def soon(condition: Callable[[], object], *, seconds: float = 12) -> bool:
    """Whether it came true in time."""
    until = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > until:
            return False
        time.sleep(0.02)
    return True


class Process:
    """A program in one of the namespaces; what it says is in `log`."""

    def __init__(self, log: Path, *words: str) -> None:
        self.log = log
        with log.open("ab") as out:
            self.process = subprocess.Popen(words, stdout=out, stderr=out, stdin=subprocess.DEVNULL)

    def said(self, words: str, *, after: int = 0) -> bool:
        return words in self.text()[after:]

    def text(self) -> str:
        return self.log.read_text(errors="replace") if self.log.exists() else ""

    def stop(self) -> None:
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(3)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait(3)


class Server(Process):
    """OpenVPN with a configuration of ours. `address` answers pings in the tunnel."""

    def __init__(self, lab: "Lab", config: Path, address: str) -> None:
        self.lab, self.config, self.address = lab, config, address
        self.socket = config.parent / "management.sock"
        super().__init__(
            config.parent / "server.log", *lab.in_server, "openvpn", "--cd", str(config.parent), "--config", str(config)
        )
        assert soon(lambda: self.said(UP) or self.process.poll() is not None), self.text()
        assert self.said(UP), self.text()

    def ask(self, command: str) -> list[str]:
        with Management(str(self.socket)) as management:
            return management.ask(command)

    def connected(self) -> set[str]:
        return {each["name"] for each in read_status(self.ask("status 3"))}


class Client(Process):
    """OpenVPN with somebody's profile."""

    def __init__(self, lab: "Lab", config: Path, device: str, *more: str) -> None:
        self.lab, self.device = lab, device
        words = ["--dev-type", "tun", "--dev", device, "--connect-retry", "1", "1", "--hand-window", "4", *more]
        super().__init__(
            config.parent / f"{device}.log",
            *[*lab.in_client, "openvpn", "--cd", str(config.parent), "--config", str(config), *words],
        )

    def is_up(self, *, seconds: float = 12) -> bool:
        return soon(lambda: self.said(UP) or self.process.poll() is not None, seconds=seconds) and self.said(UP)

    def pings(self, address: str) -> bool:
        words = [*self.lab.in_client, "ping", "-n", "-c", "1", "-W", "1", "-I", self.device, address]
        return subprocess.run(words, capture_output=True).returncode == 0


class Lab:
    """`server(files)` starts a server in a folder of its own; `client(profile)` somebody who connects."""

    def __init__(self, place: Path) -> None:
        self.place, self._stack, self._count = place, ExitStack(), itertools.count(1)
        self.mark = f"{os.getpid():x}"
        self.server_space, self.client_space = f"hds{self.mark}", f"hdc{self.mark}"
        self.in_server = ["ip", "netns", "exec", self.server_space]
        self.in_client = ["ip", "netns", "exec", self.client_space]
        for space in (self.server_space, self.client_space):
            run("ip", "netns", "add", space)
            self._stack.callback(subprocess.run, ["ip", "netns", "del", space], check=False)
            run("ip", "-n", space, "link", "set", "lo", "up")
        ends = f"hda{self.mark}", f"hdb{self.mark}"
        run("ip", "link", "add", ends[0], "netns", self.server_space, "type", "veth", "peer", "name", ends[1],
            "netns", self.client_space)  # fmt: skip
        for space, end, address in zip(
            (self.server_space, self.client_space), ends, (SERVER_ADDRESS, CLIENT_ADDRESS), strict=True
        ):
            run("ip", "-n", space, "address", "add", f"{address}/24", "dev", end)
            run("ip", "-n", space, "link", "set", end, "up")

    def folder(self) -> Path:
        place = self.place / f"{next(self._count)}"
        place.mkdir(mode=0o755)
        return place

    def device(self, name: object) -> str:
        """A name of an interface that nobody else has: wireguard-go listens under it beside those of all namespaces."""
        return f"wg{self.mark}{name}"

    def number(self) -> int:
        return next(self._count)

    def server(self, config: str, *, address: str, files: dict[str, str] | None = None, folder: Path) -> Server:
        for name, content in (files or {}).items():
            (folder / name).write_text(content)
        path = folder / "server.conf"
        path.write_text(config)
        started = Server(self, path, address)
        self._stack.callback(started.stop)
        return started

    def client(self, profile: str, *more: str, folder: Path | None = None) -> Client:
        number = next(self._count)
        path = (folder or self.folder()) / f"client{number}.ovpn"
        path.write_text(profile)
        started = Client(self, path, f"t{number}x{self.mark}"[:15], *more)
        self._stack.callback(started.stop)
        return started

    def process(self, log: Path, *words: str) -> Process:
        started = Process(log, *words)
        self._stack.callback(started.stop)
        return started

    def ask(self, told: dict[str, object]) -> tuple[int, str]:
        """One turn of what hosts run, as a program of its own. Its exit code and what it complained of."""
        folder = self.folder()
        (folder / PROGRAM).write_bytes(program())
        (folder / "host.json").write_text(json.dumps(told))
        words = [sys.executable, "-I", str(folder / PROGRAM), str(folder / "host.json"), "--once"]
        ran = subprocess.run(words, capture_output=True, text=True, timeout=60)
        return ran.returncode, ran.stderr

    def close(self) -> None:
        self._stack.close()


def skip_without() -> None:
    if reason := missing():
        pytest.skip(reason)


@pytest.fixture(scope="session")
def vpn_lab() -> Iterator[Lab]:
    skip_without()
    place = Path(tempfile.mkdtemp(prefix="hdvpn-"))
    place.chmod(0o755)
    lab = Lab(place)
    try:
        yield lab
    finally:
        with suppress(subprocess.SubprocessError):
            lab.close()
        shutil.rmtree(place, ignore_errors=True)
