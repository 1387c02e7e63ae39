"""The steps of `vpn_signer`: what they make, and that they overwrite nothing."""

import shutil
import subprocess
import sys
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from tests.repository import ROOT
from tests.vpn.pki.authorities import run
from tests.vpn.pki.test_easyrsa import EASYRSA, make
from tests.vpn.signer.processes import PASSPHRASE, SignerProcess, environment
from vpn.pki.certificates import check_chain, read_certificate, split_chain
from vpn.pki.easyrsa import read_pki
from vpn.pki.private_keys import KeyType
from vpn.signer.folder import SignerFolder
from vpn.signer.ledger import now


@pytest.fixture
def secret(tmp_path: Path) -> str:
    path = tmp_path / "secret"
    path.write_text(f"{PASSPHRASE}\nanother line\n")
    return str(path)


def step(*words: object) -> str:
    out = StringIO()
    call_command("vpn_signer", *map(str, words), stdout=out, stderr=StringIO())
    return out.getvalue()


def content(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


@pytest.mark.parametrize("kind", KeyType)
def test_make_gives_two_tiers_that_openssl_takes(tmp_path: Path, secret: str, kind: KeyType) -> None:
    folder = tmp_path / "signer"

    step("make", "--folder", folder, "--name", "Example VPN", "--type", kind, "--passphrase-file", secret)

    checked = run("openssl", "verify", "-x509_strict", "-CAfile", folder / "root.crt", folder / "issuing.crt")
    assert (checked.returncode, checked.stderr) == (0, "")
    assert SignerFolder(folder).issuer(PASSPHRASE).lineage == tuple(
        (folder / name).read_text() for name in ("issuing.crt", "root.crt")
    )
    for name in ("issuing.key", "root.key"):
        assert (folder / name).read_text().startswith("-----BEGIN ENCRYPTED PRIVATE KEY-----")


def test_root_and_signer_on_two_machines_come_together(tmp_path: Path, secret: str) -> None:
    offline, online = tmp_path / "offline", tmp_path / "online"
    step("root", "--folder", offline, "--name", "Example root", "--passphrase-file", secret)
    (tmp_path / "csr").write_text(
        step("request", "--folder", online, "--name", "Example issuing", "--passphrase-file", secret)
    )
    (tmp_path / "chain").write_text(step("certify", tmp_path / "csr", "--folder", offline, "--passphrase-file", secret))

    step("accept", tmp_path / "chain", "--folder", online)

    issuing, root = SignerFolder(online).issuer(PASSPHRASE).lineage
    assert check_chain(issuing, chain=[root], at=now()).common_name == "Example issuing"
    assert read_certificate(root).common_name == "Example root"
    assert not (online / "root.key").exists()
    assert not (offline / "issuing.key").exists()
    shown = step("show", "--folder", online)
    assert "root.crt: Example root, until 20" in shown
    assert "issuing.crt: Example issuing, until 20" in shown


def test_accept_refuses_certificates_for_another_key(tmp_path: Path, secret: str) -> None:
    folders = [tmp_path / name for name in ("offline", "one", "other")]
    step("root", "--folder", folders[0], "--name", "Example root", "--passphrase-file", secret)
    for folder in folders[1:]:
        csr = step("request", "--folder", folder, "--name", "Example issuing", "--passphrase-file", secret)
        (tmp_path / f"{folder.name}.csr").write_text(csr)
    chain = step("certify", tmp_path / "one.csr", "--folder", folders[0], "--passphrase-file", secret)
    (tmp_path / "chain").write_text(chain)

    with pytest.raises(CommandError, match="for another key"):
        step("accept", tmp_path / "chain", "--folder", folders[2])
    (tmp_path / "half").write_text(split_chain(chain)[0])
    with pytest.raises(CommandError, match="in this order"):
        step("accept", tmp_path / "half", "--folder", folders[1])


def test_nothing_is_ever_overwritten(tmp_path: Path, secret: str) -> None:
    folder = tmp_path / "signer"
    step("make", "--folder", folder, "--name", "Example", "--passphrase-file", secret)
    before = content(folder)

    for words in (["make", "--name", "x"], ["root", "--name", "x"], ["request", "--name", "x"]):
        with pytest.raises(CommandError, match="already, and it isn't overwritten"):
            step(*words, "--folder", folder, "--passphrase-file", secret)
    with pytest.raises(CommandError, match="already, and it isn't overwritten"):
        step("accept", folder / "issuing.crt", "--folder", folder)

    assert content(folder) == before


@pytest.mark.parametrize("words", [["make", "--name", "x"], ["root", "--name", "x"], ["request", "--name", "x"]])
def test_short_passphrase_is_refused_and_nothing_is_left(tmp_path: Path, words: list[str]) -> None:
    (tmp_path / "secret").write_text("short\n")

    with pytest.raises(CommandError, match="at least 12 characters"):
        step(*words, "--folder", tmp_path / "signer", "--passphrase-file", tmp_path / "secret")

    assert not (tmp_path / "signer").exists()


@pytest.mark.skipif(not EASYRSA.exists(), reason="needs easy-rsa from Debian's packages")
@pytest.mark.parametrize(("algorithm", "sealed"), [("ec", True), ("rsa", True), ("ec", False)])
def test_adopted_authority_signs_on_for_the_servers_that_trust_it(
    tmp_path: Path, secret: str, algorithm: str, sealed: bool
) -> None:
    pki = make(tmp_path, algorithm, sealed=sealed)
    step("adopt", pki, "--folder", tmp_path / "signer", "--passphrase-file", secret, "--ca-passphrase-file", secret)

    with SignerProcess(tmp_path) as process:
        made = process.certify()
        old = {one.serial for one in read_pki(pki).issued}

    (tmp_path / "leaf").write_text(made.pem)
    checked = run("openssl", "verify", "-CAfile", pki / "ca.crt", "-purpose", "sslclient", tmp_path / "leaf")
    assert (checked.returncode, made.serial in old) == (0, False)


@pytest.mark.skipif(not EASYRSA.exists(), reason="needs easy-rsa from Debian's packages")
def test_authority_whose_key_is_elsewhere_is_not_adopted(tmp_path: Path, secret: str) -> None:
    pki = make(tmp_path, "ec")
    shutil.move(pki / "private/ca.key", tmp_path / "ca.key")

    with pytest.raises(CommandError, match=r"bring private/ca\.key back"):
        step("adopt", pki, "--folder", tmp_path / "signer", "--passphrase-file", secret)


def sources(tmp_path: Path, **more: str) -> subprocess.CompletedProcess[str]:
    """`root`, with its passphrase from somewhere, and nobody at a terminal."""
    return subprocess.run(
        [sys.executable, ROOT / "manage.py", "vpn_signer", "root", "--name", "x",
         "--data", tmp_path / "data", "--folder", tmp_path / "signer"],
        env=environment() | more, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip


def test_passphrase_comes_from_systemds_credential_or_the_environment(tmp_path: Path) -> None:
    (tmp_path / "credentials").mkdir()
    (tmp_path / "credentials/vpn-signer").write_text(PASSPHRASE)
    for more in ({"CREDENTIALS_DIRECTORY": str(tmp_path / "credentials")}, {"VPN_SIGNER_PASSPHRASE": PASSPHRASE}):
        made = sources(tmp_path, **more)

        assert made.returncode == 0, made.stderr
        assert (
            run(
                "openssl", "pkey", "-in", tmp_path / "signer/root.key", "-passin", f"pass:{PASSPHRASE}", "-noout"
            ).returncode
            == 0
        )
        shutil.rmtree(tmp_path / "signer")


def test_passphrase_that_is_nowhere_is_asked_for_in_words(tmp_path: Path) -> None:
    found = sources(tmp_path)

    assert found.returncode == 1
    assert "The passphrase is missing: name its file" in found.stderr
    assert not (tmp_path / "signer").exists()


def test_command_loads_none_of_the_programs_rooms(tmp_path: Path) -> None:
    command = [sys.executable, "-X", "importtime", ROOT / "manage.py", "vpn_signer", "show", "--data", tmp_path]

    ended = subprocess.run(
        [*command, "--folder", tmp_path], env=environment(), capture_output=True, text=True, check=True, timeout=60
    )

    loaded = {line.rpartition("|")[2].strip() for line in ended.stderr.splitlines() if line.startswith("import time:")}
    assert "vpn.signer.service" in loaded
    assert not loaded & {"vpn.models", "tickets.models", "helpdesk.accounts.models", "psycopg", "django.contrib.admin"}


def test_command_needs_no_servers_and_leaves_no_secrets_of_the_program(tmp_path: Path) -> None:
    """Its own user has neither the database's password nor the keys that seal what lies there."""
    made = sources(tmp_path, VPN_SIGNER_PASSPHRASE=PASSPHRASE)

    assert made.returncode == 0, made.stderr
    left = {path.name for path in (tmp_path / "data").rglob("*")} if (tmp_path / "data").exists() else set()
    assert left & {"postgres", "secrets.env", "state.json"} == set()
