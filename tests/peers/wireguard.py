"""WireGuard without the kernel's: wireguard-go in the laboratory's namespaces."""

import shutil
import subprocess
from pathlib import Path

import pytest

from tests.peers.openvpn import Lab, run, soon


def skip_without() -> None:
    for program, package in (("wireguard-go", "wireguard-go"), ("wg", "wireguard-tools")):
        if shutil.which(program) is None:
            pytest.skip(f"{program} is not installed: apt-get install {package}")


class Interface:
    """`device` in one of the namespaces, with an address; `wg` speaks with it."""

    def __init__(self, lab: Lab, where: list[str], *, device: str, address: str) -> None:
        self.where, self.device = where, device
        lab.process(lab.folder() / "log", *where, "wireguard-go", "--foreground", device)
        there = (["ip", "link", "show", device], ["wg", "show", device])
        assert soon(
            lambda: not any(subprocess.run([*where, *words], capture_output=True).returncode for words in there)
        )
        run(*where, "ip", "address", "add", address, "dev", device)
        run(*where, "ip", "link", "set", device, "up")

    def wg(self, *words: str) -> str:
        return run(*self.where, "wg", *words)

    def configure(self, text: str, folder: Path) -> None:
        """What `wg setconf` takes of the file that people get: it knows no addresses."""
        known = ("Address", "DNS")
        path = folder / "wg.conf"
        path.write_text("\n".join(line for line in text.splitlines() if not line.startswith(known)) + "\n")
        self.wg("setconf", self.device, str(path))

    def pings(self, address: str) -> bool:
        words = [*self.where, "ping", "-n", "-c", "1", "-W", "1", "-I", self.device, address]
        return subprocess.run(words, capture_output=True).returncode == 0
