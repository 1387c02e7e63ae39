"""Files on a host, each as a whole or not at all, and what a revocation list in one of them says."""

from __future__ import annotations

import calendar
import os
import re
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Any

BEGIN, END = "-----BEGIN X509 CRL-----", "-----END X509 CRL-----"


NUMBER = re.compile(r"^0x|<NONE>", re.IGNORECASE)
"""What openssl writes around a number, or in place of one: lists of easy-rsa have none."""


class Trouble(Exception):
    """Something on this host is not as it should be, in one sentence."""


def write(path: Path, text: str, *, mode: int = 0o644) -> None:
    """The file as a whole or not at all: beside it, on the disk, then in its place."""
    handle, name = tempfile.mkstemp(prefix=".new-", dir=path.parent)
    try:
        with os.fdopen(handle, "w") as file:
            file.write(text)
            file.flush()
            os.fchmod(file.fileno(), mode)
            os.fsync(file.fileno())
        os.replace(name, path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def read_as(path: Path, user: str) -> str:
    """What this user reads there with the group that OpenVPN has beside it, if this process may become them. Raises
    PermissionError, also for a user that this host does not know."""
    if not user or os.geteuid() != 0:
        return path.read_text()
    try:
        ran = subprocess.run(
            ["cat", str(path)], user=user, group="nogroup" if user == "nobody" else user, extra_groups=[],
            capture_output=True, timeout=10, check=False,
        )  # fmt: skip
    except KeyError as error:
        raise PermissionError(str(path)) from error
    if ran.returncode:
        raise PermissionError(str(path))
    return ran.stdout.decode()


def read_lists(text: str, authorities: str) -> list[dict[str, Any]]:
    """Each list of the file: `issuer`, `number`, `last_update` and `next_update` (seconds since 1970), `is_signed` by
    one of the authorities. Raises Trouble where it is none."""
    found = [_read_list(BEGIN + part.partition(END)[0] + END + "\n", authorities) for part in text.split(BEGIN)[1:]]
    if not found:
        raise Trouble("The revocation list can't be read.")
    return found


def _read_list(pem: str, authorities: str) -> dict[str, Any]:
    said = openssl(pem, "-issuer", "-crlnumber", "-lastupdate", "-nextupdate")
    facts = dict(line.split("=", 1) for line in said.splitlines() if "=" in line)
    if "nextUpdate" not in facts or "lastUpdate" not in facts:
        raise Trouble("The revocation list can't be read.")
    with tempfile.NamedTemporaryFile("w", suffix=".pem") as trusted:
        trusted.write(authorities)
        trusted.flush()
        is_signed = "verify OK" in openssl(pem, "-CAfile", trusted.name, "-verify")
    return {
        "issuer": facts.get("issuer", ""),
        "number": int(NUMBER.sub("", facts.get("crlNumber", "")) or "0", 16),
        "last_update": _seconds_of(facts["lastUpdate"]),
        "next_update": _seconds_of(facts["nextUpdate"]),
        "is_signed": is_signed,
    }


def openssl(pem: str, *words: str) -> str:
    """What openssl-crl(1) says of a list; whether it is signed stands beside the rest."""
    ran = subprocess.run(
        ["openssl", "crl", "-noout", *words], input=pem, capture_output=True, text=True, timeout=10, check=False
    )
    return ran.stdout + ran.stderr


def _seconds_of(text: str) -> int:
    """openssl(1) writes "Nov 23 02:05:16 2026 GMT"."""
    try:
        return calendar.timegm(time.strptime(text.strip(), "%b %d %H:%M:%S %Y %Z"))
    except ValueError as error:
        raise Trouble("The revocation list can't be read.") from error
