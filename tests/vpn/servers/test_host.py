"""The program of a VPN host where the host is not as it should be, and where Helpdesk is not what it seems."""

import grp
import http.server
import json
import os
import pwd
import shutil
import stat
import subprocess
import sys
import threading
import time
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from helpdesk.core.errors import Refused
from tests.vpn.servers.world import PASSPHRASE, make_company, make_host, make_server, unpack
from vpn.enums import ListState
from vpn.models import Host, RevocationList
from vpn.pki.revocation_lists import Revoked
from vpn.servers.actions import hosting, installing, reporting
from vpn.servers.configuration import server_config
from vpn.servers.host import agent
from vpn.servers.host.lists import Trouble
from vpn.servers.orders import orders_for
from vpn.servers.reports import read_report
from vpn.servers.troubles import all_troubles
from vpn.signing import signer_of

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root becomes another user and mounts a file system")
pytestmark = pytest.mark.django_db


class Place:
    """A host's folder with the files of its archive, and the program over it without OpenVPN."""

    def __init__(self, company, folder: Path, **told: object) -> None:
        self.company, self.folder = company, folder
        self.server = make_server(company)
        self.host = make_host(company, self.server, folder=folder)
        company.publish()
        unpack(installing.take_files(host=self.host, by=company.ada, passphrase=PASSPHRASE), folder)
        self.told = {"folder": str(folder), "user": "", **told}
        self.list = folder / "crl.pem"

    def turn(self, **orders: object):
        """Orders, carried out and reported; the report."""
        host = Host.objects.get(pk=self.host.pk)
        wanted = orders_for(host) | {"canary": None} | orders
        report = read_report(json.loads(json.dumps(agent.Host(self.told).carry_out(wanted))))
        reporting.take_in(host=host, report=report)
        return report

    def signed(self, *, ago: timedelta = timedelta(0), days: int = 30, number: int = 0) -> str:
        issuer = signer_of(self.company.authority, PASSPHRASE)._issuer()
        newest = RevocationList.objects.newest(self.company.authority)
        revoked = [Revoked(1, datetime.now(UTC) - timedelta(days=400))]
        at = datetime.now(UTC) - ago
        return issuer.make_crl(revoked, number=number or newest.number + 1, now=at, days=days).pem


@pytest.fixture
def place(company, tmp_path):
    folder = tmp_path / "helpdesk"
    folder.mkdir()
    return Place(company, folder)


@pytest.fixture
def open_folder():
    """Anybody may go there, as they may not to pytest's own folders."""
    with TemporaryDirectory(prefix="vpn-host-") as path:
        Path(path).chmod(0o755)
        yield Path(path)


def words() -> str:
    """What the page of hosts and the watch say."""
    return "\n".join(each.words for each in all_troubles())


# --- What is on the host ----------------------------------------------------------------------------------------------
@as_root
@pytest.mark.parametrize("user", ["nobody", "daemon"])
def test_list_that_only_roots_group_may_read_counts_as_unreadable(company, user, open_folder):
    """OpenVPN drops the group too (`server.conf`), so what root's group may read says nothing."""
    place = Place(company, open_folder, user=user)
    assert place.turn().crl.state == ListState.FINE

    place.list.chmod(0o640)
    os.chown(place.list, 0, 0)

    assert place.turn().crl.state == ListState.UNREADABLE
    assert "can't read its revocation list, so revoked keys open the server" in words()
    place.host.runs_as = user
    config = server_config(place.server, place.host)
    group = config.partition("\ngroup ")[2].partition("\n")[0]
    assert grp.getgrnam(group).gr_gid == pwd.getpwnam(user).pw_gid


@as_root
def test_user_that_the_host_does_not_know_is_an_alarm_and_no_crash(place):
    place.told["user"] = "nobodyhere"

    assert place.turn().crl.state == ListState.UNREADABLE


