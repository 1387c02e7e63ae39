"""The signer as it is deployed: the words of docs/helpdesk-signer.service and of docker-compose.yml, with users of
their own, and folders with the modes that systemd and the image give them."""

import json
import os
import pwd
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
import yaml

from helpdesk.core.errors import Away
from tests.repository import ROOT
from tests.vpn.signer.conftest import ask, say
from tests.vpn.signer.processes import PASSPHRASE, until
from vpn.pki.private_keys import make_key
from vpn.pki.requests import make_request
from vpn.signer.client import SocketSigner

UNIT = (ROOT / "docs" / "helpdesk-signer.service").read_text()
OPERATE = (ROOT / "docs" / "operate.md").read_text()
COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text())["services"]
DOCKERFILE = (ROOT / "Dockerfile").read_text()
pytestmark = pytest.mark.xdist_group("signer deployed")
SIGNER, WEB, STRANGER = 64_902, 64_901, 64_903
"""Users and groups that no machine has; WEB's group is the program's."""
BARE = {"PATH": os.environ["PATH"], "PYTHONDONTWRITEBYTECODE": "1"}
as_root = pytest.mark.skipif(
    os.geteuid() != 0 or shutil.which("unshare") is None, reason="only root starts a process of another user"
)


def settings_of(unit: str) -> dict[str, list[str]]:
    """Each setting's values, in order (systemd.syntax(7))."""
    found: dict[str, list[str]] = {}
    for line in unit.splitlines():
        name, equals, value = line.partition("=")
        if equals and not line.startswith("["):
            found.setdefault(name, []).append(value)
    return found


SETTINGS = settings_of(UNIT)


# Python, its packages and the program may lie where other users don't come to, such as below /root: in a mount
# namespace of its own what closes the way is covered, and they are put in their places again. Then it becomes the user.
BECOMING = """
import os, subprocess, sys
needed, user, group, groups, words = eval(sys.argv[1])
held = {path: os.open(path, os.O_PATH) for path in needed}
for path in needed:
    above = ["/" + "/".join(path.split("/")[1:count]) for count in range(2, len(path.split("/")))]
    for shut in [each for each in above if os.path.isdir(each) and not os.stat(each).st_mode & 1]:
        subprocess.run(["mount", "-t", "tmpfs", "-o", "mode=0755", "tmpfs", shut], check=True)
for path, descriptor in held.items():
    if not os.path.exists(path):
        os.makedirs(path)
        held_open = f"/proc/{os.getpid()}/fd/{descriptor}"
        subprocess.run(["mount", "--no-canonicalize", "--bind", held_open, path], check=True)
os.setgroups(groups)
os.setgid(group)
os.setuid(user)
os.umask(0o077)
os.execv(words[0], words)
"""


def as_signer(words: list[str], group: int, groups: list[int]) -> list[str]:
    """These words, run by the signer's user with the mask that its unit has. The process keeps its number."""
    needed = sorted({sys.base_prefix, sys.prefix, str(ROOT)})
    told = repr((needed, SIGNER, group, groups, words))
    return ["unshare", "--mount", "--propagation", "private", sys.executable, "-c", BECOMING, told]


@dataclass
class Deployed:
    """A signer started by its unit's words, or compose's; paths are below a folder of the test."""

    words: list[str]
    environment: dict[str, str]
    folder: Path
    socket: Path
    log: Path
    group: int
    groups: list[int] = field(default_factory=list)
    process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        words = as_signer(self.words, self.group, self.groups)
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                words, cwd=ROOT, env=BARE | self.environment, stdout=log, stderr=log, stdin=subprocess.DEVNULL
            )
        end = time.monotonic() + 120
        while not self.socket.exists():
            assert self.process.poll() is None, self.log.read_text()
            assert time.monotonic() < end, self.log.read_text()
            time.sleep(0.05)

    def end(self, number: signal.Signals) -> int:
        assert self.process is not None
        self.process.send_signal(number)
        return self.process.wait(15)


def become(user: int, groups: list[int], work: Callable[[], object]) -> str:
    """What the work gives as this user, or with which error it ends."""
    reading, writing = os.pipe()
    pid = os.fork()
    if pid == 0:
        try:
            os.setgroups(groups)
            os.setgid(groups[0])
            os.setuid(user)
            told = str(work())
        except OSError as error:
            told = type(error).__name__
        except Away:
            told = "Away"
        finally:
            os.write(writing, told.encode())
            os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as pipe:
        found = pipe.read()
    os.waitpid(pid, 0)
    return found


def place(path: Path, *, user: int, group: int, mode: int) -> Path:
    path.mkdir(parents=True, exist_ok=True)
    os.chown(path, user, group)
    path.chmod(mode)
    return path


