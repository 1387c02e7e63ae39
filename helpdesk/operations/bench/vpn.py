"""How long a press takes until a VPN key is there as an archive, beside a script by easy-rsa; what a kill loses."""

import os
import signal
import string
import subprocess
import sys
import tempfile
import time
from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import product
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError

from helpdesk.accounts.enums import Role
from helpdesk.accounts.models import User
from helpdesk.operations.bench.figures import machine, spread
from helpdesk.operations.bench.load import Client
from helpdesk.operations.bench.pages import _server
from helpdesk.operations.bench.pressing import administrator, press, press_together, reckon
from helpdesk.operations.bench.scratch import scratch_database
from vpn.actions.founding import found_authority, found_server
from vpn.models import Key, Server
from vpn.pki.private_keys import KeyType
from vpn.signer.client import SocketSigner
from vpn.signer.folder import LEDGER, SignerFolder
from vpn.signer.ledger import Ledger

WARM, CLIENTS, KILLS = 10, 8, (0.2, 0.5, 0.8)
SETTINGS = {"VPN_ISSUES_PER_TEN_MINUTES": "1000000", "VPN_NIGHT_HOURS": "0,0"}
"""Eight people issue more here than an installation lets them; and in the night administrators get letters besides."""
PASSPHRASE = "a sentence for measuring"  # noqa: S105 - of an authority that exists for the length of a measure
GOAL_MS = 100


def arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--presses", type=int, default=60, help="keys issued one after the other")
    parser.add_argument("--keys", type=int, default=500, help="keys issued by eight clients at once")
    parser.add_argument("--script", type=Path, help="issue_vpn_key.sh, to be measured in the same run")


def run(options: dict[str, Any]) -> dict[str, Any]:
    """`press` is the POST of the form, until the key is signed and kept; `bundle` that and the archive; both over HTTP
    with the signer as a process. `passed` says that everybody has a key, nothing was lost or left half done, and no
    serial number was given twice (`pressing.reckon`)."""
    with tempfile.TemporaryDirectory() as place, scratch_database() as url, _signer(Path(place)) as signer:
        os.environ |= {"VPN_SIGNER_SOCKET": str(signer.socket), **SETTINGS}
        people, server = _town(signer, options["presses"], options["keys"])
        with _server(url) as (port, _process):
            clients = [administrator(port) for _ in range(CLIENTS)]
            warm = [press(clients[0], one, server) for one in people[:WARM]]
            if not all(made.archive for made in warm):
                raise CommandError("The page issued no key: see whether the signer answers.")
            alone = [press(clients[0], one, server) for one in people[WARM : WARM + options["presses"]]]
            together = _together(clients, people[WARM + options["presses"] :], server, signer)
        figures = {
            "benchmark": "vpn",
            "machine": machine(),
            "goal_ms": GOAL_MS,
            "press": spread([made.pressed for made in alone]),
            "bundle": spread([made.bundled for made in alone]),
            **together,
            "passed": all(made.archive for made in alone)
            and together["serials_unique"]
            and together["keys"] == options["keys"]
            and not any(together[name] for name in ("failed", "lost", "half_done")),
        }
    return figures | _beside(options["script"], figures["bundle"], options["presses"])


@dataclass(slots=True)
class _Signer:
    """The signer's process."""

    folder: SignerFolder
    socket: Path
    secret: Path
    process: "subprocess.Popen[bytes] | None" = field(default=None)

    def start(self) -> None:
        command: list[str | Path] = [
            sys.executable, Path(settings.BASE_DIR) / "manage.py", "vpn_signer", "serve", "--folder", self.folder.path,
            "--socket", self.socket, "--passphrase-file", self.secret, "--per-hour", "1000000",
        ]  # fmt: skip
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(command, stdout=log, stderr=log)
        SocketSigner(self.socket, patience=60).about()

    def kill(self) -> None:
        assert self.process is not None, "it was started"
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()


@contextmanager
def _signer(place: Path) -> Iterator[_Signer]:
    signer = _Signer(SignerFolder(place / "signer"), place / "socket", place / "secret")
    signer.secret.write_text(PASSPHRASE)
    signer.folder.make(name="Bench VPN", passphrase=PASSPHRASE, kind=KeyType.EC)
    signer.start()
    try:
        yield signer
    finally:
        signer.kill()


def _town(signer: _Signer, presses: int, keys: int) -> tuple[list[User], Server]:
    """People without a key, and the server that they want one for."""
    facts = SocketSigner(signer.socket).about()
    authority = found_authority(name="Bench", slug="bench", facts=facts, by=None)
    server = found_server(name="Bench", slug="bench", authority=authority, remotes="vpn.example.org 1194 udp", by=None)
    made = [
        User(email=f"person-{number}@helpdesk.example", name=f"Person {number}", role=Role.AGENT)
        for number in range(WARM + presses + keys)
    ]
    return list(User.objects.bulk_create(made)), server


def _together(clients: list[Client], people: list[User], server: Server, signer: _Signer) -> dict[str, Any]:
    """Everybody's key by eight clients at once, while the signer is killed three times."""

    def kill() -> None:
        signer.kill()
        signer.start()

    earlier = set(map(int, Key.objects.values_list("serial", flat=True)))
    began = time.perf_counter()
    made = press_together(clients, people, server, kill=kill, at=KILLS)
    took = time.perf_counter() - began
    ledger = Ledger(signer.folder / LEDGER, is_looked_at=True).serials - earlier
    times = spread([one.bundled for one in made if one.archive])
    return {"together": times | {"seconds": round(took, 2), "kills": len(KILLS)}} | reckon(made, people, ledger)


def _beside(script: Path | None, ours: dict[str, float], times: int) -> dict[str, Any]:
    """The same by the script, with a PKI that the one beside it makes; or why it was not measured."""
    if script is None or not script.is_file():
        return {"script": "not measured: name it by --script"}
    with tempfile.TemporaryDirectory() as place:
        home = Path(place) / "pki"
        subprocess.run(["bash", script.with_name("01_easyrsa_pki.sh"), home, "ec"], check=True, capture_output=True)
        environment = {**os.environ, "LAB": place, "VPN_HOME": str(home), "OUT_TAR": f"{place}/out.tar.gz"}
        names = ["bench" + "".join(letters) for letters in product(string.ascii_lowercase, repeat=2)]
        seconds = []
        for name in names[: min(times, 20)]:
            began = time.perf_counter()
            subprocess.run(["bash", script, name], env=environment, check=True, capture_output=True)
            seconds.append(time.perf_counter() - began)
    theirs = spread(seconds)
    return {"script": theirs, "times_as_fast": round(theirs["p50_ms"] / ours["p50_ms"], 1)}
