from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed448, rsa

from helpdesk.core.errors import Refused
from tests.vpn.pki.authorities import PASSPHRASE, kept, run
from vpn.pki.private_keys import (
    AUTHORITY_ROUNDS,
    CLIENT_ROUNDS,
    KeyType,
    check_public_key,
    key_pem,
    key_type,
    make_key,
    public_bytes,
    read_key,
)


@pytest.mark.parametrize("kind", KeyType)
def test_key_of_each_kind_is_what_was_asked_for(kind: KeyType) -> None:
    key = make_key(kind)

    assert (key_type(key), key_type(key.public_key())) == (kind, kind)


@pytest.mark.parametrize("bits", [2048, 3072])
def test_rsa_key_has_as_many_bits_as_asked(bits: int) -> None:
    key = make_key(KeyType.RSA, bits=bits)

    assert isinstance(key, rsa.RSAPrivateKey)
    assert key.key_size == bits


def test_rsa_key_of_a_weak_size_is_never_made() -> None:
    with pytest.raises(ValueError, match="2048"):
        make_key(KeyType.RSA, bits=1024)


@pytest.mark.parametrize("kind", KeyType)
def test_plain_key_is_read_by_openssl_and_by_us(kind: KeyType, tmp_path: Path) -> None:
    key = make_key(kind)
    pem = key_pem(key)

    assert pem.startswith("-----BEGIN PRIVATE KEY-----\n")
    assert run("openssl", "pkey", "-in", kept(tmp_path, "key", pem), "-noout").returncode == 0
    assert public_bytes(read_key(pem).public_key()) == public_bytes(key.public_key())


@pytest.mark.parametrize("kind", KeyType)
@pytest.mark.parametrize("rounds", [CLIENT_ROUNDS, 127, 128, 32_768])
def test_sealed_key_opens_by_its_passphrase_alone(kind: KeyType, rounds: int, tmp_path: Path) -> None:
    """The rounds are those about whose first bit DER is particular."""
    key = make_key(kind)
    path = kept(tmp_path, "key", key_pem(key, PASSPHRASE, rounds=rounds))

    right = run("openssl", "pkey", "-in", path, "-passin", f"pass:{PASSPHRASE}", "-pubout", "-outform", "DER", "-out", tmp_path / "public")  # fmt: skip
    wrong = run("openssl", "pkey", "-in", path, "-passin", "pass:wrong", "-noout")

    assert (right.returncode, wrong.returncode) == (0, 1)
    assert (tmp_path / "public").read_bytes() == public_bytes(key.public_key())
    assert public_bytes(read_key(path.read_text(), PASSPHRASE).public_key()) == public_bytes(key.public_key())


def test_sealed_key_names_the_rounds_that_were_asked_for(tmp_path: Path) -> None:
    path = kept(tmp_path, "key", key_pem(make_key(), PASSPHRASE, rounds=AUTHORITY_ROUNDS))

    told = run("openssl", "asn1parse", "-in", path).stdout

    assert f":{AUTHORITY_ROUNDS:06X}" in told
    assert "PBKDF2" in told
    assert "hmacWithSHA256" in told
    assert "aes-256-cbc" in told


def test_sealed_twice_the_texts_have_nothing_in_common() -> None:
    key = make_key()

    first, second = (key_pem(key, PASSPHRASE, rounds=1000).splitlines()[1:-1] for _ in range(2))

    assert set(first[1:]) & set(second[1:]) == set()


@pytest.mark.parametrize("given", ["", "wrong"])
def test_sealed_key_without_its_passphrase_is_refused(given: str) -> None:
    with pytest.raises(Refused):
        read_key(key_pem(make_key(), PASSPHRASE, rounds=1000), given)


def test_plain_key_with_a_passphrase_is_refused() -> None:
    with pytest.raises(Refused, match="needs its passphrase, or has none"):
        read_key(key_pem(make_key()), PASSPHRASE)


@pytest.mark.parametrize("text", ["", "garbage", "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"])
def test_text_that_is_no_key_is_refused(text: str) -> None:
    with pytest.raises(Refused):
        read_key(text)


@pytest.mark.parametrize(
    "key",
    [rsa.generate_private_key(65537, 1024), ec.generate_private_key(ec.SECP256K1()), ed448.Ed448PrivateKey.generate()],
    ids=["rsa-1024", "secp256k1", "ed448"],
)
def test_public_key_that_is_weak_or_unusual_is_refused(key: object) -> None:
    with pytest.raises(Refused):
        check_public_key(key.public_key())  # type: ignore[attr-defined]
