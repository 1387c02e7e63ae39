"""Debian's Dovecot in a folder of its own on loopback ports: IMAP, POP3, LMTP."""

import grp
import imaplib
import os
import pwd
import shutil
import smtplib
import subprocess
import tempfile
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from imapclient import IMAPClient

from tests.peers.certificates import Certificate, make_certificate
from tests.peers.ports import free_port, wait_for_port

PASSWORD = "open-sesame-47"

CONFIGURATION = """
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/dovecot.log
protocols = imap pop3 lmtp
listen = 127.0.0.1
default_internal_user = {user}
default_internal_group = {group}
default_login_user = {user}
ssl = yes
ssl_cert = <{certificate}
ssl_key = <{key}
disable_plaintext_auth = no
auth_mechanisms = plain login
mail_location = maildir:~/Maildir
mail_max_userip_connections = 100
mail_fsync = never
auth_failure_delay = 0
login_log_format_elements = user=<%u>
first_valid_uid = 1
mailbox_list_index = no
protocol imap {{
  imap_capability = {capability}
}}
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = uid={user} gid={group} home={folder}/mail/%u
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {imap}
  }}
  inet_listener imaps {{
    port = {imaps}
    ssl = yes
  }}
}}
service pop3-login {{
  chroot =
  inet_listener pop3 {{
    port = {pop3}
  }}
  inet_listener pop3s {{
    port = {pop3s}
    ssl = yes
  }}
}}
service lmtp {{
  inet_listener lmtp {{
    port = {lmtp}
  }}
}}
service anvil {{
  chroot =
}}
service stats {{
  chroot =
}}
namespace inbox {{
  inbox = yes
}}
"""


@dataclass(frozen=True)
class Account:
    """One mail account; made by its first use."""

    server: "Dovecot"
    user: str
    password: str = PASSWORD

    def deliver(self, *mails: bytes) -> None:
        """Hand mails over by LMTP (RFC 2033), as a mail server would."""
        with smtplib.LMTP("127.0.0.1", self.server.lmtp, local_hostname="localhost") as client:
            for mail in mails:
                client.sendmail("clara@shop.example", [self.user], mail)

    @contextmanager
    def imap(self, folder: str = "INBOX") -> Iterator[imaplib.IMAP4]:
        client = imaplib.IMAP4("127.0.0.1", self.server.imap, timeout=10)
        try:
            client.login(self.user, self.password)
            client.select(folder)
            yield client
        finally:
            client.logout()

    def uids(self, folder: str = "INBOX") -> list[int]:
        with self.imap(folder) as client:
            return [int(uid) for uid in client.uid("SEARCH", "ALL")[1][0].split()]

    def flags(self, folder: str = "INBOX") -> list[bytes]:
        with self.imap(folder) as client:
            return [line for line in client.uid("FETCH", "1:*", "(FLAGS)")[1] if line]

    def count_in(self, folder: str) -> int:
        with IMAPClient("127.0.0.1", self.server.imap, ssl=False) as client:
            client.login(self.user, self.password)
            return client.folder_status(folder, ["MESSAGES"])[b"MESSAGES"]

    def uid_validity(self, folder: str = "INBOX") -> int:
        with IMAPClient("127.0.0.1", self.server.imap, ssl=False) as client:
            client.login(self.user, self.password)
            return client.folder_status(folder, ["UIDVALIDITY"])[b"UIDVALIDITY"]

    def renumber(self) -> None:
        """Keep the mails, lose the numbers: a new UIDVALIDITY, as after a restore from a backup."""
        folder = self.server.folder / "mail" / self.user / "Maildir"
        time.sleep(max(0.0, self.uid_validity() + 1.05 - time.time()))  # Dovecot's numbers are seconds
        for path in [*folder.glob("dovecot*"), folder / "dovecot-uidlist"]:
            path.unlink(missing_ok=True)
        for path in [*folder.glob("cur/*"), *folder.glob("new/*")]:
            path.rename(folder / "new" / f"{uuid.uuid4().hex}.restored")


class Dovecot:
    def __init__(self, *, without: tuple[str, ...] = (), certificate: Certificate | None = None) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="helpdesk-dovecot-"))
        self.folder.chmod(0o755)
        self.imap, self.imaps, self.pop3, self.pop3s, self.lmtp = (free_port() for _ in range(5))
        self.certificate = certificate or make_certificate(self.folder)
        self.without = without
        self._process: subprocess.Popen[bytes] | None = None
        self._configure()

    def _configure(self) -> None:
        is_root = os.geteuid() == 0
        user = "dovecot" if is_root else pwd.getpwuid(os.geteuid()).pw_name
        group = "dovecot" if is_root else grp.getgrgid(os.getegid()).gr_name
        mail = self.folder / "mail"
        mail.mkdir()
        if is_root:
            shutil.chown(mail, user, group)
        offered = "IMAP4rev1 LITERAL+ IDLE UIDPLUS MOVE NAMESPACE UNSELECT CHILDREN"
        capability = " ".join(name for name in offered.split() if name not in self.without)
        text = CONFIGURATION.format(
            folder=self.folder,
            user=user,
            group=group,
            certificate=self.certificate.certificate,
            key=self.certificate.key,
            password=PASSWORD,
            capability=capability,
            imap=self.imap,
            imaps=self.imaps,
            pop3=self.pop3,
            pop3s=self.pop3s,
            lmtp=self.lmtp,
        )
        (self.folder / "dovecot.conf").write_text(text)

    def start(self) -> None:
        with (self.folder / "stderr.log").open("wb") as complaints:
            self._process = subprocess.Popen(
                [shutil.which("dovecot") or "/usr/sbin/dovecot", "-F", "-c", str(self.folder / "dovecot.conf")],
                stdout=subprocess.DEVNULL,
                stderr=complaints,
            )
        for port in (self.imap, self.imaps, self.pop3, self.lmtp):
            wait_for_port(port)

    def stop(self) -> None:
        if self._process is not None:
            self._process.terminate()
            self._process.wait(10)
            self._process = None

    def remove(self) -> None:
        self.stop()
        for _ in range(20):
            shutil.rmtree(self.folder, ignore_errors=True)
            if not self.folder.exists():
                return
            time.sleep(0.1)

    def account(self) -> Account:
        """A fresh account that nobody else uses."""
        return Account(self, f"u{uuid.uuid4().hex[:12]}@helpdesk.example")


def missing() -> str:
    """Why Dovecot can't be started here; empty when it can."""
    if not (shutil.which("dovecot") or Path("/usr/sbin/dovecot").exists()):
        return "Dovecot is not installed (apt-get install dovecot-imapd dovecot-pop3d dovecot-lmtpd)"
    return ""


@contextmanager
def running(**options: object) -> Iterator[Dovecot]:
    server = Dovecot(**options)  # type: ignore[arg-type]
    try:
        server.start()
        yield server
    finally:
        server.remove()