@as_root
def test_disk_that_is_full_leaves_the_old_list_and_is_told(company, tmp_path):
    folder = tmp_path / "small"
    folder.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=128k,mode=0755", "tmpfs", str(folder)], check=True)
    try:
        place = Place(company, folder)
        before = place.list.read_text()
        fill(folder / "filling")

        report = place.turn(crl=place.signed())

        assert place.list.read_text() == before
        assert report.crl is None
        assert ["No space left on device" in each for each in report.troubles] == [True]
        assert "No space left on device" in words()
        assert [each.name for each in folder.iterdir() if each.name.startswith(".new-")] == []

        (folder / "filling").unlink()
        wanted = place.signed()
        assert place.turn(crl=wanted).troubles == []
        assert place.list.read_text() == wanted
    finally:
        subprocess.run(["umount", str(folder)], check=True)


def fill(path: Path) -> None:
    """Until there is no room for a byte."""
    with path.open("wb", buffering=0) as file:
        for size in (4096, 1):
            try:
                while True:
                    file.write(b"x" * size)
            except OSError:
                continue


@pytest.mark.parametrize(("ahead", "way"), [(3600, "ahead of"), (-3600, "behind")])
def test_clock_that_is_wrong_by_an_hour_is_told(place, monkeypatch, ahead, way):
    moments = time.time
    monkeypatch.setattr(agent.time, "time", lambda: moments() + ahead)

    report = place.turn()

    off = [int(each.partition(" is ")[2].split()[0]) for each in report.troubles]
    assert [f"seconds {way} that of Helpdesk" in each for each in report.troubles] == [True]
    assert 3590 <= off[0] <= 3610
    assert f"The clock of this host is {off[0]} seconds {way} that of Helpdesk." in words()


def test_clock_that_is_right_is_not_told(place):
    assert place.turn().troubles == []


@pytest.mark.parametrize("ago", [timedelta(hours=-1), timedelta(days=31)], ids=["not yet", "no more"])
def test_new_list_that_is_not_valid_now_does_not_take_the_place_of_a_good_one(place, ago):
    before = place.list.read_text()

    report = place.turn(crl=place.signed(ago=ago))

    assert place.list.read_text() == before
    assert (report.crl.state, report.crl.refused) == (
        ListState.FINE,
        "The new revocation list is not valid at the time of this host.",
    )
    assert "the host does not take the new revocation list" in words()


def test_new_list_takes_the_place_of_one_that_is_of_no_use_whatever_the_clock_says(place):
    place.list.write_text("garbage\n")
    wanted = place.signed(ago=timedelta(hours=-1))

    report = place.turn(crl=wanted)

    assert place.list.read_text() == wanted
    assert (report.crl.state, report.crl.restored) == (ListState.FUTURE, ListState.GARBAGE)


def test_list_that_is_older_than_the_one_in_place_is_refused(place):
    """A roll-back: yesterday's list, well signed, without whoever was revoked today."""
    number = RevocationList.objects.newest(place.company.authority).number + 1_000
    newer = place.signed(number=number)
    assert place.turn(crl=newer).crl.refused == ""

    report = place.turn(crl=place.signed(number=number - 1))

    assert report.crl.refused == "The new revocation list is older than the one in place."
    assert place.list.read_text() == newer


def test_list_of_another_authority_is_refused(place):
    before = place.list.read_text()

    report = place.turn(crl=make_company("ed25519").publish().pem)

    assert report.crl.refused == "The new revocation list is not signed by this server's authority."
    assert place.list.read_text() == before


@pytest.mark.parametrize(
    "serial", ["../../../tmp/evil", "1/2", "-1", "1\n", "", "١٢", "1 2", "0x1f"], ids=lambda each: ascii(each)
)
def test_serial_that_is_no_number_names_no_file(place, serial):
    report = place.turn(blocked=["7", serial])

    assert report.troubles == ["A blocked serial is no number."]
    assert sorted(each.name for each in (place.folder / "blocked").iterdir()) == []


