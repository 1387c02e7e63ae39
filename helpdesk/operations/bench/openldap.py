"""A directory's server of one's own: Debian's slapd on loopback ports, its folder, its people."""

import base64
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

SUFFIX = "dc=corp,dc=example"
READER = f"cn=reader,{SUFFIX}"
PASSWORD = "reads-the-list-73"  # noqa: S105 - of a server that lives for a minute
SCHEMAS = Path("/etc/ldap/schema")
MODULES = Path("/usr/lib/ldap")

CONFIGURATION = """
include {schemas}/core.schema
include {schemas}/cosine.schema
include {schemas}/inetorgperson.schema
{extra}
modulepath {modules}
moduleload back_mdb
moduleload memberof
moduleload refint
moduleload ppolicy
pidfile {folder}/slapd.pid
argsfile {folder}/slapd.args
{tls}
sizelimit size.soft=unlimited size.hard=unlimited
loglevel none
database mdb
maxsize 536870912
dbnosync
suffix "{suffix}"
rootdn "{reader}"
rootpw {password}
directory {folder}/db
index objectClass,entryUUID,uid,mail,member,memberOf eq
index modifyTimestamp eq
{limits}
overlay memberof
memberof-refint TRUE
overlay refint
refint_attributes member
overlay ppolicy
access to attrs=userPassword by anonymous auth by self write by * none
access to * by * read
"""


@dataclass(slots=True)
class Entry:
    """One entry of an LDIF (RFC 2849); values may be bytes."""

    dn: str
    values: dict[str, list[str | bytes]] = field(default_factory=dict)

    def written(self) -> str:
        lines = [_line("dn", self.dn)]
        lines += [_line(name, value) for name, values in self.values.items() for value in values]
        return "\n".join(lines) + "\n\n"


def _line(name: str, value: str | bytes) -> str:
    given = value if isinstance(value, bytes) else value.encode()
    return f"{name}:: {base64.b64encode(given).decode()}"


def person(uid: str, name: str, **values: str | bytes) -> Entry:
    """Somebody of ou=people with the address uid@corp.example and the password uid-secret; `values` add or replace,
    an empty one leaves out."""
    parts: dict[str, str | bytes] = {
        "uid": uid,
        "cn": name,
        "sn": name,
        "mail": f"{uid}@corp.example",
        "userPassword": f"{uid}-secret",
    }
    kept = {key: [value] for key, value in (parts | values).items() if value}
    return Entry(f"uid={uid},ou=people,{SUFFIX}", {"objectClass": ["inetOrgPerson"], **kept})


def group(name: str, *members: str) -> Entry:
    """A group of ou=groups with these people of ou=people; one that never counts stands in for nobody."""
    dns: list[str | bytes] = [f"uid={uid},ou=people,{SUFFIX}" for uid in members]
    return Entry(
        f"cn={name},ou=groups,{SUFFIX}",
        {"objectClass": ["groupOfNames"], "cn": [name], "member": dns or [f"cn=nobody,{SUFFIX}"]},
    )


def ground() -> list[Entry]:
    """What everything stands on."""
    units = [
        Entry(f"ou={name},{SUFFIX}", {"objectClass": ["organizationalUnit"], "ou": [name]})
        for name in ("people", "groups", "leavers")
    ]
    return [Entry(SUFFIX, {"objectClass": ["dcObject", "organization"], "dc": ["corp"], "o": ["Corp"]}), *units]


