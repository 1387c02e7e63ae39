"""What was signed and revoked: a file that only grows, one JSON line an entry.

Every line is on the disk (fsync(2)) before anybody is told of what it says, and bears the digest of the one before it,
so that a line that was taken out or changed is noticed. A last line that isn't whole was never answered: it is cut off
when the file is opened.
"""

import hashlib
import json
import os
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

from vpn.pki.revocation_lists import Revoked

FIRST = "0" * 64


class BrokenLedger(Exception):
    """The file isn't what was written; `str()` names the line."""


class Ledger:
    """The open file and what it says. Whoever changes it holds a lock: it isn't made for two at once."""

    def __init__(self, path: Path, *, is_looked_at: bool = False) -> None:
        """Open and read it; one that is only looked at isn't changed. Raises BrokenLedger and OSError."""
        self.path = path
        self.count, self.last, self.number = 0, FIRST, 0
        self.serials: set[int] = set()
        self.revoked: dict[int, Revoked] = {}
        self.times: list[datetime] = []
        self.answers: dict[str, dict[str, Any]] = {}
        self.torn = b""
        if is_looked_at:
            self._descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
            self._size = self._read()
            return
        self._descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
        self._size = self._read()
        if self.torn:
            os.ftruncate(self._descriptor, self._size)
            os.fsync(self._descriptor)
        _sync_folder(path.parent)

    def close(self) -> None:
        os.close(self._descriptor)

    # --- Writing ------------------------------------------------------------------------------------------------------
    def certified(self, *, serial: int, digest: str, pem: str, at: datetime, told: dict[str, Any]) -> None:
        """A certificate was signed for the request of this digest; on return it is on the disk. Raises OSError."""
        self._append({"what": "certified", "at": at, "serial": f"{serial:x}", "request": digest, "pem": pem, **told})

    def revoke(self, entries: list[Revoked]) -> None:
        """Those that aren't yet; the first word on a serial counts. Raises OSError."""
        new = {one.serial: one for one in reversed(entries) if one.serial not in self.revoked}
        self._append(
            *(
                {"what": "revoked", "at": one.at, "serial": f"{one.serial:x}", "reason": str(one.reason)}
                for one in new.values()
            )
        )

    def listed(self, *, number: int, at: datetime) -> None:
        """A list of this number is about to be handed out. Raises OSError."""
        self._append({"what": "listed", "at": at, "number": number})

    def _append(self, *entries: dict[str, Any]) -> None:
        """All or nothing: after a failure the file is as it was."""
        lines, count, last = [], self.count, self.last
        for entry in entries:
            count += 1
            whole = {"n": count, "before": last} | entry | {"at": entry["at"].isoformat()}
            line = json.dumps(whole, separators=(",", ":")).encode() + b"\n"
            lines.append(line)
            last = _digest(line)
        block = b"".join(lines)
        try:
            _write_all(self._descriptor, block)
            os.fsync(self._descriptor)
        except OSError:
            os.ftruncate(self._descriptor, self._size)
            raise
        self._size += len(block)
        for line in lines:
            self._take(json.loads(line), line)

    # --- Reading ------------------------------------------------------------------------------------------------------
    def since(self, moment: datetime) -> int:
        """How many certificates were signed after it."""
        return sum(at > moment for at in reversed(self.times[-10_000:]))

    def answer(self, digest: str, *, now: datetime, within: timedelta) -> dict[str, Any] | None:
        """What was signed for the same request a moment ago, unless it is revoked."""
        found = self.answers.get(digest)
        if found is None or int(found["serial"], 16) in self.revoked:
            return None
        return found if now - datetime.fromisoformat(found["at"]) <= within else None

    def _read(self) -> int:
        """Take every whole line; how many bytes they are. What is left over is `torn`."""
        content = _read_all(self._descriptor)
        lines, taken = BytesIO(content).readlines(), 0
        for number, line in enumerate(lines, start=1):
            entry = _entry(line)
            if entry is None:
                if number < len(lines):
                    raise BrokenLedger(f"line {number} of {self.path.name} can't be read")
                self.torn = line
                break
            self._check(entry, number)
            self._take(entry, line)
            taken += len(line)
        return taken

    def _check(self, entry: dict[str, Any], number: int) -> None:
        if entry.get("n") != self.count + 1 or entry.get("before") != self.last:
            raise BrokenLedger(f"line {number} of {self.path.name} doesn't follow the one before it")

    def _take(self, entry: dict[str, Any], line: bytes) -> None:
        self.count, self.last = self.count + 1, _digest(line)
        at = datetime.fromisoformat(entry["at"])
        match entry["what"]:
            case "certified":
                self.serials.add(int(entry["serial"], 16))
                self.times.append(at)
                self.answers[entry["request"]] = entry
            case "revoked":
                serial = int(entry["serial"], 16)
                self.revoked.setdefault(serial, Revoked(serial, at, entry["reason"]))
            case "listed":
                self.number = max(self.number, entry["number"])


def now() -> datetime:
    return datetime.now(UTC)


def _digest(line: bytes) -> str:
    return hashlib.sha256(line).hexdigest()


def _write_all(descriptor: int, block: bytes) -> None:
    while block:
        block = block[os.write(descriptor, block) :]


def _read_all(descriptor: int) -> bytes:
    with os.fdopen(os.dup(descriptor), "rb") as file:
        file.seek(0)
        return file.read()


def _entry(line: bytes) -> dict[str, Any] | None:
    """None for a line that isn't whole."""
    if not line.endswith(b"\n"):
        return None
    try:
        found = json.loads(line)
    except ValueError:
        return None
    return found if isinstance(found, dict) else None


def _sync_folder(folder: Path) -> None:
    """So that a new file's name is on the disk too."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