# --- Helpdesk, or who says to be it -----------------------------------------------------------------------------------
@contextmanager
def answering(reply):
    """A web server of ours; what it was asked, with the tokens."""
    asked = []

    class Answers(http.server.BaseHTTPRequestHandler):
        def do_POST(self):
            self.rfile.read(int(self.headers.get("Content-Length", 0)))
            asked.append((self.path, self.headers.get("Authorization")))
            reply(self)

        do_GET = do_POST  # noqa: N815 - as the library wants it

        def log_message(self, *told):
            return

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", asked
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def saying(status: int, body: bytes = b"", **headers: str):
    def reply(handler) -> None:
        handler.send_response(status)
        for name, value in headers.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)

    return reply


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_redirect_is_not_followed_and_the_token_goes_nowhere_else(status):
    with (
        answering(saying(200, b"{}")) as (elsewhere, taken),
        answering(saying(status, Location=f"{elsewhere}/vpn/pull/")) as (url, asked),
        pytest.raises(Trouble, match="does not answer"),
    ):
        agent.call({"url": url, "token": "secret"}, "/vpn/pull/", {})

    assert asked == [("/vpn/pull/", "Bearer secret")]
    assert taken == []


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"{", b"null", b"\xff\xfe", b"[" * 100_000], ids=["", "list", "half", "null", "bytes", "deep"]
)
def test_answer_that_is_none_is_one_sentence(body):
    with answering(saying(200, body)) as (url, _asked), pytest.raises(Trouble, match="Helpdesk"):
        agent.call({"url": url, "token": "secret"}, "/vpn/pull/", {})


def test_answer_that_is_no_http_is_one_sentence():
    def reply(handler) -> None:
        handler.wfile.write(b"nonsense\r\n\r\n")
        handler.close_connection = True

    with answering(reply) as (url, _asked), pytest.raises(Trouble, match="does not answer"):
        agent.call({"url": url, "token": "secret"}, "/vpn/pull/", {})


@pytest.mark.parametrize(
    "url",
    ["http://desk.example", "ftp://127.0.0.1", "file:///etc/passwd", "http://127.0.0.1:80@desk.example",
     "http://localhost.desk.example", "HTTP://desk.example"],
)  # fmt: skip
def test_token_goes_by_https_alone(url):
    with pytest.raises(Trouble, match="https only"):
        agent.call({"url": url, "token": "secret"}, "/vpn/pull/", {})


@pytest.mark.parametrize(
    "said",
    [
        b'{"troubles": ["a\\u0000b"]}',
        b'{"sessions": [{"name": "a\\u0000"}]}',
        b'{"sessions": [{"name": "\\ud800"}]}',
        b'{"peers": [{"public_key": "k", "allowed": "\\u0000"}]}',
        b'{"crl": {"state": "fine", "refused": "\\u0000"}}',
        b'{"canary": {"result": "let_in", "detail": "\\u0000"}}',
        b'{"troubles": ' + b"[" * 200_000,
        b'{"crl": {"state": "fine", "number": 9223372036854775808}}',
        b'{"crl": {"state": "fine", "next_update": NaN}}',
    ],
    ids=lambda said: said[:30].decode(),
)
def test_report_with_what_no_table_keeps_is_refused_and_no_fault_of_ours(client, place, said):
    token = hosting.renew_token(host=place.host, by=place.company.ada)

    answer = client.post(
        "/vpn/report/", said, content_type="application/json", headers={"Authorization": f"Bearer {token}"}
    )

    assert answer.status_code == 422
    assert Host.objects.get(pk=place.host.pk).reported_at is None


@pytest.mark.parametrize(
    "address",
    ["/run/x.sock unix\nscript-security 2\nup /bin/sh", "/run/x y", '/run/"x"', "127.0.0.1 7505\nup x:1", "/run/$(id)"],
    ids=lambda each: ascii(each),
)
def test_management_address_that_would_become_a_directive_is_refused(company, address):
    server = make_server(company, management_address=address)

    with pytest.raises(Refused, match="management socket"):
        server_config(server, Host(server=server, folder="/etc/openvpn/helpdesk"))


