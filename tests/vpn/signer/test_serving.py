"""The signer as a process, at its socket: whom it serves, what it bears, what outlives it."""

import json
import os
import pwd
import signal
import socket
import stat
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from helpdesk.core.errors import Away, Refused
from tests.repository import ROOT
from tests.vpn.pki.test_naming import HOSTILE
from tests.vpn.signer.conftest import ask, say
from tests.vpn.signer.processes import PASSPHRASE, SignerProcess, environment, until
from vpn.pki.certificates import Use, check_chain, uses
from vpn.pki.private_keys import KeyType, make_key
from vpn.pki.requests import make_request
from vpn.pki.revocation_lists import Reason, Revoked, check_crl
from vpn.signer.client import SocketSigner
from vpn.signer.ledger import Ledger, now
from vpn.signer.wire import LISTED_AT_ONCE, LONGEST_LINE

as_root = pytest.mark.skipif(os.getuid() != 0, reason="needs root, to be somebody else")


def entries(process: SignerProcess) -> list[dict[str, object]]:
    return [json.loads(line) for line in (process.folder / "ledger.jsonl").read_text().splitlines()]


# --- What it does -----------------------------------------------------------------------------------------------------
def test_certificate_holds_under_the_signers_authority(running: SignerProcess) -> None:
    facts = running.signer.about()

    made = running.certify()

    assert check_chain(made.pem, chain=[facts.issuing_pem, facts.root_pem], at=now(), use=Use.CLIENT) == made
    assert (made.common_name, facts.key_type, facts.uses) == ("anna-laptop", KeyType.EC, {Use.CLIENT})


def test_certificate_stands_in_the_ledger_before_it_is_answered(running: SignerProcess) -> None:
    made = running.certify()

    (entry,) = entries(running)
    assert (entry["what"], entry["serial"], entry["pem"], entry["name"], entry["peer"]) == (
        "certified",
        f"{made.serial:x}",
        made.pem,
        "anna-laptop",
        os.getuid(),
    )


def test_list_names_everything_that_was_ever_revoked(running: SignerProcess) -> None:
    one, other = running.certify("one").serial, running.certify("other").serial

    first = running.signer.make_crl(revoked=[Revoked(one, now(), Reason.KEY_COMPROMISE)])
    second = running.signer.make_crl(revoked=[Revoked(other, now(), Reason.SUPERSEDED)])
    third = running.signer.make_crl(revoked=[])

    assert [crl.serials for crl in (first, second, third)] == [{one}, {one, other}, {one, other}]
    assert [crl.number for crl in (first, second, third)] == [1, 2, 3]
    facts = running.signer.about()
    assert check_crl(third.pem, issuer_pem=facts.issuing_pem, not_below=3, now=now()) == third
    assert (facts.issued, facts.revoked, facts.crl_number) == (2, 2, 3)


def test_list_of_more_than_fit_into_a_line_names_all(running: SignerProcess) -> None:
    serials = {(1 << 158) + number for number in range(2 * LISTED_AT_ONCE + 1)}

    made = running.signer.make_crl(
        revoked=[Revoked(serial, now(), Reason.CESSATION_OF_OPERATION) for serial in serials]
    )

    assert made.serials == serials


def test_number_of_a_list_is_above_the_one_that_is_known_outside(running: SignerProcess) -> None:
    """Where the ledger is a new one, servers still refuse what looks older than what they have."""
    assert running.signer.make_crl(revoked=[], above=41).number == 42


def test_same_request_once_more_gets_the_same_certificate(running: SignerProcess) -> None:
    request, end = make_request(make_key(), "x"), until()
    asked = {"request_pem": request, "common_name": "anna", "use": Use.CLIENT, "until": end}

    first, second = running.signer.certify(**asked), running.signer.certify(**asked)
    running.signer.make_crl(revoked=[Revoked(first.serial, now())])
    third = running.signer.certify(**asked)

    assert first == second
    assert third.serial != first.serial


def test_refusal_is_said_in_the_language_of_who_asks(running: SignerProcess) -> None:
    english, russian, unknown = (
        ask(
            running.socket,
            op="certify",
            request="x",
            common_name="x" * 99,
            use="client",
            until="2030-01-01",
            language=language,
        )
        for language in ("en", "ru", "../../etc")
    )

    assert english["ok"] is russian["ok"] is unknown["ok"] is False
    assert unknown == english


