"""An authority: a root that lies offline, and the issuing certificate below it that signs from day to day.

Certificates begin five minutes before they are made, for clocks that are behind. None outlives the one that signed it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509.oid import NameOID
from django.utils.translation import gettext as _

from helpdesk.core.errors import Refused
from vpn.pki.certificates import USAGES, Certificate, Use, described, parse
from vpn.pki.naming import LONGEST_COMMON_NAME, check_common_name, check_server_name
from vpn.pki.private_keys import PrivateKey, PublicKey, public_bytes, signing_hash
from vpn.pki.requests import make_request, read_request
from vpn.pki.revocation_lists import CRL_DAYS, RevocationList, Revoked, build

BACK_DATED = timedelta(minutes=5)
ROOT_DAYS, ISSUING_DAYS, CLIENT_DAYS = 3650, 1095, 397


def make_root(key: PrivateKey, name: str, *, days: int = ROOT_DAYS, now: datetime | None = None) -> Certificate:
    """A certificate that signs itself, with room for one authority below it."""
    now, subject = now or datetime.now(UTC), _subject(name)
    builder = _builder(subject, subject, key.public_key(), now=now, until=now + timedelta(days=days))
    builder = _as_authority(builder, path_length=1, signer=key.public_key())
    return described(builder.sign(key, signing_hash(key)))


def make_issuing_request(key: PrivateKey, name: str) -> str:
    """What the keeper of the root is asked to sign."""
    _subject(name)
    return make_request(key, name)


def certify_issuing(
    request_pem: str, *, root_pem: str, root_key: PrivateKey, days: int = ISSUING_DAYS, now: datetime | None = None
) -> Certificate:
    """The certificate of an issuing authority that asked the root for it; it has no authority below it (pathlen 0).

    Raises Refused when the request is unsound or the key isn't the root's.
    """
    now, request, root = now or datetime.now(UTC), read_request(request_pem), parse(root_pem)
    _ensure_pair(root, root_key)
    until = min(now + timedelta(days=days), root.not_valid_after_utc)
    builder = _builder(_subject(request.common_name), root.subject, request.public_key, now=now, until=until)
    builder = _as_authority(builder, path_length=0, signer=root_key.public_key())
    return described(builder.sign(root_key, signing_hash(root_key)))


@dataclass(frozen=True, slots=True)
class Issuer:
    """Who signs: its certificate, its key, and the certificates above it (none for an authority of one tier).

    `lineage` is itself and those above it: what a client needs beside its own certificate.
    """

    certificate: str
    key: PrivateKey
    chain: Sequence[str] = ()

    @property
    def lineage(self) -> tuple[str, ...]:
        return (self.certificate, *self.chain)

    def check(self) -> None:
        """Raises Refused when the key isn't the certificate's."""
        _ensure_pair(parse(self.certificate), self.key)

    def sign(
        self,
        request_pem: str,
        *,
        common_name: str,
        use: Use = Use.CLIENT,
        until: datetime,
        serial: int | None = None,
        now: datetime | None = None,
    ) -> Certificate:
        """A certificate for the request's key under the name given here, until then or the issuer's own end.

        Raises Refused: the name, the request or the time isn't fit.
        """
        use = Use(use)
        name = check_common_name(common_name) if use is Use.CLIENT else check_server_name(common_name)
        now, request, issuer = now or datetime.now(UTC), read_request(request_pem), parse(self.certificate)
        until = min(until, issuer.not_valid_after_utc)
        if until <= now:
            raise Refused(_("A certificate can't end before it begins."))
        builder = _builder(_subject(name), issuer.subject, request.public_key, now=now, until=until, serial=serial)
        builder = (
            builder.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(_authority_identifier(issuer, self.key.public_key()), critical=False)
            .add_extension(_usage(use, request.public_key), critical=True)
            .add_extension(x509.ExtendedKeyUsage([USAGES[use]]), critical=False)
        )
        return described(builder.sign(self.key, signing_hash(self.key)))

    def make_crl(
        self, revoked: Sequence[Revoked], *, number: int, now: datetime | None = None, days: int = CRL_DAYS
    ) -> RevocationList:
        """The list of what is revoked, signed; `number` grows with each list."""
        issuer = parse(self.certificate)
        identifier = _authority_identifier(issuer, self.key.public_key())
        return build(
            revoked,
            issuer=issuer.subject,
            identifier=identifier,
            key=self.key,
            number=number,
            now=now or datetime.now(UTC),
            days=days,
        )


def _subject(name: str) -> x509.Name:
    """Raises Refused for a name that no certificate should bear."""
    if not name.strip() or len(name) > LONGEST_COMMON_NAME or not name.isprintable():
        raise Refused(_("An authority's name has 1 to 64 characters on one line."))
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])


def _builder(
    subject: x509.Name,
    issuer: x509.Name,
    key: PublicKey,
    *,
    now: datetime,
    until: datetime,
    serial: int | None = None,
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(serial or x509.random_serial_number())
        .not_valid_before(now - BACK_DATED)
        .not_valid_after(until)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
    )


def _as_authority(builder: x509.CertificateBuilder, *, path_length: int, signer: PublicKey) -> x509.CertificateBuilder:
    usage = _key_usage(key_cert_sign=True, crl_sign=True)
    return (
        builder.add_extension(x509.BasicConstraints(ca=True, path_length=path_length), critical=True)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(signer), critical=False)
        .add_extension(usage, critical=True)
    )


def _usage(use: Use, key: PublicKey) -> x509.KeyUsage:
    """RSA servers of TLS 1.2 may be asked to decipher a key (RFC 5246, 7.4.2)."""
    return _key_usage(digital_signature=True, key_encipherment=use is Use.SERVER and isinstance(key, rsa.RSAPublicKey))


def _key_usage(
    *,
    digital_signature: bool = False,
    key_encipherment: bool = False,
    key_cert_sign: bool = False,
    crl_sign: bool = False,
) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=digital_signature,
        content_commitment=False,
        key_encipherment=key_encipherment,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=key_cert_sign,
        crl_sign=crl_sign,
        encipher_only=False,
        decipher_only=False,
    )


def _authority_identifier(issuer: x509.Certificate, key: PublicKey) -> x509.AuthorityKeyIdentifier:
    """The issuer's own key identifier, which others may have computed in another way."""
    try:
        found = issuer.extensions.get_extension_for_class(x509.SubjectKeyIdentifier)
    except x509.ExtensionNotFound:
        return x509.AuthorityKeyIdentifier.from_issuer_public_key(key)
    return x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(found.value)


def _ensure_pair(certificate: x509.Certificate, key: PrivateKey) -> None:
    public = certificate.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    if public != public_bytes(key.public_key()):
        raise Refused(_("The private key isn't the one of this certificate."))
