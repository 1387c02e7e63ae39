"""Certificate revocation lists (RFC 5280, section 5).

A VPN server looks at the list in every handshake: an expired one, or one from the future, refuses everybody. So lists
are back-dated, live for 30 days, are made anew each day, and are checked before anybody publishes them.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.serialization import Encoding
from django.utils.translation import gettext as _

from helpdesk.core.errors import Refused
from vpn.pki.certificates import parse
from vpn.pki.private_keys import PrivateKey, check_public_key, signing_hash

CRL_DAYS = 30
BACK_DATED = timedelta(minutes=5)
LONGEST_LIST = 16 * 1024 * 1024


class Reason(StrEnum):
    """Why a certificate is revoked (RFC 5280, 5.3.1), without `removeFromCRL`: what is revoked stays so."""

    UNSPECIFIED = "unspecified"
    KEY_COMPROMISE = "keyCompromise"
    CA_COMPROMISE = "cACompromise"
    AFFILIATION_CHANGED = "affiliationChanged"
    SUPERSEDED = "superseded"
    CESSATION_OF_OPERATION = "cessationOfOperation"
    CERTIFICATE_HOLD = "certificateHold"
    PRIVILEGE_WITHDRAWN = "privilegeWithdrawn"
    AA_COMPROMISE = "aACompromise"


@dataclass(frozen=True, slots=True)
class Revoked:
    """One entry; `reason` is a `Reason`."""

    serial: int
    at: datetime
    reason: str = Reason.UNSPECIFIED


@dataclass(frozen=True, slots=True)
class RevocationList:
    """A signed list. `issued_at` is its thisUpdate, five minutes before it was made."""

    pem: str
    number: int
    issued_at: datetime
    next_update: datetime
    serials: frozenset[int]


def build(
    revoked: Iterable[Revoked],
    *,
    issuer: x509.Name,
    identifier: x509.AuthorityKeyIdentifier,
    key: PrivateKey,
    number: int,
    now: datetime,
    days: int,
) -> RevocationList:
    """Sign a list; of two entries for one serial the first counts. Raises Refused for a reason that is none."""
    builder = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(issuer)
        .last_update(now - BACK_DATED)
        .next_update(now + timedelta(days=days))
        .add_extension(x509.CRLNumber(number), critical=False)
        .add_extension(identifier, critical=False)
    )
    entries = {one.serial: one for one in reversed(list(revoked))}
    for serial in sorted(entries):
        builder = builder.add_revoked_certificate(_entry(entries[serial]))
    return _described(builder.sign(key, signing_hash(key)))


def read_crl(pem: str) -> RevocationList:
    """What the list says, whoever signed it. Raises Refused when it is none, or has no number."""
    return _described(_parse(pem))


def check_crl(pem: str, *, issuer_pem: str, not_below: int, now: datetime) -> RevocationList:
    """The list, when this issuer signed it, its number isn't below the one that is known, and it is valid now.

    Raises Refused: a server that took it all the same would refuse everybody, or admit whom a later list refuses.
    """
    found, issuer = _parse(pem), parse(issuer_pem)
    if found.issuer != issuer.subject or not _is_signed_by(found, issuer):
        raise Refused(_("Another authority signed this revocation list."))
    if any(extension.critical for extension in found.extensions):
        raise Refused(_("The revocation list is only a part of one."))
    described = _described(found)
    if described.number < not_below:
        raise Refused(
            _("The revocation list is an old one: it has number %(number)s, and %(known)s is known.")
            % {"number": described.number, "known": not_below}
        )
    if now < described.issued_at:
        raise Refused(_("The revocation list isn't valid yet: a clock is wrong."))
    if now >= described.next_update:
        raise Refused(_("The revocation list has expired."))
    return described


def _entry(one: Revoked) -> x509.RevokedCertificate:
    """Without a reason when there is none to tell (RFC 5280, 5.3.1)."""
    try:
        reason = Reason(one.reason)
    except ValueError as error:
        raise Refused(_("“%(reason)s” is no reason for a revocation.") % {"reason": one.reason}) from error
    builder = x509.RevokedCertificateBuilder().serial_number(one.serial).revocation_date(one.at)
    if reason is not Reason.UNSPECIFIED:
        builder = builder.add_extension(x509.CRLReason(x509.ReasonFlags(reason.value)), critical=False)
    return builder.build()


def _parse(pem: str) -> x509.CertificateRevocationList:
    if len(pem) > LONGEST_LIST:
        raise Refused(_("The revocation list is too long."))
    try:
        return x509.load_pem_x509_crl(pem.encode())
    except (ValueError, UnsupportedAlgorithm) as error:
        raise Refused(_("This isn't a revocation list in PEM.")) from error


def _is_signed_by(found: x509.CertificateRevocationList, issuer: x509.Certificate) -> bool:
    try:
        return found.is_signature_valid(check_public_key(issuer.public_key()))
    except (InvalidSignature, TypeError, ValueError, UnsupportedAlgorithm):
        return False


def _described(found: x509.CertificateRevocationList) -> RevocationList:
    try:
        number = found.extensions.get_extension_for_class(x509.CRLNumber).value.crl_number
        serials = frozenset(entry.serial_number for entry in found)
    except (ValueError, x509.ExtensionNotFound, x509.DuplicateExtension) as error:
        raise Refused(_("The revocation list has no number, or is broken.")) from error
    if found.next_update_utc is None:
        raise Refused(_("The revocation list doesn't say until when it is valid."))
    return RevocationList(
        pem=found.public_bytes(Encoding.PEM).decode(),
        number=number,
        issued_at=found.last_update_utc,
        next_update=found.next_update_utc,
        serials=serials,
    )