class OpenLdap:
    """`limits` and `extra` are lines of slapd.conf for the database and before it; with a certificate and its key the
    server speaks TLS, on `tls_port` from the first byte and on `port` by StartTLS."""

    def __init__(
        self, entries: Iterable[Entry], *, certificate: Path | None = None, key: Path | None = None,
        limits: str = "", extra: str = "",
    ) -> None:  # fmt: skip
        self.folder = Path(tempfile.mkdtemp(prefix="helpdesk-slapd-"))
        self.port, self.tls_port = _free_port(), _free_port()
        self.has_tls = certificate is not None
        (self.folder / "db").mkdir()
        tls = f"TLSCertificateFile {certificate}\nTLSCertificateKeyFile {key}" if certificate else ""
        self.configuration = self.folder / "slapd.conf"
        known = {"suffix": SUFFIX, "reader": READER, "password": PASSWORD, "schemas": SCHEMAS, "modules": MODULES}
        written = CONFIGURATION.format(folder=self.folder, tls=tls, limits=limits, extra=extra, **known)
        self.configuration.write_text(written)
        self._load(entries)
        self._process: subprocess.Popen[bytes] | None = None

    def _load(self, entries: Iterable[Entry]) -> None:
        ldif = self.folder / "people.ldif"
        ldif.write_text("".join(entry.written() for entry in _with_groups(list(entries))))
        command = ["slapadd", "-q", "-f", str(self.configuration), "-l", str(ldif)]
        loaded = subprocess.run(command, capture_output=True, text=True, check=False, env=_environment())
        if loaded.returncode:
            raise RuntimeError(loaded.stderr)

    @property
    def pid(self) -> int:
        assert self._process is not None, "it was started"
        return self._process.pid

    @property
    def uri(self) -> str:
        return f"ldap://localhost:{self.port}"

    @property
    def tls_uri(self) -> str:
        return f"ldaps://localhost:{self.tls_port}"

    def start(self) -> None:
        urls = f"ldap://localhost:{self.port}/" + (f" ldaps://localhost:{self.tls_port}/" if self.has_tls else "")
        with (self.folder / "slapd.log").open("wb") as complaints:
            self._process = subprocess.Popen(
                ["slapd", "-d", "0", "-f", str(self.configuration), "-h", urls],
                stdout=subprocess.DEVNULL,
                stderr=complaints,
                env=_environment(),
            )
        for port in (self.port, *([self.tls_port] if self.has_tls else [])):
            _wait_for(port)

    def kill(self) -> None:
        """As by `kill -9`."""
        if self._process is not None:
            self._process.kill()
            self._process.wait(10)
            self._process = None

    @contextmanager
    def standing_still(self) -> Iterator[None]:
        """For the time of the block it takes connections and answers nothing."""
        os.kill(self.pid, signal.SIGSTOP)
        while Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()[0] != "T":
            time.sleep(0.01)  # it may still be about to answer
        try:
            yield
        finally:
            os.kill(self.pid, signal.SIGCONT)

    def remove(self) -> None:
        self.kill()
        shutil.rmtree(self.folder, ignore_errors=True)

    def modify(self, ldif: str) -> None:
        """Change entries as the directory's administrator (ldapmodify)."""
        command = ["ldapmodify", "-x", "-H", self.uri, "-D", READER, "-w", PASSWORD]
        done = subprocess.run(command, input=ldif, capture_output=True, text=True, check=False)
        if done.returncode:
            raise RuntimeError(done.stderr)

    def add(self, *entries: Entry) -> None:
        self.modify("".join(entry.written().replace("\n", "\nchangetype: add\n", 1) for entry in entries))


def _with_groups(entries: list[Entry]) -> list[Entry]:
    """What the overlay writes of groups that are added later, it does not write of those that are loaded."""
    by_dn = {entry.dn: entry for entry in entries}
    for entry in entries:
        for member in entry.values.get("member", []):
            if (found := by_dn.get(str(member))) is not None:
                found.values.setdefault("memberOf", []).append(entry.dn)
    return entries


def missing() -> str:
    """Why a server can't be started here; empty when it can."""
    if shutil.which("slapd", path=_path()) is None or shutil.which("ldapmodify") is None:
        return "OpenLDAP's server is not installed (apt-get install slapd ldap-utils)"
    return ""


@contextmanager
def running(entries: Iterable[Entry], **options: object) -> Iterator[OpenLdap]:
    server = OpenLdap(entries, **options)  # type: ignore[arg-type]
    try:
        server.start()
        yield server
    finally:
        server.remove()


def _path() -> str:
    """Debian keeps the server where only administrators look."""
    return f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin"


def _environment() -> dict[str, str]:
    return {**os.environ, "PATH": _path()}


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _wait_for(port: int, *, seconds: float = 10) -> None:
    until = time.monotonic() + seconds
    while True:
        try:
            socket.create_connection(("localhost", port), timeout=1).close()
        except OSError:
            if time.monotonic() > until:
                raise
            time.sleep(0.02)
        else:
            return
