"""How long a press takes until a VPN key is there as an archive, beside a script by easy-rsa; what a kill loses."""

import os
import signal
import string
import subprocess
import sys
import tempfile
import threading
import time
from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import product
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.middleware.csrf import _get_new_csrf_string

from helpdesk.accounts.enums import Role, Way
from helpdesk.accounts.models import User
from helpdesk.operations.bench.figures import machine, spread
from helpdesk.operations.bench.load import Client
from helpdesk.operations.bench.pages import _server
from helpdesk.operations.bench.scratch import scratch_database
from vpn.actions.founding import found_authority, found_server
from vpn.models import Key, Server
from vpn.pki.private_keys import KeyType
from vpn.signer.client import SocketSigner
from vpn.signer.folder import LEDGER, SignerFolder
from vpn.signer.ledger import Ledger

ISSUE, CLIENTS, KILLS = "/admin/vpn/key/issue/", 8, (0.2, 0.5, 0.8)
PASSPHRASE = "a sentence for measuring"  # noqa: S105 - of an authority that exists for the length of a measure
GOAL_MS = 100


def arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--presses", type=int, default=60, help="keys issued one after the other")
    parser.add_argument("--keys", type=int, default=500, help="keys issued by eight clients at once")
    parser.add_argument("--script", type=Path, help="issue_vpn_key.sh, to be measured in the same run")


def run(options: dict[str, Any]) -> dict[str, Any]:
    """`press` is the POST of the form, until the key is signed and kept; `bundle` that and the archive; both over HTTP
    with the signer as a process. `passed` says that nothing was lost and no serial number was given twice."""
    with tempfile.TemporaryDirectory() as place, scratch_database() as url, _signer(Path(place)) as signer:
        os.environ |= {"VPN_SIGNER_SOCKET": str(signer.socket), "VPN_ISSUES_PER_TEN_MINUTES": "1000000"}
        people, server = _town(signer, options["presses"], options["keys"])
        with _server(url) as (port, _process):
            clients = [_client(port) for _ in range(CLIENTS)]
            warm = [_issue(clients[0], one, server) for one in people[:5]]
            alone = [_issue(clients[0], one, server) for one in people[5 : 5 + options["presses"]]]
            together = _together(clients, people[5 + options["presses"] :], server, signer)
        figures = {
            "benchmark": "vpn",
            "machine": machine(),
            "goal_ms": GOAL_MS,
            "press": spread([made.pressed for made in alone]),
            "bundle": spread([made.bundled for made in alone]),
            **together,
            "passed": together["lost"] == 0
            and together["serials_unique"]
            and all(made.archive for made in warm + alone),
        }
    return figures | _beside(options["script"], figures["bundle"], options["presses"])


@dataclass(slots=True)
class _Made:
    """One key: seconds until it was there, and until its archive was; the archive's bytes, none when it failed."""

    pressed: float
    bundled: float
    archive: int


@dataclass(slots=True)
class _Signer:
    """The signer's process."""

    folder: SignerFolder
    socket: Path
    secret: Path
    process: "subprocess.Popen[bytes] | None" = field(default=None)

    def start(self) -> None:
        command = [
            sys.executable, settings.BASE_DIR / "manage.py", "vpn_signer", "serve", "--folder", self.folder.path,
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
        for number in range(5 + presses + keys)
    ]
    return list(User.objects.bulk_create(made)), server


def _client(port: int) -> Client:
    """An administrator who has just proved who they are, each their own: whoever issues is locked meanwhile."""
    email = f"bench-{User.objects.count()}@helpdesk.example"
    issuer = User.objects.create(email=email, name="Bench", role=Role.ADMIN)
    session = SessionStore()
    session[SESSION_KEY] = str(issuer.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = issuer.get_session_auth_hash()
    session["proof"] = {"user": issuer.pk, "at": int(time.time()) + 3600, "by": Way.PASSWORD}
    session["second_factor"] = {"user": issuer.pk, "by": "totp"}
    session.create()
    return Client("127.0.0.1", port, str(session.session_key), _get_new_csrf_string())


def _issue(client: Client, person: User, server: Server) -> _Made:
    """As a person does: the form, and on the page that it leads to the archive."""
    fields = {"person": str(person.pk), "login": f"p{person.pk}", "device": "laptop", "servers": str(server.pk)}
    began = time.perf_counter()
    status, _content, headers = client.post(ISSUE, fields)
    pressed = time.perf_counter() - began
    if status != 303:
        return _Made(pressed, pressed, 0)
    path = headers["Location"].replace("/bundle/", "/download/")
    status, content, _headers = client.post(path, {"form": "archive"})
    return _Made(pressed, time.perf_counter() - began, len(content) if status == 200 else 0)


def _together(clients: list[Client], people: list[User], server: Server, signer: _Signer) -> dict[str, Any]:
    """Everybody's key by eight clients at once, while the signer is killed three times."""
    before, made, lock = Key.objects.count(), [], threading.Lock()

    def work(at: int) -> None:
        for person in people[at :: len(clients)]:
            found = _issue(clients[at], person, server)
            with lock:
                made.append(found)

    threads = [threading.Thread(target=work, args=(at,)) for at in range(len(clients))]
    began = time.perf_counter()
    for thread in threads:
        thread.start()
    for share in KILLS:
        while len(made) < share * len(people):
            time.sleep(0.01)
        signer.kill()
        signer.start()
    for thread in threads:
        thread.join()
    took = time.perf_counter() - began
    serials = list(Key.objects.values_list("serial", flat=True))
    ledger = Ledger(signer.folder / LEDGER, is_looked_at=True)
    return {
        "together": spread([one.bundled for one in made]) | {"seconds": round(took, 2), "kills": len(KILLS)},
        "refused": sum(not one.archive for one in made),
        "lost": Key.objects.count()
        - before
        - sum(bool(one.archive) for one in made)
        + len(set(map(int, serials)) - ledger.serials),
        "serials_unique": len(serials) == len(set(serials)),
    }


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
