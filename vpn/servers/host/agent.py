#!/usr/bin/env python3
"""Keeps one VPN server as Helpdesk wants it: asks for orders, carries them out, reports what it found.

    helpdesk_vpn_host.py /etc/helpdesk-vpn/host.json            # every 20 seconds, until ended
    helpdesk_vpn_host.py /etc/helpdesk-vpn/host.json --once

Orders hold the revocation list, blocked serials, sessions to end, peers of WireGuard and the canary's profile. A list
replaces the one in place only when its signature is that of an authority in `ca.crt` and its number is not smaller.
"""

from __future__ import annotations

import argparse
import calendar
import contextlib
import json
import os
import re
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

SECONDS = 5.0
EVERY = 20.0
HANDSHAKE_SECONDS = 8
BEGIN, END = "-----BEGIN X509 CRL-----", "-----END X509 CRL-----"
MOST_ANSWER = 8_000_000
PLAIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9._@-]{0,63}\Z", re.ASCII)
"""Names that are one word of the management interface."""


class Trouble(Exception):
    """Something on this host is not as it should be, in one sentence."""


class Management:
    """OpenVPN's management interface (https://openvpn.net/community-docs/management-interface.html), on a Unix socket
    (a path) or TCP (`host:port`). Lines that begin with `>` come by themselves and are kept in `news`. OpenVPN speaks
    with one client at a time. Raises Trouble."""

    def __init__(self, address: str, *, password: str = "", seconds: float = SECONDS) -> None:
        self.news: list[str] = []
        self._left = b""
        self._until = time.monotonic() + seconds
        self._seconds = seconds
        try:
            if "/" in address:
                self._socket = socket.socket(socket.AF_UNIX)
                self._socket.settimeout(seconds)
                self._socket.connect(address)
            else:
                host, _colon, port = address.rpartition(":")
                self._socket = socket.create_connection((host.strip("[]"), int(port)), timeout=seconds)
        except (OSError, ValueError) as error:
            raise Trouble(f"The management interface at {address} does not answer: {error}.") from error
        try:
            self._greet(password)
        except Trouble:
            self.close()
            raise

    def _greet(self, password: str) -> None:
        """With a password OpenVPN asks for it first, in words that no line ends."""
        if self._begins_with(b"ENTER PASSWORD:"):
            if not password:
                raise Trouble("The management interface wants a password, and none is kept here.")
            self._left = b""
            self._send(password)
            if not self._line().startswith("SUCCESS:"):
                raise Trouble("The management interface does not take the password.")
        self.line_within(self._seconds)

    def _begins_with(self, beginning: bytes) -> bool:
        """Wait until so much has come, or something else."""
        while beginning.startswith(self._left) and self._left != beginning:
            self._receive()
        return self._left.startswith(beginning)

    def ask(self, command: str) -> list[str]:
        """The lines of the answer up to END; of a short answer the one line, without SUCCESS. Raises Trouble with what
        OpenVPN said where it refused."""
        if "\n" in command or "\r" in command:
            raise ValueError("one line at a time")
        self._until = time.monotonic() + self._seconds
        self._send(command)
        lines: list[str] = []
        while True:
            line = self._line()
            if line.startswith(">"):
                self.news.append(line)
            elif line == "END":
                return lines
            elif line.startswith("SUCCESS:"):
                return [line[8:].strip()]
            elif line.startswith("ERROR:"):
                raise Trouble(f"OpenVPN refused: {line[6:].strip()}.")
            else:
                lines.append(line)

    def line_within(self, seconds: float) -> str:
        """The next line that comes by itself; nothing when none came in time."""
        if self.news:
            return self.news.pop(0)
        self._until = time.monotonic() + seconds
        try:
            return self._line()
        except TimeoutError:
            return ""

    def close(self) -> None:
        self._socket.close()

    def __enter__(self) -> Management:
        return self

    def __exit__(self, *_told: object) -> None:
        self.close()

    def _send(self, line: str) -> None:
        try:
            self._socket.sendall(line.encode() + b"\n")
        except OSError as error:
            raise Trouble(f"The management interface went away: {error}.") from error

    def _line(self) -> str:
        while b"\n" not in self._left:
            self._receive()
        line, _newline, self._left = self._left.partition(b"\n")
        return line.decode(errors="replace").rstrip("\r")

    def _receive(self) -> None:
        left = self._until - time.monotonic()
        if left <= 0:
            raise Silent("The management interface is silent: another program may hold it.")
        self._socket.settimeout(left)
        try:
            came = self._socket.recv(65536)
        except TimeoutError as error:
            raise Silent("The management interface is silent: another program may hold it.") from error
        except OSError as error:
            raise Trouble(f"The management interface went away: {error}.") from error
        if not came:
            raise Trouble("The management interface went away.")
        self._left += came