# --- What it doesn't do -----------------------------------------------------------------------------------------------
def test_certificate_for_a_server_is_refused_unless_allowed(tmp_path: Path) -> None:
    with SignerProcess(tmp_path) as process:
        with pytest.raises(Refused, match="doesn't certify for this use"):
            process.certify("vpn.example.org", use=Use.SERVER)
        process.kill()
        process.options = ("--servers",)
        process.start()

        made = process.certify("vpn.example.org", use=Use.SERVER)

    assert uses(made.pem) == {Use.SERVER}


def test_life_longer_than_the_signer_gives_is_refused(running: SignerProcess) -> None:
    request = make_request(make_key(), "x")

    with pytest.raises(Refused, match="at most 400 days"):
        running.signer.certify(request_pem=request, common_name="anna", use=Use.CLIENT, until=until(401))


def test_more_certificates_than_an_hour_allows_are_refused_also_after_a_start(tmp_path: Path) -> None:
    with SignerProcess(tmp_path, "--per-hour=3") as process:
        for number in range(3):
            process.certify(f"anna-{number}")
        with pytest.raises(Refused, match="as many certificates this hour"):
            process.certify("anna-4")
        process.kill()
        process.start()

        with pytest.raises(Refused, match="as many certificates this hour"):
            process.certify("anna-5")
        assert process.signer.make_crl(revoked=[Revoked(5, now())]).serials == {5}


def test_name_is_checked_inside_too(running: SignerProcess) -> None:
    request = make_request(make_key(), "x")

    for name in HOSTILE:
        asked = {"request": request, "common_name": name, "use": "client", "until": until().isoformat()}
        assert ask(running.socket, op="certify", **asked)["ok"] is False, name
    assert entries(running) == []


GARBAGE = {
    "nothing": b"\n",
    "words": b"hello\n",
    "binary": bytes(range(256)) + b"\n",
    "list": b"[]\n",
    "text": b'"certify"\n',
    "deep": b"[" * 60_000 + b"\n",
    "http": b"GET / HTTP/1.1\r\nHost: x\r\n\r\n",
    "two lines": b'{"op":"about"}\n{"op":"about"}\n',
    "no op": b"{}\n",
    "other op": b'{"op":"sign"}\n',
    "op of another kind": b'{"op":{"a":1}}\n',
    "wrong fields": b'{"op":"certify","request":1,"common_name":[],"use":{},"until":null}\n',
    "no zone": b'{"op":"certify","request":"x","common_name":"anna","use":"client","until":"2027-01-01T00:00:00"}\n',
    "revoked nothing": b'{"op":"crl","revoked":{"a":1}}\n',
    "revoked garbage": b'{"op":"crl","revoked":[1]}\n',
    "revoked below nought": b'{"op":"crl","revoked":[{"serial":"-1","at":"2026-01-01T00:00:00Z","reason":"superseded"}]}\n',
    "revoked too large": b'{"op":"crl","revoked":[{"serial":"'
    + b"f" * 41
    + b'","at":"2026-01-01T00:00:00Z","reason":"superseded"}]}\n',
    "taken back": b'{"op":"crl","revoked":[{"serial":"5","at":"2026-01-01T00:00:00Z","reason":"removeFromCRL"}]}\n',
    "too many": b'{"op":"crl","revoked":[' + b",".join([b"1"] * 5000) + b"]}\n",
    "number of another kind": b'{"op":"crl","revoked":[],"above":"x"}\n',
    "endless number": b'{"op":"crl","revoked":[],"above":1e999}\n',
    "cut off": b'{"op":"ab',
}


def test_garbage_signs_nothing_and_the_next_is_served(running: SignerProcess) -> None:
    for name, line in GARBAGE.items():
        answer = say(running.socket, line)

        assert not answer or json.loads(answer)["ok"] is False, name
    assert entries(running) == []
    assert running.certify().common_name == "anna-laptop"


def test_line_without_end_is_left_at_its_limit(running: SignerProcess) -> None:
    started = time.monotonic()

    assert say(running.socket, b"x" * (LONGEST_LINE + 2), ends=False) == b""
    assert time.monotonic() - started < 3
    assert "too long" in running.wait_for("too long")


