import json
import os
import resource
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vpn.pki.revocation_lists import Revoked
from vpn.signer.ledger import BrokenLedger, Ledger, now


def filled(path: Path, count: int = 3) -> Ledger:
    ledger = Ledger(path)
    for number in range(1, count + 1):
        ledger.certified(serial=number, digest=f"digest-{number}", pem="PEM", at=now(), told={"name": f"anna-{number}"})
    return ledger


def test_ledger_that_is_opened_again_knows_everything(tmp_path: Path) -> None:
    at = now()
    ledger = filled(tmp_path / "ledger")
    ledger.revoke([Revoked(2, at, "superseded"), Revoked(9, at, "keyCompromise")])
    ledger.listed(number=4, at=at)
    ledger.close()

    again = Ledger(tmp_path / "ledger")

    assert (again.serials, again.number, again.count) == ({1, 2, 3}, 4, 6)
    assert again.revoked == {2: Revoked(2, at, "superseded"), 9: Revoked(9, at, "keyCompromise")}
    assert again.since(at - timedelta(hours=1)) == 3
    assert again.since(now()) == 0


def test_revocation_is_said_once_and_the_first_word_counts(tmp_path: Path) -> None:
    at, ledger = now(), filled(tmp_path / "ledger")
    ledger.revoke([Revoked(1, at, "superseded"), Revoked(1, at, "keyCompromise")])

    ledger.revoke([Revoked(1, at + timedelta(days=1), "unspecified")])

    assert ledger.revoked == {1: Revoked(1, at, "superseded")}
    assert ledger.count == 4


@pytest.mark.parametrize("where", [0, 1, 2])
@pytest.mark.parametrize("change", ["taken out", "changed", "garbage"])
def test_line_that_was_tampered_with_is_noticed(tmp_path: Path, where: int, change: str) -> None:
    """The last one can only be noticed by the one after it, as with every chain."""
    path = tmp_path / "ledger"
    filled(path, 4).close()
    lines = path.read_bytes().splitlines(keepends=True)
    changes = {"taken out": b"", "changed": lines[where].replace(b"anna", b"eve "), "garbage": b"\xff\xff\n"}
    path.write_bytes(b"".join([*lines[:where], changes[change], *lines[where + 1 :]]))

    with pytest.raises(BrokenLedger, match=rf"line {where + (2 if change == 'changed' else 1)} of ledger"):
        Ledger(path)


@settings(max_examples=60, deadline=None)
@given(cut=st.integers(min_value=0, max_value=2000), junk=st.binary(max_size=30).filter(lambda junk: b"\n" not in junk))
def test_file_that_was_cut_anywhere_opens_with_the_whole_lines(
    tmp_path_factory: pytest.TempPathFactory, cut: int, junk: bytes
) -> None:
    path = tmp_path_factory.mktemp("cut") / "ledger"
    filled(path).close()
    content = path.read_bytes()[:cut]
    path.write_bytes(content + junk)
    whole = content.count(b"\n")

    ledger = Ledger(path)
    ledger.certified(serial=77, digest="new", pem="PEM", at=now(), told={})
    ledger.close()

    assert [entry["serial"] for entry in map(json.loads, path.read_text().splitlines())] == [
        *(f"{number:x}" for number in range(1, whole + 1)),
        "4d",
    ]


def test_file_that_is_only_looked_at_is_left_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "ledger"
    filled(path).close()
    path.write_bytes(path.read_bytes() + b"half")
    before = path.read_bytes()

    ledger = Ledger(path, is_looked_at=True)

    assert (ledger.count, ledger.torn, path.read_bytes() == before) == (3, b"half", True)


def test_disk_that_is_full_leaves_the_file_as_it_was(tmp_path: Path) -> None:
    """A process of its own, whose files may not grow further (setrlimit(2)): the line goes in by half."""
    path = tmp_path / "ledger"
    ledger = filled(path)
    before = path.read_bytes()
    pid = os.fork()
    if pid == 0:
        code = 1
        try:
            import signal

            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
            resource.setrlimit(resource.RLIMIT_FSIZE, (len(before) + 50, len(before) + 50))
            try:
                ledger.certified(serial=9, digest="x", pem="P" * 500, at=now(), told={})
            except OSError:
                code = 0 if (9 not in ledger.serials and ledger.count == 3) else 2
        finally:
            os._exit(code)

    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0
    assert path.read_bytes() == before
    ledger.certified(serial=9, digest="x", pem="PEM", at=now(), told={})
    assert Ledger(path, is_looked_at=True).serials == {1, 2, 3, 9}


def test_answer_to_the_same_request_is_known_for_a_while_unless_revoked(tmp_path: Path) -> None:
    ledger, minute = filled(tmp_path / "ledger"), timedelta(minutes=1)

    found = ledger.answer("digest-1", now=now(), within=minute)
    late = ledger.answer("digest-1", now=now() + 2 * minute, within=minute)
    ledger.revoke([Revoked(1, now())])
    revoked = ledger.answer("digest-1", now=now(), within=minute)

    assert found is not None
    assert (found["serial"], late, revoked) == ("1", None, None)
