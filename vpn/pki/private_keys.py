"""Private keys and how they are written down."""

import base64
import secrets
from enum import StrEnum

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, padding, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.kdf.pbkdf2 import PBKDF2HMAC
from django.utils.translation import gettext as _

from helpdesk.core.errors import Refused
from vpn.pki import der

PrivateKey = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey | ed25519.Ed25519PrivateKey
PublicKey = ec.EllipticCurvePublicKey | rsa.RSAPublicKey | ed25519.Ed25519PublicKey

RSA_BITS = (2048, 3072, 4096)
CURVES = frozenset({"secp256r1", "secp384r1", "secp521r1"})
CLIENT_ROUNDS = 60_000
"""Rounds of PBKDF2 for a person's key: some 8 ms of a press."""
AUTHORITY_ROUNDS = 600_000
"""For a key that signs others (OWASP's Password Storage Cheat Sheet): it is opened once, when the signer starts."""
PBES2, PBKDF2 = "1.2.840.113549.1.5.13", "1.2.840.113549.1.5.12"
HMAC_SHA256, AES_256_CBC = "1.2.840.113549.2.9", "2.16.840.1.101.3.4.1.42"


class KeyType(StrEnum):
    """What a pair of keys is made of; P-256 is known by every OpenVPN since 2.4, RSA is for old routers."""

    EC = "ec"
    RSA = "rsa"
    ED25519 = "ed25519"


def make_key(kind: KeyType | str = KeyType.EC, *, bits: int = 2048) -> PrivateKey:
    """A new key; `bits` is for RSA. Raises ValueError for sizes that nobody should use."""
    match KeyType(kind):
        case KeyType.EC:
            return ec.generate_private_key(ec.SECP256R1())
        case KeyType.ED25519:
            return ed25519.Ed25519PrivateKey.generate()
        case KeyType.RSA:
            if bits not in RSA_BITS:
                raise ValueError(f"RSA keys have one of {RSA_BITS} bits")
            return rsa.generate_private_key(65537, bits)


def key_type(key: PrivateKey | PublicKey) -> KeyType:
    """Of which kind a key is."""
    if isinstance(key, rsa.RSAPrivateKey | rsa.RSAPublicKey):
        return KeyType.RSA
    if isinstance(key, ec.EllipticCurvePrivateKey | ec.EllipticCurvePublicKey):
        return KeyType.EC
    return KeyType.ED25519


def check_public_key(key: object) -> PublicKey:
    """The same key. Raises Refused when it is of another kind, too small, or on another curve."""
    if isinstance(key, rsa.RSAPublicKey) and 2048 <= key.key_size <= 4096:
        return key
    if isinstance(key, ec.EllipticCurvePublicKey) and key.curve.name in CURVES:
        return key
    if isinstance(key, ed25519.Ed25519PublicKey):
        return key
    raise Refused(_("Only keys of EC (P-256, P-384, P-521), Ed25519 and RSA with 2048 to 4096 bits are taken."))


def signing_hash(key: PrivateKey) -> hashes.SHA256 | None:
    """What `sign` of cryptography's builders wants to know: Ed25519 hashes by itself."""
    return None if isinstance(key, ed25519.Ed25519PrivateKey) else hashes.SHA256()


def key_pem(key: PrivateKey, passphrase: str = "", *, rounds: int = CLIENT_ROUNDS) -> str:
    """PKCS#8 (RFC 5958): plain without a passphrase, else PBES2 with PBKDF2-HMAC-SHA-256 and AES-256-CBC (RFC 8018).

    cryptography writes the same with 2,048 rounds, which can't be changed there.
    """
    plain = key.private_bytes(
        serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    if not passphrase:
        return _pem("PRIVATE KEY", plain)
    salt, start = secrets.token_bytes(16), secrets.token_bytes(16)
    secret = PBKDF2HMAC(hashes.SHA256(), 32, salt, rounds).derive(passphrase.encode())
    padder = padding.PKCS7(128).padder()
    encryptor = Cipher(algorithms.AES(secret), modes.CBC(start)).encryptor()
    sealed = encryptor.update(padder.update(plain) + padder.finalize()) + encryptor.finalize()
    derivation = der.sequence(
        der.octets(salt), der.integer(rounds), der.sequence(der.identifier(HMAC_SHA256), der.null())
    )
    scheme = der.sequence(
        der.sequence(der.identifier(PBKDF2), derivation),
        der.sequence(der.identifier(AES_256_CBC), der.octets(start)),
    )
    algorithm = der.sequence(der.identifier(PBES2), scheme)
    return _pem("ENCRYPTED PRIVATE KEY", der.sequence(algorithm, der.octets(sealed)))


def read_key(pem: str, passphrase: str = "") -> PrivateKey:
    """Raises Refused when it is no key of ours or the passphrase isn't its."""
    try:
        key = serialization.load_pem_private_key(pem.encode(), passphrase.encode() if passphrase else None)
    except TypeError as error:  # a passphrase where none is wanted, or the other way round
        raise Refused(_("The private key needs its passphrase, or has none.")) from error
    except (ValueError, UnsupportedAlgorithm) as error:
        raise Refused(_("The private key can't be opened: the passphrase is wrong, or it isn't a key.")) from error
    check_public_key(key.public_key())
    assert isinstance(key, ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey | ed25519.Ed25519PrivateKey), "just checked"
    return key


def public_bytes(key: PublicKey) -> bytes:
    """The key's SubjectPublicKeyInfo, to tell whether two are the same."""
    return key.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)


def _pem(label: str, content: bytes) -> str:
    text = base64.b64encode(content).decode()
    lines = [text[start : start + 64] for start in range(0, len(text), 64)]
    return "\n".join([f"-----BEGIN {label}-----", *lines, f"-----END {label}-----", ""])