def test_slow_clients_are_left_and_hinder_nobody(running: SignerProcess) -> None:
    slow = []
    for _ in range(20):
        connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        connection.connect(str(running.socket))
        connection.sendall(b'{"op":')
        slow.append(connection)
    started = time.monotonic()

    running.certify()

    assert time.monotonic() - started < 2
    for connection in slow:
        connection.settimeout(10)
        assert connection.recv(10) == b""
        connection.close()
    assert "too slow" in running.wait_for("too slow")


def test_one_that_drips_is_left_all_the_same(running: SignerProcess) -> None:
    """Each byte within the time, the whole line not."""
    started = time.monotonic()
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
        connection.connect(str(running.socket))
        with pytest.raises((BrokenPipeError, ConnectionResetError)):
            drip(connection, seconds=15)

    assert time.monotonic() - started < 10


def drip(connection: socket.socket, *, seconds: float) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        connection.sendall(b" ")
        time.sleep(0.2)


def test_files_and_socket_are_closed_to_others(running: SignerProcess) -> None:
    running.certify()

    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in running.folder.path.iterdir()}
    assert set(modes.values()) == {0o600}
    assert {"issuing.key", "issuing.crt", "root.key", "root.crt", "ledger.jsonl", "lock"} == modes.keys()
    assert stat.S_IMODE(running.folder.path.stat().st_mode) == 0o700
    assert stat.S_IMODE(running.socket.stat().st_mode) == 0o660


def as_nobody(work: Callable[[], object]) -> str:
    """What the work gives, or with which error it ends, in a process of another user of the machine."""
    reading, writing = os.pipe()
    nobody = pwd.getpwnam("nobody")
    pid = os.fork()
    if pid == 0:
        try:
            os.setgroups([])
            os.setgid(nobody.pw_gid)
            os.setuid(nobody.pw_uid)
            told = str(work())
        except OSError as error:
            told = type(error).__name__
        finally:
            os.write(writing, told.encode())
            os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as pipe:
        found = pipe.read()
    os.waitpid(pid, 0)
    return found


def open_to_others(folder: Path) -> None:
    """The way to it: pytest's folders are their owner's alone."""
    for each in (folder, *folder.parents[:4]):
        each.chmod(each.stat().st_mode | 0o055)


@as_root
def test_other_user_is_refused_by_the_socket_and_behind_it(tmp_path: Path) -> None:
    open_to_others(tmp_path)
    with SignerProcess(tmp_path) as process:
        closed = as_nobody(lambda: say(process.socket, b'{"op":"about"}\n'))
        process.socket.chmod(0o666)
        opened = as_nobody(lambda: say(process.socket, b'{"op":"about"}\n'))

        assert (closed, opened) == ("PermissionError", "b''")
        assert f'"user": {pwd.getpwnam("nobody").pw_uid}' in process.wait_for("signer_stranger")


@as_root
def test_other_user_that_is_named_is_served(tmp_path: Path) -> None:
    open_to_others(tmp_path)
    with SignerProcess(tmp_path, "--allow-user=nobody", "--group=nogroup") as process:
        assert as_nobody(lambda: ask(process.socket, op="about")["ok"]) == "True"


@as_root
def test_other_user_reads_neither_key_nor_memory(tmp_path: Path) -> None:
    open_to_others(tmp_path)
    with SignerProcess(tmp_path) as process:
        assert process.process is not None
        proc = Path(f"/proc/{process.process.pid}")
        secrets = [process.folder / "issuing.key", process.folder / "ledger.jsonl", proc / "mem", proc / "environ"]

        found = [as_nobody(path.open) for path in secrets]

    assert found == ["PermissionError"] * 4


def test_passphrase_stands_in_no_command_line_environment_or_log(tmp_path: Path) -> None:
    """By the variable: the process forgets it, and so do those that it might start."""
    with SignerProcess(tmp_path) as process:
        process.certify()
        assert process.process is not None
        proc = Path(f"/proc/{process.process.pid}")
        shown = proc.joinpath("cmdline").read_bytes() + proc.joinpath("environ").read_bytes() + process.log.read_bytes()
        told = json.dumps(ask(process.socket, op="about")).encode()

    assert PASSPHRASE.encode() not in shown + told
    assert b"PRIVATE KEY" not in shown + told
    assert PASSPHRASE.encode() not in b"".join(path.read_bytes() for path in process.folder.path.iterdir())