class Silent(Trouble, TimeoutError):
    """Nothing came in time."""


def read_status(lines: list[str]) -> list[dict[str, Any]]:
    """Sessions in the answer to `status 3` (tabs between the columns, whose names stand in the HEADER line)."""
    columns: list[str] = []
    sessions = []
    for line in lines:
        cells = line.split("\t")
        if cells[:2] == ["HEADER", "CLIENT_LIST"]:
            columns = cells[2:]
        elif cells[0] == "CLIENT_LIST":
            row = dict(zip(columns, cells[1:]))  # noqa: B905 - `strict` is younger than Python 3.9
            sessions.append(_session(row))
    return [each for each in sessions if each["name"] != "UNDEF"]


def clients(management: Management, name: str) -> set[int]:
    """What OpenVPN calls the sessions of this name."""
    return {each["client"] for each in read_status(management.ask("status 3")) if each["name"] == name}


def _session(row: dict[str, str]) -> dict[str, Any]:
    return {
        "name": row.get("Common Name", "")[:64],
        "client": _number(row.get("Client ID")),
        "real": row.get("Real Address", "")[:64],
        "address": (row.get("Virtual Address") or row.get("Virtual IPv6 Address", ""))[:64],
        "received": _number(row.get("Bytes Received")),
        "sent": _number(row.get("Bytes Sent")),
        "since": _number(row.get("Connected Since (time_t)")),
    }


def _number(text: str | None) -> int:
    return int(text) if text and text.isdigit() else 0


