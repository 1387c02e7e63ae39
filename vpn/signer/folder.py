"""The signer's folder: how an authority comes into it, and how it is opened. Nothing in it is ever overwritten."""

import fcntl
import os
from dataclasses import dataclass
from pathlib import Path

from django.utils.translation import gettext as _

from helpdesk.core.errors import Refused
from vpn.pki.authority import Issuer, certify_issuing, make_issuing_request, make_root
from vpn.pki.certificates import check_chain, is_self_signed, parse, read_certificate, split_chain
from vpn.pki.private_keys import (
    AUTHORITY_ROUNDS,
    KeyType,
    PrivateKey,
    check_public_key,
    key_pem,
    make_key,
    public_bytes,
    read_key,
)
from vpn.pki.requests import read_request
from vpn.signer.ledger import Ledger, now

ROOT_KEY, ROOT, ISSUING_KEY, ISSUING, REQUEST, LEDGER, LOCK = (
    "root.key", "root.crt", "issuing.key", "issuing.crt", "issuing.csr", "ledger.jsonl", "lock"
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class SignerFolder:
    """The folder by its path; making the object writes nothing."""

    path: Path

    def __truediv__(self, name: str) -> Path:
        return self.path / name

    @property
    def has_authority(self) -> bool:
        return (self / ISSUING).exists() and (self / ISSUING_KEY).exists()

    # --- On one machine -----------------------------------------------------------------------------------------------
    def make(self, *, name: str, passphrase: str, kind: KeyType = KeyType.EC) -> None:
        """A root and an issuing authority below it, both sealed with the passphrase. Raises Refused."""
        self._ensure_absent(ROOT_KEY, ROOT, ISSUING_KEY, ISSUING)
        root_key, key = make_key(kind, bits=3072), make_key(kind, bits=3072)
        root = make_root(root_key, f"{name} root")
        request = make_issuing_request(key, f"{name} issuing")
        issuing = certify_issuing(request, root_pem=root.pem, root_key=root_key)
        self.write(ROOT_KEY, key_pem(root_key, _strong(passphrase), rounds=AUTHORITY_ROUNDS))
        self.write(ROOT, root.pem)
        self.write(ISSUING_KEY, key_pem(key, passphrase, rounds=AUTHORITY_ROUNDS))
        self.write(ISSUING, issuing.pem)

    # --- On two: the root's machine is never on a network -------------------------------------------------------------
    def make_root(self, *, name: str, passphrase: str, kind: KeyType = KeyType.EC) -> None:
        """On the root's machine. Raises Refused."""
        self._ensure_absent(ROOT_KEY, ROOT)
        key = make_key(kind, bits=3072)
        root = make_root(key, name)
        self.write(ROOT_KEY, key_pem(key, _strong(passphrase), rounds=AUTHORITY_ROUNDS))
        self.write(ROOT, root.pem)

    def request(self, *, name: str, passphrase: str, kind: KeyType = KeyType.EC) -> str:
        """On the signer's machine: a new issuing key, and what is carried to the root. Raises Refused."""
        self._ensure_absent(ISSUING_KEY, ISSUING, REQUEST)
        key = make_key(kind, bits=3072)
        request = make_issuing_request(key, name)
        self.write(ISSUING_KEY, key_pem(key, _strong(passphrase), rounds=AUTHORITY_ROUNDS))
        self.write(REQUEST, request)
        return request

    def certify(self, *, request_pem: str, passphrase: str) -> str:
        """On the root's machine: the issuing certificate and the root's, to be carried back. Raises Refused."""
        root = self.read(ROOT)
        issuing = certify_issuing(request_pem, root_pem=root, root_key=read_key(self.read(ROOT_KEY), passphrase))
        return issuing.pem + root

    def accept(self, *, chain_pem: str) -> None:
        """On the signer's machine: what was carried back. Raises Refused when it isn't for the key that asked."""
        self._ensure_absent(ISSUING, ROOT)
        pems = split_chain(chain_pem)
        if len(pems) != 2 or not is_self_signed(pems[1]):
            raise Refused(_("The issuing certificate and the root's are wanted, in this order."))
        issuing, root = pems
        check_chain(issuing, chain=[root], at=now())
        request = self.read(REQUEST)
        if _public(issuing) != public_bytes(read_request(request).public_key):
            raise Refused(_("The certificate is for another key than the one that asked for it."))
        self.write(ROOT, root)
        self.write(ISSUING, issuing)

    # --- From easy-rsa ------------------------------------------------------------------------------------------------
    def adopt(self, *, ca_pem: str, key: PrivateKey, passphrase: str) -> None:
        """Take over an authority of one tier, its key sealed anew. Raises Refused when they don't belong together."""
        self._ensure_absent(ROOT_KEY, ROOT, ISSUING_KEY, ISSUING)
        certificate = read_certificate(ca_pem)
        Issuer(certificate.pem, key).check()
        self.write(ISSUING_KEY, key_pem(key, _strong(passphrase), rounds=AUTHORITY_ROUNDS))
        self.write(ISSUING, certificate.pem)

    # --- Opening ------------------------------------------------------------------------------------------------------
    def issuer(self, passphrase: str) -> Issuer:
        """Raises Refused: there is no authority here, the passphrase is wrong, the files don't belong together."""
        if not self.has_authority:
            raise Refused(_("There is no authority in %(folder)s.") % {"folder": self.path})
        chain = (self.read(ROOT),) if (self / ROOT).exists() else ()
        issuer = Issuer(self.read(ISSUING), read_key(self.read(ISSUING_KEY), passphrase), chain)
        issuer.check()
        check_chain(issuer.certificate, chain=chain, at=now())
        return issuer

    def ledger(self) -> Ledger:
        """Raises `BrokenLedger`."""
        return Ledger(self / LEDGER)

    def take(self) -> int:
        """Become the one process that signs here, until the descriptor is closed. Raises Refused."""
        self._prepare()
        descriptor = os.open(self / LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            os.close(descriptor)
            raise Refused(_("Another signer runs in %(folder)s.") % {"folder": self.path}) from error
        return descriptor

    # --- Files --------------------------------------------------------------------------------------------------------
    def read(self, name: str) -> str:
        """Raises Refused where it isn't."""
        try:
            return (self / name).read_text()
        except FileNotFoundError as error:
            raise Refused(_("There is no %(file)s in %(folder)s.") % {"file": name, "folder": self.path}) from error

    def write(self, name: str, text: str) -> None:
        """A new file for its owner alone, on the disk when this returns. Raises Refused where there is one."""
        self._prepare()
        try:
            descriptor = os.open(self / name, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        except FileExistsError as error:
            raise self._there_is(name) from error
        with os.fdopen(descriptor, "w") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())

    def _prepare(self) -> None:
        self.path.mkdir(mode=0o700, parents=True, exist_ok=True)

    def _ensure_absent(self, *names: str) -> None:
        for name in names:
            if (self / name).exists():
                raise self._there_is(name)

    def _there_is(self, name: str) -> Refused:
        return Refused(
            _("There is a %(file)s in %(folder)s already, and it isn't overwritten.")
            % {"file": name, "folder": self.path}
        )


def _strong(passphrase: str) -> str:
    if len(passphrase) < 12:
        raise Refused(_("The passphrase of an authority has at least 12 characters."))
    return passphrase


def _public(pem: str) -> bytes:
    return public_bytes(check_public_key(parse(pem).public_key()))