# --- What outlives it -------------------------------------------------------------------------------------------------
@pytest.mark.slow
@pytest.mark.timeout(240)
def test_killed_amid_500_certifications_by_8_clients_nothing_answered_is_lost(tmp_path: Path) -> None:
    with SignerProcess(tmp_path, "--per-hour=100000") as process:
        keys = [make_key() for _ in range(8)]
        answered: dict[str, int] = {}
        lock, killed = threading.Lock(), 0

        def work(client: int) -> None:
            for number in range(client, 500, 8):
                name = f"user-{number}"
                made = process.certify(name, keys[client])
                with lock:
                    assert made.common_name == name
                    answered[name] = made.serial

        with ThreadPoolExecutor(8) as pool:
            clients = [pool.submit(work, client) for client in range(8)]
            for least in (50, 200, 350):
                while len(answered) < least:
                    time.sleep(0.01)
                assert process.kill() == -signal.SIGKILL
                killed += 1
                process.start()
            for client in clients:
                client.result()
        ledger = Ledger(process.folder / "ledger.jsonl", is_looked_at=True)
        facts = process.signer.about()

    assert (killed, len(answered), len(set(answered.values()))) == (3, 500, 500)
    assert set(answered.values()) <= ledger.serials
    assert facts.issued == len(ledger.serials) == len(ledger.times)


def test_torn_last_line_is_cut_off_and_told(tmp_path: Path) -> None:
    with SignerProcess(tmp_path) as process:
        first = process.certify("one").serial
        process.kill()
        with (process.folder / "ledger.jsonl").open("ab") as ledger:
            ledger.write(b'{"n":2,"before":"00\rhalf')
        process.start()

        second = process.certify("two").serial

        assert [entry["serial"] for entry in entries(process)] == [f"{first:x}", f"{second:x}"]
        assert "24 bytes of a line that was never answered" in process.wait_for("never answered")


def test_ledger_from_which_a_line_was_taken_lets_no_signer_start(tmp_path: Path) -> None:
    with SignerProcess(tmp_path) as process:
        for name in ("one", "two", "three"):
            process.certify(name)
        process.kill()
        path = process.folder / "ledger.jsonl"
        lines = path.read_bytes().splitlines(keepends=True)
        path.write_bytes(lines[0] + lines[2])

        with pytest.raises((Away, AssertionError)):
            process.signer.__class__(process.socket, patience=0.2).about()
        found = serve(process)

        assert found.returncode == 1
        assert "line 2 of ledger.jsonl doesn't follow the one before it" in found.stderr
        assert path.read_bytes() == lines[0] + lines[2]


def serve(process: SignerProcess) -> subprocess.CompletedProcess[str]:
    """A start that is expected to fail."""
    return subprocess.run(
        [
            sys.executable, ROOT / "manage.py", "vpn_signer", "serve", "--data", process.data,
            "--folder", process.folder.path, "--socket", process.socket, "--passphrase-file", process.passphrase_file,
        ],
        env=environment(), capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip


def test_second_signer_of_a_folder_does_not_start(running: SignerProcess) -> None:
    found = serve(running)

    assert (found.returncode, "Another signer runs in" in found.stderr) == (1, True)
    assert running.certify().common_name == "anna-laptop"


def test_wrong_passphrase_starts_nothing(tmp_path: Path) -> None:
    process = SignerProcess(tmp_path)
    process.folder.make(name="Example", passphrase=PASSPHRASE)
    process.passphrase_file.write_text("wrong wrong wrong\n")

    found = serve(process)

    assert (found.returncode, "the passphrase is wrong" in found.stderr) == (1, True)
    assert not process.socket.exists()


def test_stopped_by_sigterm_it_leaves_no_socket_and_exits_well(running: SignerProcess) -> None:
    assert running.kill(signal.SIGTERM) == 0
    assert not running.socket.exists()


def test_one_that_is_away_is_told_in_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(Away, match="The signer doesn't answer"):
        SocketSigner(tmp_path / "nobody", patience=0.1).about()


def test_socket_at_a_path_longer_than_an_address_works(tmp_path: Path) -> None:
    deep = tmp_path / ("x" * 100) / ("y" * 100)
    deep.mkdir(parents=True)

    with SignerProcess(deep) as process:
        assert process.certify().common_name == "anna-laptop"
