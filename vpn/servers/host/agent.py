"""Keeps one VPN server as Helpdesk wants it: asks for orders, carries them out, reports what it found.

    helpdesk_vpn_host.pyz /etc/helpdesk-vpn/host.json            # every 20 seconds, until ended
    helpdesk_vpn_host.pyz /etc/helpdesk-vpn/host.json --once

Orders hold the revocation list, blocked serials, routes of some clients, sessions to end, peers of WireGuard and the
canary's profile. A list replaces the one in place only when its signature is that of an authority in `ca.crt`, its
number is not smaller, and it is valid now or the one in place is of no use either.
"""

from __future__ import annotations

import argparse
import contextlib
import http.client
import json
import os
import re
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

from vpn.servers.host.lists import Trouble, read_as, read_lists, write
from vpn.servers.host.management import Management, clients, number, read_status

EVERY = 20.0
HANDSHAKE_SECONDS = 8
MOST_ANSWER = 8_000_000
CLOCK_SECONDS = 120
LOOPBACK = ("127.0.0.1", "localhost", "::1")
PLAIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9._@-]{0,63}\Z", re.ASCII)
"""Names that are one word of the management interface."""
ROUTE = re.compile(r"route [0-9.]+ [0-9.]+\Z|route-ipv6 [0-9a-f:]+/[0-9]+\Z", re.ASCII)
"""All that is pushed to one client alone."""


class Host:
    """One server on this machine. `told` is the file of settings: `folder` (crl.pem, ca.crt, blocked/, clients/),
    `management`, `password_file` or `password`, `user` whom OpenVPN becomes, `openvpn` and `wg` as lists of words,
    `interface`, `canary_remote` ("host port proto") where the server's own name can't be reached from here."""

    def __init__(self, told: dict[str, Any]) -> None:
        self.told = told
        self.folder = Path(told.get("folder") or "/nonexistent")
        self.list = self.folder / "crl.pem"
        self.openvpn = list(told.get("openvpn") or ["openvpn"])
        self.wg = list(told.get("wg") or ["wg"])
        self.interface = str(told.get("interface") or "")

    def carry_out(self, orders: dict[str, Any]) -> dict[str, Any]:
        """Everything that is ordered, each apart from the others; what can't be done is in `troubles`."""
        report: dict[str, Any] = {"troubles": self._clock(orders)}
        steps: list[tuple[str, Callable[[dict[str, Any]], object]]] = []
        if self.told.get("folder"):
            steps += [("crl", self._keep_list), ("blocked", self._block), ("routes", self._route)]
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

    def _clock(self, orders: dict[str, Any]) -> list[str]:
        """A wrong clock makes good lists and certificates invalid."""
        off = int(time.time() - orders.get("now", time.time()))
        if abs(off) < CLOCK_SECONDS:
            return []
        way = "ahead of" if off > 0 else "behind"
        return [f"The clock of this host is {abs(off)} seconds {way} that of Helpdesk."]

    # --- Revocation -----------------------------------------------------------------------------------------------

    def _keep_list(self, orders: dict[str, Any]) -> dict[str, Any]:
        """Look at what lies in place, then put what is ordered there. `restored` is the state before, if it was bad."""
        authorities, wanted = orders.get("authorities", ""), orders.get("crl", "")
        found = self.examine(authorities)
        if not wanted:
            return found
        if not self.list.exists() or self.list.read_text(errors="replace") != wanted:
            try:
                self._check(wanted, authorities, needs_time=found["state"] == "fine")
            except Trouble as trouble:
                return {**found, "refused": str(trouble)[:300]}
            write(self.list, wanted)
        now = self.examine(authorities)
        return {**now, "restored": found["state"]} if found["state"] != "fine" else now

    def _check(self, text: str, authorities: str, *, needs_time: bool) -> None:
        """Raises Trouble for a list that must not replace the one in place. With one that is not valid now OpenVPN
        would refuse everybody; whoever is revoked meanwhile is refused by `blocked` all the same."""
        kept = {each["issuer"]: each["number"] for each in self._kept(authorities)}
        for each in read_lists(text, authorities):
            if not each["is_signed"]:
                raise Trouble("The new revocation list is not signed by this server's authority.")
            if each["number"] < kept.get(each["issuer"], 0):
                raise Trouble("The new revocation list is older than the one in place.")
            if needs_time and not each["last_update"] <= time.time() < each["next_update"]:
                raise Trouble("The new revocation list is not valid at the time of this host.")

    def _kept(self, authorities: str) -> list[dict[str, Any]]:
        try:
            return [each for each in read_lists(self.list.read_text(), authorities) if each["is_signed"]]
        except (Trouble, OSError, UnicodeDecodeError):
            return []

    def examine(self, authorities: str) -> dict[str, Any]:
        """What OpenVPN would find: `state` is fine, missing, unreadable, garbage, foreign, future or expired."""
        if not self.list.exists():
            return {"state": "missing"}
        try:
            lists = read_lists(read_as(self.list, str(self.told.get("user") or "")), authorities)
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

    def _route(self, orders: dict[str, Any]) -> int:
        """A file for each client that is led to more than the others (`client-config-dir`), read as it connects."""
        folder, wanted = self.folder / "clients", dict(orders.get("routes", {}))
        lines = [each for routes in wanted.values() for each in routes]
        if not all(PLAIN.match(name) for name in wanted) or not all(ROUTE.match(each) for each in lines):
            raise Trouble("A route of a client is none.")
        folder.mkdir(mode=0o755, exist_ok=True)
        os.chmod(folder, 0o755)  # noqa: S103 - as above
        for name, routes in wanted.items():
            path, text = folder / name, "".join(f'push "{each}"\n' for each in routes)
            if not path.exists() or path.read_text() != text:
                write(path, text)
        for gone in {each.name for each in folder.iterdir()} - wanted.keys():
            (folder / gone).unlink()
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
                "handshake": number(handshake),
                "received": number(received),
                "sent": number(sent),
            }
        return found

    def _run(self, *words: str, told: str = "") -> str:
        ran = subprocess.run([*self.wg, *words], input=told, capture_output=True, text=True, timeout=20, check=False)
        if ran.returncode:
            raise Trouble(f"wg {words[0]}: {ran.stderr.strip()[:200]}")
        return ran.stdout


class Straight(urllib.request.HTTPRedirectHandler):
    """Goes nowhere else: the token would go along."""

    def redirect_request(self, *_told: Any) -> None:
        return None


def call(told: dict[str, Any], path: str, said: dict[str, Any]) -> dict[str, Any]:
    """Say this to Helpdesk and read its answer. Raises Trouble."""
    url = str(told["url"]).rstrip("/") + path
    parts = urllib.parse.urlsplit(url)
    if parts.scheme != "https" and (parts.scheme, parts.hostname in LOOPBACK) != ("http", True):
        raise Trouble("Helpdesk is asked by https only: the token stands in the request.")
    headers = {"Authorization": f"Bearer {told['token']}", "Content-Type": "application/json"}
    asked = urllib.request.Request(url, data=json.dumps(said).encode(), headers=headers)  # noqa: S310 - checked above
    try:
        with urllib.request.build_opener(Straight).open(asked, timeout=20) as answer:
            got = json.loads(answer.read(MOST_ANSWER))
    except (urllib.error.URLError, http.client.HTTPException, OSError, ValueError, RecursionError) as error:
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
