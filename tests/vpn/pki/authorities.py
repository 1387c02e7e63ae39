"""A small authority for the tests of the library, and the programs that look at what it made."""

import subprocess
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

from vpn.pki.authority import Issuer, certify_issuing, make_issuing_request, make_root
from vpn.pki.bundles import Material, Remote, TlsMode
from vpn.pki.certificates import Certificate, Use
from vpn.pki.private_keys import KeyType, PrivateKey, key_pem, make_key
from vpn.pki.requests import make_request
from vpn.pki.tls_keys import make_tls_crypt, make_v2_client_key, make_v2_server_key

NOW = datetime.now(UTC).replace(microsecond=0)
IN_A_YEAR = NOW + timedelta(days=397)
PASSPHRASE = "correct horse battery"


@dataclass(frozen=True)
class Leaf:
    key: PrivateKey
    certificate: Certificate


@cache
def authority(kind: KeyType = KeyType.EC) -> Issuer:
    """Root and issuing authority of one kind of keys, made once a run."""
    root_key, key = make_key(kind), make_key(kind)
    root = make_root(root_key, "Example root", now=NOW)
    issuing = certify_issuing(
        make_issuing_request(key, "Example issuing"), root_pem=root.pem, root_key=root_key, now=NOW
    )
    return Issuer(issuing.pem, key, (root.pem,))


def leaf(issuer: Issuer, name: str = "anna-laptop", *, use: Use = Use.CLIENT, kind: KeyType = KeyType.EC) -> Leaf:
    key = make_key(kind)
    signed = issuer.sign(make_request(key, name), common_name=name, use=use, until=IN_A_YEAR, now=NOW)
    return Leaf(key, signed)


def material(mode: TlsMode = TlsMode.CRYPT, name: str = "anna", **told: object) -> Material:
    issuer = authority()
    made = leaf(issuer, name)
    shared = make_v2_client_key(make_v2_server_key()) if mode is TlsMode.V2 else make_tls_crypt()
    values = {
        "common_name": name,
        "private_key_pem": key_pem(made.key),
        "certificate_pem": made.certificate.pem,
        "chain_pem": "".join(issuer.lineage),
        "tls_mode": mode,
        "tls_key": shared,
        "remotes": (Remote("vpn.example.org"), Remote("203.0.113.7", 443, "tcp")),
    }
    return Material(**values | told)  # type: ignore[arg-type]


def run(*command: str | Path, text: str = "") -> subprocess.CompletedProcess[str]:
    """A program of the system on files of the test."""
    return subprocess.run(
        [str(word) for word in command], input=text, capture_output=True, text=True, check=False, timeout=60
    )


def kept(folder: Path, name: str, content: str | bytes) -> Path:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path
