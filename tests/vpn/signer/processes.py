"""A signer as it runs in earnest: a process of its own, a folder, a socket."""

import os
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Self

from tests.repository import ROOT
from vpn.pki.certificates import Certificate, Use
from vpn.pki.private_keys import PrivateKey, make_key
from vpn.pki.requests import make_request
from vpn.signer.client import SocketSigner
from vpn.signer.folder import SignerFolder

PASSPHRASE = "correct horse battery"


def until(days: int = 397) -> datetime:
    return datetime.now(UTC).replace(microsecond=0) + timedelta(days=days)


def environment() -> dict[str, str]:
    """Neither secrets nor servers: what a signer's own user has."""
    kept = ("PATH", "HOME", "LANG", "PYTHONDONTWRITEBYTECODE", "PYTHONPYCACHEPREFIX", "VIRTUAL_ENV")
    return {name: os.environ[name] for name in kept if name in os.environ}


class SignerProcess:
    """Started by `start`, ended by `kill` or at the end of the block."""

    def __init__(self, folder: Path, *options: str) -> None:
        self.folder, self.options = SignerFolder(folder / "signer"), options
        self.socket, self.passphrase_file = folder / "socket", folder / "passphrase"
        self.log = folder / "log"
        self.data = folder / "data"
        self.data.mkdir(exist_ok=True)
        self.passphrase_file.write_text(f"{PASSPHRASE}\n")
        self.process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        if not self.folder.has_authority:
            self.folder.make(name="Example VPN", passphrase=PASSPHRASE)
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.kill(signal.SIGTERM)

    @property
    def signer(self) -> SocketSigner:
        return SocketSigner(self.socket, patience=20)

    def start(self) -> None:
        """Returns when it answers."""
        command = [
            sys.executable, ROOT / "manage.py", "vpn_signer", "serve", "--data", self.data,
            "--folder", self.folder.path, "--socket", self.socket, "--passphrase-file", self.passphrase_file, *self.options,
        ]  # fmt: skip
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(command, env=environment(), stdout=log, stderr=log, cwd="/")
        SocketSigner(self.socket, patience=30).about()

    def kill(self, number: signal.Signals = signal.SIGKILL) -> int | None:
        """The exit code."""
        if self.process is None:
            return None
        self.process.send_signal(number)
        code = self.process.wait(15)
        self.process = None
        return code

    def certify(self, name: str = "anna-laptop", key: PrivateKey | None = None, use: Use = Use.CLIENT) -> Certificate:
        request = make_request(key or make_key(), name)
        return self.signer.certify(request_pem=request, common_name=name, use=use, until=until())

    def wait_for(self, word: str, seconds: float = 10) -> str:
        """The log, once the word stands in it."""
        end = time.monotonic() + seconds
        while word not in (text := self.log.read_text()):
            assert time.monotonic() < end, text
            time.sleep(0.05)
        return text
