"""Reading a PKI that easy-rsa keeps, to take it over: nothing in it is changed.

Layout and `index.txt` are those of `openssl ca` (openssl-ca(1), easy-rsa's `doc/`): one line a certificate, with state,
end, revocation and reason, serial, file, subject, parted by tabs. The names in it are read, never used as paths: the
certificates are found by their serial numbers.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path

from cryptography import x509
from django.utils.translation import gettext as _

from helpdesk.core.errors import Refused
from vpn.pki.certificates import parse, read_certificate
from vpn.pki.revocation_lists import Reason, read_crl

LARGEST_FILE = 4 * 1024 * 1024
LARGEST_INDEX = 64 * 1024 * 1024
TLS_KEYS = ("ta.key", "private/easyrsa-tls.key", "private/ta.key", "easytls/tls-crypt.key")


class State(StrEnum):
    """The first letter of a line."""

    VALID = "V"
    REVOKED = "R"
    EXPIRED = "E"


@dataclass(frozen=True, slots=True)
class Issued:
    """One certificate of the index; `pem` is None where the file is gone."""

    serial: int
    name: str
    state: State
    not_after: datetime
    revoked_at: datetime | None
    reason: Reason
    pem: str | None


@dataclass(frozen=True, slots=True)
class EasyRsaPki:
    """What was found; `encrypted_ca_key_pem` is None when the key is elsewhere, or lies open (`ca_key_lies_open`)."""

    ca_pem: str
    encrypted_ca_key_pem: str | None
    ca_key_lies_open: bool
    issued: tuple[Issued, ...]
    crl_pem: str | None
    tls_key: str | None


def read_pki(folder: Path) -> EasyRsaPki:
    """Read the folder, or its `pki` where it is the one above. Raises Refused: it isn't one, or can't be read."""
    root = folder / "pki" if (folder / "pki" / "ca.crt").is_file() else folder
    if not (root / "ca.crt").is_file():
        raise Refused(_("There is no ca.crt in “%(folder)s”: name the folder of easy-rsa's PKI.") % {"folder": folder})
    ca_pem = read_certificate(_read(root / "ca.crt")).pem
    _ensure_authority(ca_pem)
    key_pem = _read_if_there(root / "private" / "ca.key")
    is_sealed = key_pem is not None and "ENCRYPTED" in key_pem
    crl_pem = _read_if_there(root / "crl.pem")
    if crl_pem is not None:
        read_crl(crl_pem)
    return EasyRsaPki(
        ca_pem=ca_pem,
        encrypted_ca_key_pem=key_pem if is_sealed else None,
        ca_key_lies_open=key_pem is not None and not is_sealed,
        issued=_issued(root),
        crl_pem=crl_pem,
        tls_key=_tls_key(root),
    )


def _issued(root: Path) -> tuple[Issued, ...]:
    text = _read_if_there(root / "index.txt", largest=LARGEST_INDEX)
    if text is None:
        raise Refused(_("There is no index.txt in “%(folder)s”.") % {"folder": root})
    found = [_line(root, number, line) for number, line in enumerate(text.split("\n"), start=1) if line.strip()]
    serials = [one.serial for one in found]
    if len(set(serials)) != len(serials):
        raise Refused(_("index.txt has a serial number twice."))
    return tuple(found)


def _line(root: Path, number: int, line: str) -> Issued:
    parts = line.rstrip("\r").split("\t")
    try:
        letter, end, revocation, digits, _file, subject = parts
        at, _comma, reason = revocation.partition(",")
        state, serial = State(letter), int(digits, 16)
        return Issued(
            serial=serial,
            name=subject.rpartition("CN=")[2].partition("/")[0],
            state=state,
            not_after=_time(end),
            revoked_at=_time(at) if state is State.REVOKED else None,
            reason=_reason(reason),
            pem=_certificate(root, digits),
        )
    except ValueError as error:
        raise Refused(_("Line %(number)s of index.txt can't be read.") % {"number": number}) from error


def _time(text: str) -> datetime:
    """UTCTime or GeneralizedTime of ASN.1: years of two digits are 1950 to 2049 (RFC 5280, 4.1.2.5.1)."""
    if len(text) == len("YYMMDDHHMMSSZ"):
        text = ("19" if int(text[:2]) >= 50 else "20") + text
    return datetime.strptime(text, "%Y%m%d%H%M%SZ").replace(tzinfo=UTC)


def _reason(text: str) -> Reason:
    """The index writes `keyCompromise`, and for some reasons more after a comma."""
    names = {reason.value.lower(): reason for reason in Reason}
    return names.get(text.partition(",")[0].strip().lower(), Reason.UNSPECIFIED)


def _certificate(root: Path, digits: str) -> str | None:
    """Easy-rsa keeps a copy by serial number, and moves it when it is revoked."""
    if not digits.isalnum():
        raise ValueError(digits)
    places = (
        root / "certs_by_serial" / f"{digits}.pem",
        root / "revoked" / "certs_by_serial" / f"{digits}.crt",
        root / "renewed" / "certs_by_serial" / f"{digits}.crt",
        root / "expired" / "certs_by_serial" / f"{digits}.crt",
    )
    text = next((text for place in places if (text := _read_if_there(place)) is not None), None)
    return None if text is None else read_certificate(text).pem


def _tls_key(root: Path) -> str | None:
    places = [*(root / name for name in TLS_KEYS), root.parent / "ta.key"]
    found = next((text for place in places if (text := _read_if_there(place)) is not None), None)
    return found if found is not None and "OpenVPN Static key V1" in found else None


def _ensure_authority(pem: str) -> None:
    try:
        limits = parse(pem).extensions.get_extension_for_class(x509.BasicConstraints).value
    except x509.ExtensionNotFound as error:
        raise Refused(_("ca.crt isn't the certificate of an authority.")) from error
    if not limits.ca:
        raise Refused(_("ca.crt isn't the certificate of an authority."))


def _read_if_there(path: Path, *, largest: int = LARGEST_FILE) -> str | None:
    return _read(path, largest=largest) if path.is_file() else None


def _read(path: Path, *, largest: int = LARGEST_FILE) -> str:
    if path.stat().st_size > largest:
        raise Refused(_("“%(file)s” is too large.") % {"file": path.name})
    try:
        return path.read_text(encoding="utf-8", errors="strict")
    except (OSError, UnicodeDecodeError) as error:
        raise Refused(_("“%(file)s” can't be read.") % {"file": path.name}) from error
