"""Certificates (RFC 5280): what is read out of them, and whether a chain of them holds."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from django.utils.translation import gettext as _

from helpdesk.core.errors import Refused

ONE = re.compile(r"-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----\n?")


class Use(StrEnum):
    """What a certificate is for: without this a client's would pass as a server's."""

    CLIENT = "client"
    SERVER = "server"


USAGES = {Use.CLIENT: ExtendedKeyUsageOID.CLIENT_AUTH, Use.SERVER: ExtendedKeyUsageOID.SERVER_AUTH}


@dataclass(frozen=True, slots=True)
class Certificate:
    """One certificate; `fingerprint` is SHA-256 of its DER, in hexadecimal."""

    pem: str
    serial: int
    fingerprint: str
    common_name: str
    not_before: datetime
    not_after: datetime


def parse(pem: str) -> x509.Certificate:
    """The first certificate of a text. Raises Refused."""
    try:
        return x509.load_pem_x509_certificate(pem.encode())
    except (ValueError, UnsupportedAlgorithm) as error:
        raise Refused(_("This isn't a certificate in PEM.")) from error


def described(found: x509.Certificate) -> Certificate:
    """What we keep of it."""
    names = [str(name.value) for name in found.subject.get_attributes_for_oid(NameOID.COMMON_NAME)]
    return Certificate(
        pem=found.public_bytes(Encoding.PEM).decode(),
        serial=found.serial_number,
        fingerprint=found.fingerprint(hashes.SHA256()).hex(),
        common_name=names[0] if names else "",
        not_before=found.not_valid_before_utc,
        not_after=found.not_valid_after_utc,
    )


def read_certificate(pem: str) -> Certificate:
    """The first certificate of a text, without whatever stands around it. Raises Refused."""
    return described(parse(pem))


def split_chain(pem: str) -> tuple[str, ...]:
    """Each certificate of a text with several."""
    return tuple(found.rstrip("\n") + "\n" for found in ONE.findall(pem))


def is_self_signed(pem: str) -> bool:
    """Whether it stands at the end of a chain."""
    found = parse(pem)
    return found.issuer == found.subject


def uses(pem: str) -> frozenset[Use]:
    """What the certificate may be used for; empty for an authority's."""
    try:
        usage = parse(pem).extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    except x509.ExtensionNotFound:
        return frozenset()
    return frozenset(use for use, identifier in USAGES.items() if identifier in usage)


def check_chain(certificate_pem: str, *, chain: Sequence[str], at: datetime, use: Use | None = None) -> Certificate:
    """The certificate, when each of `chain` signed the one before it, the last one itself, and all are valid at `at`.

    Raises Refused, also when an authority may have none below it (pathlen) and has, or the use is another.
    """
    pems = [certificate_pem, *chain]
    for depth, pem in enumerate(pems):
        below, above = parse(pem), parse(pems[min(depth + 1, len(pems) - 1)])
        if not below.not_valid_before_utc <= at <= below.not_valid_after_utc:
            raise Refused(_("The certificate “%(name)s” isn't valid at this time.") % {"name": _name(below)})
        if depth and not _may_sign(below, depth - 1):
            raise Refused(_("The certificate “%(name)s” may not sign this one.") % {"name": _name(below)})
        try:
            below.verify_directly_issued_by(above)
        except (ValueError, TypeError, InvalidSignature) as error:
            raise Refused(
                _("“%(above)s” didn't sign “%(below)s”.") % {"above": _name(above), "below": _name(below)}
            ) from error
    if use is not None and use not in uses(certificate_pem):
        raise Refused(_("The certificate is for another use."))
    return read_certificate(certificate_pem)


def _may_sign(authority: x509.Certificate, below: int) -> bool:
    """Whether it is an authority with room for so many others between it and the certificate."""
    try:
        limits = authority.extensions.get_extension_for_class(x509.BasicConstraints).value
    except x509.ExtensionNotFound:
        return False
    return limits.ca and (limits.path_length is None or below <= limits.path_length)


def _name(found: x509.Certificate) -> str:
    return found.subject.rfc4514_string()
