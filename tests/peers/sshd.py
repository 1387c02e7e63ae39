"""Debian's OpenSSH server on loopback: keys of its own, and a home of its own in place of anybody's."""

import getpass
import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import asyncssh

from tests.peers.ports import free_port, wait_for_port

PROGRAM = "/usr/sbin/sshd"
CONFIG = """
ListenAddress 127.0.0.1
Port {port}
HostKey {folder}/host_key
PidFile {folder}/sshd.pid
AuthorizedKeysFile {home}/.ssh/authorized_keys
PermitRootLogin prohibit-password
PasswordAuthentication no
KbdInteractiveAuthentication no
UsePAM no
StrictModes no
MaxStartups 100
LogLevel VERBOSE
Subsystem sftp internal-sftp {more}-d {home}
"""


def missing() -> str:
    """Why there is no server here; "" where there is one."""
    return "" if Path(PROGRAM).exists() else "sshd is not installed (Debian's openssh-server)"


@dataclass
class Sshd:
    """`login` signs in by `key`, whose line stands in `authorized_keys` from the beginning."""

    port: int
    folder: Path
    home: Path
    login: str
    key: asyncssh.SSHKey
    process: "subprocess.Popen[bytes] | None" = None

    @property
    def address(self) -> str:
        return f"ssh://127.0.0.1:{self.port}"

    @property
    def authorized_keys(self) -> Path:
        return self.home / ".ssh" / "authorized_keys"

    @property
    def secret(self) -> str:
        return self.key.export_private_key("openssh").decode()

    @property
    def own_line(self) -> bytes:
        return self.key.export_public_key("openssh").strip() + b" operator@office\n"

    @property
    def host_key(self) -> str:
        return " ".join((self.folder / "host_key.pub").read_text().split()[:2])

    def new_host_key(self) -> None:
        """Another server takes the place of this one."""
        made = asyncssh.generate_private_key("ssh-ed25519")
        made.write_private_key(self.folder / "host_key")
        made.write_public_key(self.folder / "host_key.pub")
        (self.folder / "host_key").chmod(0o600)

    def start(self) -> None:
        if os.geteuid() == 0:
            Path("/run/sshd").mkdir(mode=0o755, exist_ok=True)  # where the server wants to be shut in
        arguments = [PROGRAM, "-D", "-e", "-f", str(self.folder / "config")]
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(arguments, stdout=log, stderr=log)
        wait_for_port(self.port)

    def stop(self) -> None:
        if self.process:
            self.process.terminate()
            self.process.wait(10)

    def restart(self) -> None:
        self.stop()
        self.start()

    def log(self) -> str:
        time.sleep(0.05)
        return (self.folder / "log").read_text(errors="replace")


@contextmanager
def running(folder: Path, *, reads_only: bool = False) -> Iterator[Sshd]:
    """`reads_only`: nothing can be written there, as on a full or broken disk."""
    home = folder / "home"
    (home / ".ssh").mkdir(mode=0o700, parents=True)
    key = asyncssh.generate_private_key("ssh-ed25519")
    server = Sshd(free_port(), folder, home, getpass.getuser(), key)
    server.new_host_key()
    more = "-R " if reads_only else ""
    (folder / "config").write_text(CONFIG.format(port=server.port, folder=folder, home=home, more=more))
    server.authorized_keys.write_bytes(server.own_line)
    server.authorized_keys.chmod(0o600)
    server.start()
    try:
        yield server
    finally:
        server.stop()
        with suppress(OSError):
            shutil.rmtree(home)