class Host:
    """One server on this machine. `told` is the file of settings: `folder` (crl.pem, ca.crt, blocked/), `management`,
    `password_file` or `password`, `user` whom OpenVPN becomes, `openvpn` and `wg` as lists of words, `interface`,
    `canary_remote` ("host port proto") where the server's own name can't be reached from here."""

    def __init__(self, told: dict[str, Any]) -> None:
        self.told = told
        self.folder = Path(told["folder"]) if told.get("folder") else None
        self.openvpn = list(told.get("openvpn") or ["openvpn"])
        self.wg = list(told.get("wg") or ["wg"])
        self.interface = str(told.get("interface") or "")

    def carry_out(self, orders: dict[str, Any]) -> dict[str, Any]:
        """Everything that is ordered, each apart from the others; what can't be done is in `troubles`."""
        report: dict[str, Any] = {"troubles": []}
        steps: list[tuple[str, Callable[[dict[str, Any]], object]]] = []
        if self.folder:
            steps += [("crl", self._keep_list), ("blocked", self._block)]
        if self.told.get("management"):
            steps += [("ended", self._end_sessions), ("canary", self._try_canary), ("sessions", self._sessions)]
        if self.interface:
            steps += [("peers", self._keep_peers)]
        for name, step in steps:
            try:
                report[name] = step(orders)
            except (Trouble, OSError, subprocess.SubprocessError) as error:
                report["troubles"].append(str(error)[:300])
        return report

    # --- Revocation -----------------------------------------------------------------------------------------------

    def _keep_list(self, orders: dict[str, Any]) -> dict[str, Any]:
        """Look at what lies in place, then put what is ordered there. `restored` is the state before, if it was bad."""
        assert self.folder is not None
        authorities, path = orders.get("authorities", ""), self.folder / "crl.pem"
        if not orders.get("crl"):
            return self.examine(authorities)
        found = self.examine(authorities)
        if not path.exists() or path.read_text(errors="replace") != orders["crl"]:
            try:
                self._check(orders["crl"], authorities)
            except Trouble as trouble:
                return {**found, "refused": str(trouble)[:300]}
            write(path, orders["crl"])
        now = self.examine(authorities)
        return {**now, "restored": found["state"]} if found["state"] != "fine" else now

    def _check(self, text: str, authorities: str) -> None:
        """Raises Trouble for a list that must not replace the one in place."""
        assert self.folder is not None
        kept = {each["issuer"]: each["number"] for each in self._kept(authorities)}
        for each in read_lists(text, authorities):
            if not each["is_signed"]:
                raise Trouble("The new revocation list is not signed by this server's authority.")
            if each["number"] < kept.get(each["issuer"], 0):
                raise Trouble("The new revocation list is older than the one in place.")

    def _kept(self, authorities: str) -> list[dict[str, Any]]:
        assert self.folder is not None
        path = self.folder / "crl.pem"
        try:
            return [each for each in read_lists(path.read_text(), authorities) if each["is_signed"]]
        except (Trouble, OSError, UnicodeDecodeError):
            return []

    def examine(self, authorities: str) -> dict[str, Any]:
        """What OpenVPN would find: `state` is fine, missing, unreadable, garbage, foreign, future or expired."""
        assert self.folder is not None
        path = self.folder / "crl.pem"
        if not path.exists():
            return {"state": "missing"}
        try:
            text = read_as(path, str(self.told.get("user") or ""))
            lists = read_lists(text, authorities)
        except PermissionError:
            return {"state": "unreadable"}
        except (Trouble, UnicodeDecodeError):
            return {"state": "garbage"}
        facts = {"number": lists[0]["number"], "next_update": min(each["next_update"] for each in lists)}
        now = time.time()
        if not all(each["is_signed"] for each in lists):
            return {"state": "foreign", **facts}
        if max(each["last_update"] for each in lists) > now:
            return {"state": "future", **facts}
        return {"state": "expired" if facts["next_update"] < now else "fine", **facts}

    def _block(self, orders: dict[str, Any]) -> int:
        """Files named by decimal serials, as `crl-verify … dir` and `not_blocked` read them."""
        assert self.folder is not None
        blocked, wanted = self.folder / "blocked", set(orders.get("blocked", []))
        if not all(each.isascii() and each.isdigit() for each in wanted):
            raise Trouble("A blocked serial is no number.")
        blocked.mkdir(mode=0o755, exist_ok=True)
        os.chmod(blocked, 0o755)  # noqa: S103 - OpenVPN looks into it when it is nobody
        there = {each.name for each in blocked.iterdir()}
        for serial in sorted(wanted - there):
            write(blocked / serial, "")
        for serial in sorted(there - wanted):
            (blocked / serial).unlink()
        return len(wanted)

    # --- OpenVPN --------------------------------------------------------------------------------------------------

    def management(self) -> Management:
        path = self.told.get("password_file")
        password = Path(path).read_text().strip() if path else str(self.told.get("password") or "")
        return Management(str(self.told["management"]), password=password)

    def _sessions(self, _orders: dict[str, Any]) -> list[dict[str, Any]]:
        with self.management() as management:
            return read_status(management.ask("status 3"))

    def _end_sessions(self, orders: dict[str, Any]) -> list[dict[str, Any]]:
        """Each `{"id", "name"}` of `end`: whoever is connected under that name is told to begin anew, and so meets the
        revocation list; OpenVPN gives them five seconds to do so, we half of one. Nobody there is done as well."""
        if not orders.get("end"):
            return []
        with self.management() as management:
            return [self._end(management, each) for each in orders["end"]]

    def _end(self, management: Management, order: dict[str, Any]) -> dict[str, Any]:
        name = str(order["name"])
        there = clients(management, name)
        for client in there:
            with contextlib.suppress(Trouble):  # gone meanwhile: that is looked at below
                management.ask(f"client-kill {client}")
        until = time.monotonic() + 0.5
        while (left := there & clients(management, name)) and time.monotonic() < until:
            time.sleep(0.05)
        if left and PLAIN.match(name):
            with contextlib.suppress(Trouble):  # as above
                management.ask(f"kill {name}")
            left = there & clients(management, name)
        return {"id": order["id"], "done": not left, "count": len(there)}

    def _try_canary(self, orders: dict[str, Any]) -> dict[str, Any] | None:
        """Connect with the certificate that is revoked for ever, and read in OpenVPN's log why it is refused. `result`
        is revoked (as it must be), let_in, refused (for another reason) or silent."""
        canary = orders.get("canary")
        if not canary:
            return None
        with tempfile.TemporaryDirectory(prefix="canary-") as place, self.management() as management:
            management.ask("log on")
            profile, output = Path(place) / "canary.ovpn", Path(place) / "output"
            write(profile, self._aimed(canary["profile"]), mode=0o600)
            words = ["--dev", "null", "--ifconfig-noexec", "--route-noexec", "--script-security", "0", "--verb", "3"]
            words += ["--connect-retry-max", "1", "--hand-window", str(HANDSHAKE_SECONDS), "--tls-exit"]
            with output.open("wb") as out:
                tried = subprocess.Popen(
                    [*self.openvpn, "--config", str(profile), *words], stdout=out, stderr=out, stdin=subprocess.DEVNULL
                )
                try:
                    return self._watch_canary(canary, tried, management, output)
                finally:
                    tried.terminate()
                    tried.wait(10)

    def _watch_canary(
        self, canary: dict[str, Any], tried: subprocess.Popen[bytes], management: Management, output: Path
    ) -> dict[str, Any]:
        until = time.monotonic() + HANDSHAKE_SECONDS + 2
        mine, refusal = f"serial={canary['serial']}", ""
        while time.monotonic() < until:
            line = management.line_within(0.1)
            if mine in line and ("certificate revoked" in line or "is revoked" in line):
                return {"result": "revoked", "detail": ""}
            if "VERIFY ERROR" in line or "VERIFY SCRIPT ERROR" in line:
                refusal = line.rpartition("VERIFY")[2][:200]
            if b"Initialization Sequence Completed" in output.read_bytes():
                return {"result": "let_in", "detail": ""}
            if refusal and not line:
                return {"result": "refused", "detail": refusal.strip()}
            if not line and tried.poll() is not None:
                break
        words = output.read_text(errors="replace").strip().splitlines()
        return {"result": "refused" if refusal else "silent", "detail": (refusal or (words[-1] if words else ""))[:200]}

    def _aimed(self, profile: str) -> str:
        """The profile with another remote, where the host does not reach itself by its name."""
        aim = self.told.get("canary_remote")
        if not aim:
            return profile
        kept = [line for line in profile.splitlines() if not line.startswith("remote ")]
        return "\n".join([f"remote {aim}", *kept, ""])

    # --- WireGuard ------------------------------------------------------------------------------------------------

    def _keep_peers(self, orders: dict[str, Any]) -> list[dict[str, Any]]:
        """Peers that are ordered are there, others are not. What each has sent, and when it last shook hands."""
        wanted = {each["public_key"]: each for each in orders.get("peers", [])}
        there = self._dump()
        for key in there.keys() - wanted.keys():
            self._run("set", self.interface, "peer", key, "remove")
        for key, peer in wanted.items():
            if key not in there or there[key]["allowed"] != peer["address"]:
                secret = ["preshared-key", "/dev/stdin"] if peer.get("preshared") else []
                words = ["set", self.interface, "peer", key, *secret, "allowed-ips", peer["address"]]
                self._run(*words, told=peer.get("preshared", ""))
        return list(self._dump().values())

    def _dump(self) -> dict[str, dict[str, Any]]:
        """wg(8): `show INTERFACE dump`, one line a peer with tabs, after one of the interface."""
        found = {}
        for line in self._run("show", self.interface, "dump").splitlines()[1:]:
            key, _secret, real, allowed, handshake, received, sent, _alive = line.split("\t")
            found[key] = {
                "public_key": key,
                "real": "" if real == "(none)" else real[:64],
                "allowed": allowed,
                "handshake": _number(handshake),
                "received": _number(received),
                "sent": _number(sent),
            }
        return found

    def _run(self, *words: str, told: str = "") -> str:
        ran = subprocess.run([*self.wg, *words], input=told, capture_output=True, text=True, timeout=20, check=False)
        if ran.returncode:
            raise Trouble(f"wg {words[0]}: {ran.stderr.strip()[:200]}")
        return ran.stdout


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
    """What this user reads there, if this process may become them. Raises PermissionError."""
    if not user or os.geteuid() != 0:
        return path.read_text()
    ran = subprocess.run(
        ["cat", str(path)], user=user, group="nogroup" if user == "nobody" else None, extra_groups=[],
        capture_output=True, timeout=10, check=False,
    )  # fmt: skip
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
    with tempfile.NamedTemporaryFile("w", suffix=".pem") as trusted:
        trusted.write(authorities)
        trusted.flush()
        words = ["openssl", "crl", "-noout", "-issuer", "-crlnumber", "-lastupdate", "-nextupdate"]
        checked = [*words, "-CAfile", trusted.name, "-verify"] if authorities.strip() else words
        ran = subprocess.run(checked, input=pem, capture_output=True, text=True, timeout=10, check=False)
    facts = dict(line.split("=", 1) for line in ran.stdout.splitlines() if "=" in line)
    if "nextUpdate" not in facts or "lastUpdate" not in facts:
        raise Trouble("The revocation list can't be read.")
    return {
        "issuer": facts.get("issuer", ""),
        "number": int(facts.get("crlNumber", "0x0").removeprefix("0x") or "0", 16),
        "last_update": _seconds_of(facts["lastUpdate"]),
        "next_update": _seconds_of(facts["nextUpdate"]),
        "is_signed": "verify OK" in ran.stderr + ran.stdout,
    }