def set_up(words: list[str], deployed: Deployed) -> None:
    """`vpn_signer make`, as the signer's own user."""
    made = [*words, "make", "--name", "Example VPN", "--passphrase-file", str(deployed.log.parent / "word")]
    ran = subprocess.run(
        as_signer(made, deployed.group, deployed.groups),
        cwd=ROOT, env=BARE | deployed.environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stderr


def with_word(root: Path) -> Path:
    """With the passphrase's file; everybody may come there, as they may not to pytest's own folders."""
    root.chmod(0o755)
    (root / "word").write_text(f"{PASSPHRASE}\n")
    os.chown(root / "word", SIGNER, SIGNER)
    (root / "word").chmod(0o400)
    return root


def by_unit(root: Path) -> Deployed:
    """What systemd makes of the unit (systemd.exec(5)): folders, the credential, the environment, the groups."""
    state = place(
        root / "var/lib/helpdesk-signer", user=SIGNER, group=SIGNER, mode=int(SETTINGS["StateDirectoryMode"][0], 8)
    )
    run = place(root / "run/helpdesk-signer", user=SIGNER, group=SIGNER, mode=0o755)
    credentials = place(root / "run/credentials", user=SIGNER, group=SIGNER, mode=0o500)
    shutil.copy(root / "word", credentials / "vpn-signer")
    os.chown(credentials / "vpn-signer", SIGNER, SIGNER)
    told = dict(word.split("=", 1) for line in SETTINGS["Environment"] for word in line.split())
    environment = {
        name: value.replace("/var/lib/helpdesk-signer", str(state)).replace("/run/helpdesk-signer", str(run))
        for name, value in told.items()
    }
    (line,) = SETTINGS["ExecStart"]
    words = [sys.executable, *(str(WEB) if word == "helpdesk" else word for word in line.split()[1:])]
    return Deployed(
        words, environment | {"CREDENTIALS_DIRECTORY": str(credentials)}, state, run / "socket", root / "log",
        group=SIGNER, groups=[WEB],
    )  # fmt: skip


def by_compose(root: Path) -> Deployed:
    """What the image and the service make: folders by `install -d`, the user by `user:`, the secret in its place."""
    service = COMPOSE["signer"]
    made = {
        folder: (owner, group, int(mode, 8))
        for owner, group, mode, folders in re.findall(
            r"install -d -o (\S+) -g (\S+) -m (\d+) (.+?)(?: \\)?$", DOCKERFILE, re.M
        )
        for folder in folders.split()
    }
    ids = {"helpdesk": WEB, "helpdesk-signer": SIGNER}
    for folder in ("/data", "/data/signer", "/run/helpdesk"):
        owner, group, mode = made[folder]
        place(root / folder[1:], user=ids[owner], group=ids[group], mode=mode)
    numbers = {"10001": str(WEB), "10002": str(SIGNER)}
    environment = {name: f"{root}{value}" for name, value in service["environment"].items()}
    words = [sys.executable, *service["command"][1:]]
    for old, new in {**numbers, "/run/secrets/vpn-signer": str(root / "word")}.items():
        words = [word.replace(old, new) for word in words]
    user, group = service["user"].split(":")
    assert (numbers[user], numbers[group]) == (str(SIGNER), str(WEB))
    folder, socket = root / "data/signer", root / "run/helpdesk/signer.socket"
    return Deployed(words, environment | {"HELPDESK_DATA": f"{root}/data"}, folder, socket, root / "log", group=WEB)


@pytest.fixture(scope="module", params=[by_unit, by_compose], ids=["unit", "compose"])
def deployed(request) -> Iterator[Deployed]:
    with TemporaryDirectory(prefix="deployed-") as root:
        made = request.param(with_word(Path(root)))
        set_up(made.words[: made.words.index("serve")], made)
        made.start()
        yield made
        if made.process is not None and made.process.poll() is None:
            made.end(signal.SIGTERM)


def certified(path: Path) -> str:
    request = make_request(make_key(), "anna-laptop")
    signer = SocketSigner(path, patience=20)
    return signer.certify(request_pem=request, common_name="anna-laptop", use="client", until=until()).common_name


@as_root
def test_program_has_keys_certified_and_reads_nothing_of_the_signer(deployed):
    assert deployed.process is not None
    proc = Path(f"/proc/{deployed.process.pid}")

    assert become(WEB, [WEB], lambda: certified(deployed.socket)) == "anna-laptop"

    shut = [deployed.folder / "issuing.key", deployed.folder / "ledger.jsonl", deployed.log.parent / "word"]
    shut += [
        proc / "mem",
        proc / "environ",
        *[Path(each) for each in deployed.environment.get("CREDENTIALS_DIRECTORY", "").split()],
    ]
    for path in shut:
        opens = os.listdir if path.is_dir() else open
        assert become(WEB, [WEB], lambda path=path, opens=opens: opens(path)) == "PermissionError", path
    assert become(WEB, [WEB], lambda: os.listdir(deployed.folder)) == "PermissionError"
    assert become(WEB, [WEB], lambda: os.unlink(deployed.socket)) == "PermissionError"
    assert become(WEB, [WEB], lambda: os.kill(deployed.process.pid, signal.SIGKILL)) == "PermissionError"


@as_root
def test_stranger_is_kept_out_by_the_socket_and_one_of_the_group_by_the_kernels_word(deployed):
    asked = b'{"op":"about"}\n'

    assert become(STRANGER, [STRANGER], lambda: say(deployed.socket, asked)) == "PermissionError"
    assert become(STRANGER, [WEB], lambda: say(deployed.socket, asked)) == "b''"
    assert become(SIGNER, [SIGNER], lambda: ask(deployed.socket, op="about")["ok"]) == "True"
    assert f'"user": {STRANGER}' in deployed.log.read_text()


@as_root
def test_folders_and_files_are_the_signers_alone(deployed):
    found = {each.name: each.stat() for each in [deployed.folder, *deployed.folder.iterdir()]}

    assert {each.st_uid for each in found.values()} == {SIGNER}
    assert {name: each.st_mode & 0o077 for name, each in found.items() if each.st_mode & 0o077} == {}
    made = deployed.socket.stat()
    assert (made.st_uid, made.st_gid, made.st_mode & 0o777) == (SIGNER, WEB, 0o660)


@as_root
def test_signer_that_is_killed_and_started_again_serves_on(deployed):
    assert become(WEB, [WEB], lambda: certified(deployed.socket)) == "anna-laptop"
    deployed.end(signal.SIGKILL)
    assert become(WEB, [WEB], lambda: SocketSigner(deployed.socket, patience=0).about()) == "Away"

    deployed.socket.unlink()  # what `start` waits for is the new one
    deployed.start()

    assert become(WEB, [WEB], lambda: certified(deployed.socket)) == "anna-laptop"
    assert become(WEB, [WEB], lambda: SocketSigner(deployed.socket).about().issued > 1) == "True"
    assert deployed.end(signal.SIGTERM) == 0


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd-analyze(1) is of systemd")
def test_unit_holds_before_systemd_and_gives_little_away(tmp_path):
    unit = tmp_path / "helpdesk-signer.service"
    unit.write_text(UNIT.replace("/srv/helpdesk/.venv/bin/python", sys.executable))

    verified = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", str(unit)], capture_output=True, text=True, timeout=60, check=False
    )
    weighed = subprocess.run(
        ["systemd-analyze", "security", "--offline=true", "--threshold=15", str(unit)],
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip

    assert [line for line in verified.stderr.splitlines() if unit.name in line] == []
    assert weighed.returncode == 0, weighed.stdout[-300:]


def test_unit_says_what_its_page_says():
    assert "(helpdesk-signer.service)" in OPERATE
    assert SETTINGS["User"] == SETTINGS["Group"] == SETTINGS["StateDirectory"] == ["helpdesk-signer"]
    told = dict(word.split("=", 1) for line in SETTINGS["Environment"] for word in line.split())
    assert f"VPN_SIGNER_SOCKET={told['VPN_SIGNER_SOCKET']}" in OPERATE
    assert told["VPN_SIGNER_SOCKET"].startswith(f"/run/{SETTINGS['RuntimeDirectory'][0]}/")
    assert told["VPN_SIGNER_FOLDER"] == f"/var/lib/{SETTINGS['StateDirectory'][0]}"


def test_users_of_compose_are_those_of_the_image():
    users = dict(re.findall(r"useradd --system --uid (\d+) --gid helpdesk .* (\S+) \\$", DOCKERFILE, re.M))

    assert users == {"10001": "helpdesk", "10002": "helpdesk-signer"}
    assert "groupadd --system --gid 10001 helpdesk " in DOCKERFILE
    assert {name: each.get("user") for name, each in COMPOSE.items() if each.get("user")} == {"signer": "10002:10001"}
    assert "--owner=10002 --mode=400" in OPERATE


def test_numbers_of_the_tests_are_nobodys():
    known = {each.pw_uid for each in pwd.getpwall()}

    assert known.isdisjoint({SIGNER, WEB, STRANGER})


# Of the Compose Specification's services, networks, volumes and secrets (https://github.com/compose-spec/compose-spec).
KNOWN = {
    "image", "build", "env_file", "environment", "volumes", "depends_on", "restart", "init", "read_only", "tmpfs",
    "cap_drop", "security_opt", "logging", "command", "healthcheck", "ports", "stop_grace_period", "shm_size", "user",
    "profiles", "secrets", "network_mode",
}  # fmt: skip


def test_compose_speaks_of_nothing_that_it_does_not_know():
    file = yaml.safe_load((ROOT / "docker-compose.yml").read_text())

    assert {key for service in COMPOSE.values() for key in service} <= KNOWN
    assert {key for key in file if not key.startswith("x-")} == {"name", "services", "secrets", "volumes"}
    assert {name for service in COMPOSE.values() for name in service.get("secrets", [])} == file["secrets"].keys()
    assert json.dumps(file["secrets"]) == '{"vpn-signer": {"file": "./vpn-signer.passphrase"}}'
    ignored = (ROOT / ".gitignore").read_text().splitlines()
    assert {"/.env", "/vpn-signer.passphrase"} <= set(ignored)
