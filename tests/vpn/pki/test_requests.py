from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding

from helpdesk.core.errors import Refused
from tests.vpn.pki.authorities import kept, run
from vpn.pki.private_keys import KeyType, make_key, public_bytes
from vpn.pki.requests import make_request, read_request


@pytest.mark.parametrize("kind", KeyType)
def test_request_is_sound_to_openssl_and_says_its_name(kind: KeyType, tmp_path: Path) -> None:
    pem = make_request(make_key(kind), "anna-laptop")

    checked = run("openssl", "req", "-in", kept(tmp_path, "csr", pem), "-noout", "-verify", "-subject")

    assert checked.returncode == 0
    assert "CN = anna-laptop" in checked.stdout


def test_request_of_openssl_is_read(tmp_path: Path) -> None:
    made = run(
        "openssl", "req", "-new", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj", "/O=Else/CN=bob",
        "-keyout", tmp_path / "key", "-out", tmp_path / "csr",
    )  # fmt: skip
    assert made.returncode == 0, made.stderr

    found = read_request((tmp_path / "csr").read_text())

    assert (found.common_name, found.key_type) == ("bob", KeyType.EC)


def test_request_keeps_the_key_that_signed_it() -> None:
    key = make_key()

    assert public_bytes(read_request(make_request(key, "x")).public_key) == public_bytes(key.public_key())


def test_request_that_another_key_signed_is_refused() -> None:
    """The signature of one request under the words of another."""
    one, other = (x509.load_pem_x509_csr(make_request(make_key(KeyType.ED25519), "x").encode()) for _ in range(2))
    forged = one.public_bytes(Encoding.DER).replace(one.signature, other.signature)

    with pytest.raises(Refused, match="isn't signed by its own key"):
        read_request(x509.load_der_x509_csr(forged).public_bytes(Encoding.PEM).decode())


def test_request_for_a_weak_key_is_refused() -> None:
    builder = x509.CertificateSigningRequestBuilder().subject_name(x509.Name([]))
    weak = builder.sign(rsa.generate_private_key(65537, 1024), hashes.SHA256())

    with pytest.raises(Refused, match="Only keys of"):
        read_request(weak.public_bytes(Encoding.PEM).decode())


@pytest.mark.parametrize("text", ["", "garbage", "-----BEGIN CERTIFICATE REQUEST-----\nAAAA\n-----END CERTIFICATE REQUEST-----", "x" * 20_000], ids=["empty", "garbage", "broken", "long"])  # fmt: skip
def test_text_that_is_no_request_is_refused(text: str) -> None:
    with pytest.raises(Refused, match="isn't a certificate signing request"):
        read_request(text)
