"""PKIs that Debian's easy-rsa makes here and now."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from helpdesk.core.errors import Refused
from tests.vpn.pki.authorities import PASSPHRASE, run
from vpn.pki.authority import Issuer
from vpn.pki.certificates import Use, read_certificate, uses
from vpn.pki.easyrsa import State, read_pki
from vpn.pki.private_keys import KeyType, key_type, read_key
from vpn.pki.revocation_lists import Reason, read_crl

EASYRSA = Path("/usr/share/easy-rsa/easyrsa")
pytestmark = pytest.mark.skipif(not EASYRSA.exists(), reason="needs easy-rsa from Debian's packages")


def make(folder: Path, algorithm: str, *, sealed: bool = True) -> Path:
    """An authority, a server, alice, bob who is revoked, and the list."""
    secrets = [folder / "in", folder / "out"]  # openssl reads the second line where both are one file
    for secret in secrets:
        secret.write_text(PASSPHRASE + "\n")
    environment = {
        "PATH": os.environ["PATH"],
        "EASYRSA": str(EASYRSA.parent),
        "EASYRSA_PKI": str(folder / "pki"),
        "EASYRSA_BATCH": "1",
        "EASYRSA_ALGO": algorithm,
        "EASYRSA_CURVE": "prime256v1",
    }
    passwords = {"EASYRSA_PASSIN": f"file:{secrets[0]}"} if sealed else {}
    new_password = {"EASYRSA_PASSOUT": f"file:{secrets[1]}"} if sealed else {}
    nopass = () if sealed else ("nopass",)
    for words, more in (
        (("init-pki",), {}),
        (("build-ca", *nopass), passwords | {"EASYRSA_REQ_CN": "Example CA"} | new_password),
        (("build-server-full", "server", "nopass"), passwords),
        (("build-client-full", "alice", "nopass"), passwords),
        (("build-client-full", "bob", "nopass"), passwords),
        (("revoke", "bob", "keyCompromise"), passwords),
        (("gen-crl",), passwords),
    ):
        made = subprocess.run(
            [EASYRSA, *words], cwd=folder, env=environment | more, capture_output=True, text=True, timeout=60
        )
        assert made.returncode == 0, made.stdout + made.stderr
    return folder / "pki"


@pytest.fixture(scope="module", params=["ec", "rsa"])
def pki(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make(tmp_path_factory.mktemp("easyrsa"), request.param)


def test_pki_is_read_with_everything_in_it(pki: Path) -> None:
    found = read_pki(pki)

    assert read_certificate(found.ca_pem).common_name == "Example CA"
    assert [(one.name, one.state) for one in found.issued] == [
        ("server", State.VALID),
        ("alice", State.VALID),
        ("bob", State.REVOKED),
    ]
    assert [uses(one.pem or "") for one in found.issued] == [{Use.SERVER}, {Use.CLIENT}, {Use.CLIENT}]


def test_serials_and_dates_are_those_of_the_certificates(pki: Path) -> None:
    for one in read_pki(pki).issued:
        certificate = read_certificate(one.pem or "")

        assert (one.serial, one.not_after, one.name) == (
            certificate.serial,
            certificate.not_after,
            certificate.common_name,
        )


def test_revoked_one_has_its_time_and_reason_and_stands_in_the_list(pki: Path) -> None:
    found = read_pki(pki)

    (gone,) = [one for one in found.issued if one.state is State.REVOKED]
    assert (gone.reason, gone.revoked_at is not None) == (Reason.KEY_COMPROMISE, True)
    assert read_crl(found.crl_pem or "").serials == {gone.serial}


def test_key_of_the_authority_opens_and_signs(pki: Path) -> None:
    found = read_pki(pki)

    assert (found.ca_key_lies_open, found.encrypted_ca_key_pem is not None) == (False, True)
    key = read_key(found.encrypted_ca_key_pem or "", PASSPHRASE)
    Issuer(found.ca_pem, key).check()
    assert key_type(key) in {KeyType.EC, KeyType.RSA}


def test_folder_above_the_pki_does_too(pki: Path) -> None:
    assert read_pki(pki.parent) == read_pki(pki)


def test_nothing_in_the_pki_is_changed(pki: Path) -> None:
    before = {path: path.stat().st_mtime_ns for path in pki.rglob("*")}

    read_pki(pki)

    assert {path: path.stat().st_mtime_ns for path in pki.rglob("*")} == before


def test_static_key_beside_the_pki_is_found(pki: Path, tmp_path: Path) -> None:
    shutil.copytree(pki, tmp_path / "pki")
    assert read_pki(tmp_path / "pki").tls_key is None
    assert run("openvpn", "--genkey", "secret", tmp_path / "ta.key").returncode == 0

    assert read_pki(tmp_path / "pki").tls_key == (tmp_path / "ta.key").read_text()


def test_open_key_is_told_and_not_taken_along(tmp_path: Path) -> None:
    found = read_pki(make(tmp_path, "ec", sealed=False))

    assert (found.ca_key_lies_open, found.encrypted_ca_key_pem) == (True, None)


def test_pki_without_its_key_is_read(pki: Path, tmp_path: Path) -> None:
    shutil.copytree(pki, tmp_path / "pki")
    (tmp_path / "pki/private/ca.key").unlink()
    (tmp_path / "pki/crl.pem").unlink()

    found = read_pki(tmp_path / "pki")

    assert (found.encrypted_ca_key_pem, found.ca_key_lies_open, found.crl_pem, len(found.issued)) == (
        None,
        False,
        None,
        3,
    )


@pytest.mark.parametrize(
    ("file", "content", "sentence"),
    [
        ("ca.crt", None, "There is no ca.crt"),
        ("ca.crt", "garbage", "isn't a certificate"),
        ("index.txt", None, "There is no index.txt"),
        ("index.txt", "garbage\n", "Line 1 of index.txt can't be read"),
        ("index.txt", "V\t991332000000Z\t\t01\tunknown\t/CN=a\n", "Line 1 of index.txt can't be read"),
        ("index.txt", "V\t270101000000Z\t\t../../x\tunknown\t/CN=a\n", "Line 1 of index.txt can't be read"),
        ("index.txt", "V\t270101000000Z\t\t01\tunknown\t/CN=a\n" * 2, "has a serial number twice"),
        ("crl.pem", "garbage", "isn't a revocation list"),
        ("index.txt", b"\xff\xfe\n", "can't be read"),
    ],
)
def test_pki_that_is_broken_is_refused(
    pki: Path, tmp_path: Path, file: str, content: str | bytes | None, sentence: str
) -> None:
    shutil.copytree(pki, tmp_path / "pki")
    (tmp_path / "pki" / file).unlink()
    if content is not None:
        (tmp_path / "pki" / file).write_bytes(content if isinstance(content, bytes) else content.encode())

    with pytest.raises(Refused, match=sentence):
        read_pki(tmp_path / "pki")


def test_certificate_of_a_client_in_the_authoritys_place_is_refused(pki: Path, tmp_path: Path) -> None:
    shutil.copytree(pki, tmp_path / "pki")
    shutil.copy(pki / "issued/alice.crt", tmp_path / "pki/ca.crt")

    with pytest.raises(Refused, match="isn't the certificate of an authority"):
        read_pki(tmp_path / "pki")


def test_folder_that_is_none_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Refused, match=r"There is no ca\.crt"):
        read_pki(tmp_path)