def _seconds_of(text: str) -> int:
    """openssl(1) writes "Nov 23 02:05:16 2026 GMT"."""
    try:
        return calendar.timegm(time.strptime(text.strip(), "%b %d %H:%M:%S %Y %Z"))
    except ValueError as error:
        raise Trouble("The revocation list can't be read.") from error


def call(told: dict[str, Any], path: str, said: dict[str, Any]) -> dict[str, Any]:
    """Say this to Helpdesk and read its answer. Raises Trouble."""
    url = str(told["url"]).rstrip("/") + path
    if not url.startswith(("https://", "http://127.0.0.1:", "http://localhost:")):
        raise Trouble("Helpdesk is asked by https only: the token stands in the request.")
    headers = {"Authorization": f"Bearer {told['token']}", "Content-Type": "application/json"}
    asked = urllib.request.Request(url, data=json.dumps(said).encode(), headers=headers)  # noqa: S310 - checked above
    try:
        with urllib.request.urlopen(asked, timeout=20) as answer:  # noqa: S310 - as above
            got = json.loads(answer.read(MOST_ANSWER))
    except (urllib.error.URLError, OSError, ValueError) as error:
        raise Trouble(f"Helpdesk does not answer: {error}") from error
    if not isinstance(got, dict):
        raise Trouble("Helpdesk answers something else.")
    return got


def turn(told: dict[str, Any]) -> dict[str, Any]:
    """Ask, carry out, report. The report."""
    orders = call(told, "/vpn/pull/", {})
    report = Host(told).carry_out(orders)
    call(told, "/vpn/report/", report)
    return report


def main(words: list[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("settings", help="JSON: url, token, folder, management …")
    parser.add_argument("--once", action="store_true")
    parser.add_argument("--every", type=float, default=EVERY, metavar="SECONDS")
    asked = parser.parse_args(words)
    while True:
        try:
            report = turn(json.loads(Path(asked.settings).read_text()))
            for each in report["troubles"]:
                sys.stderr.write(f"{each}\n")
            failed = bool(report["troubles"])
        except (Trouble, OSError, ValueError) as error:
            sys.stderr.write(f"{error}\n")
            failed = True
        if asked.once:
            return 1 if failed else 0
        time.sleep(asked.every)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
