"""The signer: the process that holds the issuing key, and the steps by which an authority comes to it."""

import grp
import os
import pwd
import resource
import signal
import sys
import threading
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from helpdesk.core.errors import Refused
from vpn.pki.certificates import Use, read_certificate
from vpn.pki.easyrsa import read_pki
from vpn.pki.private_keys import KeyType, read_key
from vpn.signer.folder import ISSUING, LEDGER, REQUEST, ROOT, ROOT_KEY, SignerFolder
from vpn.signer.ledger import BrokenLedger, Ledger
from vpn.signer.passphrases import passphrase
from vpn.signer.server import serve
from vpn.signer.service import Policy, Service

STEPS = {
    "serve": "sign, behind a socket",
    "make": "a root and an issuing authority at once, for a small company",
    "root": "on a machine without network: make the root",
    "request": "on the signer's machine: make the issuing key, and print what the root is to sign",
    "certify": "on the root's machine: sign that request, and print the certificates",
    "accept": "on the signer's machine: take in these certificates",
    "adopt": "take over the authority of an easy-rsa PKI",
    "show": "say what is there, without the passphrase",
}


class Command(BaseCommand):
    help = "Hold the issuing key of the VPN in a process of its own. Touches no database."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        steps = parser.add_subparsers(dest="step", required=True, metavar="|".join(STEPS))
        for name, told in STEPS.items():
            step = steps.add_parser(name, help=told)
            step.add_argument(
                "--folder", type=Path, default=Path(settings.VPN_SIGNER_FOLDER), help="where the key is kept"
            )
            if name not in {"accept", "show"}:
                step.add_argument("--passphrase-file", default="", help="its first line is the passphrase")
            if name in {"make", "root", "request"}:
                step.add_argument("--name", required=True, help="the authority's name, such as “Example VPN”")
                step.add_argument("--type", choices=list(KeyType), default=KeyType.EC, help="kind of the keys")
            if name in {"certify", "accept"}:
                step.add_argument("file", type=Path, help="the request" if name == "certify" else "the certificates")
        _serving(steps.choices["serve"])
        adopt = steps.choices["adopt"]
        adopt.add_argument("pki", type=Path, help="the folder of the PKI")
        adopt.add_argument("--ca-passphrase-file", default="", help="of its key as it lies there")

    def handle(self, **options: Any) -> None:
        folder = SignerFolder(options["folder"])
        try:
            getattr(self, f"_{options['step']}")(folder, options)
        except (Refused, BrokenLedger) as refusal:
            raise CommandError(str(refusal)) from refusal

    # --- Making -------------------------------------------------------------------------------------------------------
    def _make(self, folder: SignerFolder, options: dict[str, Any]) -> None:
        secret = passphrase(options["passphrase_file"], twice=True)
        folder.make(name=options["name"], passphrase=secret, kind=KeyType(options["type"]))
        self.stdout.write(
            f"The authority is in {folder.path}. Copy {ROOT_KEY} to two places off this machine, and shred it."
        )

    def _root(self, folder: SignerFolder, options: dict[str, Any]) -> None:
        secret = passphrase(options["passphrase_file"], twice=True)
        folder.make_root(name=options["name"], passphrase=secret, kind=KeyType(options["type"]))
        self.stdout.write(f"The root is in {folder.path}. Keep two copies of {ROOT_KEY}, apart from its passphrase.")

    def _request(self, folder: SignerFolder, options: dict[str, Any]) -> None:
        secret = passphrase(options["passphrase_file"], twice=True)
        asked = folder.request(name=options["name"], passphrase=secret, kind=KeyType(options["type"]))
        self.stdout.write(asked, ending="")
        self.stderr.write(f"Carry this request ({folder / REQUEST}) to the root's machine.")

    def _certify(self, folder: SignerFolder, options: dict[str, Any]) -> None:
        secret = passphrase(options["passphrase_file"])
        self.stdout.write(folder.certify(request_pem=_read(options["file"]), passphrase=secret), ending="")

    def _accept(self, folder: SignerFolder, options: dict[str, Any]) -> None:
        folder.accept(chain_pem=_read(options["file"]))
        self.stdout.write(f"The authority in {folder.path} can sign.")

    def _adopt(self, folder: SignerFolder, options: dict[str, Any]) -> None:
        found = read_pki(options["pki"])
        if found.encrypted_ca_key_pem is None and not found.ca_key_lies_open:
            raise Refused("The key of the authority isn't in this PKI: bring private/ca.key back into it first.")
        key_pem = found.encrypted_ca_key_pem or _read_open_key(options["pki"])
        own = ""
        if found.encrypted_ca_key_pem:
            own = passphrase(options["ca_passphrase_file"], prompt="Passphrase of easy-rsa's key: ")
        secret = passphrase(options["passphrase_file"], twice=True)
        folder.adopt(ca_pem=found.ca_pem, key=read_key(key_pem, own), passphrase=secret)
        self.stdout.write(f"The authority is in {folder.path}. Take private/ca.key out of the old PKI.")

    # --- Working ------------------------------------------------------------------------------------------------------
    def _show(self, folder: SignerFolder, options: dict[str, Any]) -> None:
        for name in (ROOT, ISSUING):
            if (folder / name).exists():
                found = read_certificate(folder.read(name))
                until = f"{found.not_after:%Y-%m-%d}"
                self.stdout.write(f"{name}: {found.common_name}, until {until}, SHA-256 {found.fingerprint}")
        if (folder / LEDGER).exists():
            ledger = Ledger(folder / LEDGER, is_looked_at=True)
            self.stdout.write(
                f"{LEDGER}: {len(ledger.serials)} certified, {len(ledger.revoked)} revoked, list {ledger.number}"
            )
            ledger.close()

    def _serve(self, folder: SignerFolder, options: dict[str, Any]) -> None:
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # no key in a core file
        issuer = folder.issuer(passphrase(options["passphrase_file"]))
        lock = folder.take()
        stop = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stop.set())
        try:
            ledger = folder.ledger()
            if ledger.torn:
                self.stderr.write(f"{len(ledger.torn)} bytes of a line that was never answered are cut off the ledger.")
            uses = frozenset(Use) if options["servers"] else frozenset({Use.CLIENT})
            policy = Policy(uses=uses, longest_days=options["longest_days"], per_hour=options["per_hour"])
            users = frozenset([os.getuid(), *map(_user, options["allow_user"])])
            group = _group(options["group"]) if options["group"] else None
            serve(Service(issuer, ledger, policy), path=options["socket"], users=users, group=group, stop=stop)
            ledger.close()
        finally:
            os.close(lock)