# --- A fresh machine --------------------------------------------------------------------------------------------------
FRESH = """
import pathlib, subprocess, sys
archive, unit = sys.argv[1], sys.argv[2]
for each in ("/etc/openvpn", "/etc/systemd/system"):
    pathlib.Path(each).mkdir(parents=True, exist_ok=True)
    subprocess.run(["mount", "-t", "tmpfs", "-o", "mode=0755", "tmpfs", each], check=True)
folder = pathlib.Path("/etc/openvpn/helpdesk")
subprocess.run(["tar", "-xzf", archive, "-C", "/etc/openvpn"], check=True)
subprocess.run(["mv", f"/etc/openvpn/{unit}", str(folder)], check=True)
subprocess.run(["cp", str(folder / "helpdesk-vpn-host.service"), "/etc/systemd/system"], check=True)
(line,) = [each for each in (folder / "helpdesk-vpn-host.service").read_text().splitlines() if "ExecStart=" in each]
ran = subprocess.run([*line.partition("=")[2].split(" "), "--once"], capture_output=True, text=True, env={})
print(ran.returncode, ran.stderr.strip().replace("\\n", " | "))
for each in sorted(folder.rglob("*")):
    print(oct(each.stat().st_mode & 0o7777), each.stat().st_uid, each.stat().st_gid, each.relative_to(folder))
"""


@as_root
@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(shutil.which("unshare") is None, reason="unshare(1) is of util-linux")
def test_files_when_put_in_place_as_the_read_me_says_then_the_unit_runs_and_reports(live_server, settings, tmp_path):
    """In a mount namespace of its own, where /etc/openvpn is empty: the unit's own words, with the machine's Python."""
    settings.SITE_URL = live_server.url
    company = make_company()
    server = make_server(company)
    host = make_host(company, server, folder=Path("/etc/openvpn/helpdesk"), is_direct=False)
    company.publish()
    archive = tmp_path / "files.tar.gz"
    archive.write_bytes(installing.take_files(host=host, by=company.ada, passphrase=PASSPHRASE))

    ran = subprocess.run(
        ["unshare", "--mount", "--propagation", "private", sys.executable, "-c", FRESH, str(archive), server.slug],
        capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip

    assert ran.returncode == 0, ran.stderr
    first, *files = ran.stdout.splitlines()
    # OpenVPN has not been started yet: that is all there is to complain of.
    assert first.startswith("1 The management interface at /etc/openvpn/helpdesk/management.sock does not answer")
    found = {each.split(" ", 3)[3]: each.split(" ", 3)[:3] for each in files}
    assert {name for name, (mode, *_owner) in found.items() if int(mode, 8) & stat.S_IROTH == 0} == {
        "host.json", "server.key", "tls.key",
    }  # fmt: skip
    assert {tuple(owner) for _mode, *owner in found.values()} == {("0", "0")}
    assert not [name for name, (mode, *_owner) in found.items() if int(mode, 8) & 0o022]
    kept = Host.objects.get(pk=host.pk)
    assert (kept.list_state, str(kept.reported_from)) == (ListState.FINE, "127.0.0.1")


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd-analyze(1) is of systemd")
def test_unit_of_a_host_holds_before_systemd(company, tmp_path):
    host = make_host(company, make_server(company), folder=Path("/etc/openvpn/helpdesk"))
    company.publish()
    unpack(installing.take_files(host=host, by=company.ada, passphrase=PASSPHRASE), tmp_path)

    ran = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", str(tmp_path / "helpdesk-vpn-host.service")],
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip

    assert [line for line in ran.stderr.splitlines() if "helpdesk-vpn-host" in line] == []