def _serving(step: ArgumentParser) -> None:
    step.add_argument("--socket", type=Path, default=Path(settings.VPN_SIGNER_SOCKET), help="where it listens")
    step.add_argument("--allow-user", action="append", default=[], help="who may ask, beside its own user (several)")
    step.add_argument("--group", default="", help="the group of the socket, which is 0660")
    step.add_argument("--servers", action="store_true", help="certify VPN servers too, not only clients")
    step.add_argument("--longest-days", type=int, default=Policy.longest_days, help="of a certificate")
    step.add_argument("--per-hour", type=int, default=Policy.per_hour, help="certificates at most")


def _user(name: str) -> int:
    """By name or number."""
    try:
        return int(name) if name.isdecimal() else pwd.getpwnam(name).pw_uid
    except KeyError as error:
        raise Refused(f"There is no user {name}.") from error


def _group(name: str) -> int:
    try:
        return int(name) if name.isdecimal() else grp.getgrnam(name).gr_gid
    except KeyError as error:
        raise Refused(f"There is no group {name}.") from error


def _read(path: Path) -> str:
    try:
        return sys.stdin.read() if str(path) == "-" else path.read_text()
    except (OSError, UnicodeDecodeError) as error:
        raise Refused(f"{path} can't be read.") from error


def _read_open_key(pki: Path) -> str:
    root = pki / "pki" if (pki / "pki" / "ca.crt").is_file() else pki
    return _read(root / "private" / "ca.key")
