"""Certificate signing requests (PKCS#10, RFC 2986)."""

from dataclasses import dataclass

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID
from django.utils.translation import gettext as _

from helpdesk.core.errors import Refused
from vpn.pki.private_keys import KeyType, PrivateKey, PublicKey, check_public_key, key_type, signing_hash

LONGEST_REQUEST = 16_384


@dataclass(frozen=True, slots=True)
class Request:
    """What somebody asks to have certified. Of it only the public key goes into the certificate: the name is given by
    whoever certifies."""

    pem: str
    common_name: str
    public_key: PublicKey
    key_type: KeyType


def make_request(key: PrivateKey, common_name: str) -> str:
    """A request for this key, in PEM."""
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name)])
    builder = x509.CertificateSigningRequestBuilder().subject_name(subject)
    return builder.sign(key, signing_hash(key)).public_bytes(Encoding.PEM).decode()


def read_request(pem: str) -> Request:
    """Raises Refused when it is none, when it isn't signed by its own key, or when the key isn't one of ours."""
    if len(pem) > LONGEST_REQUEST:
        raise Refused(_("This isn't a certificate signing request: it is too long."))
    try:
        found = x509.load_pem_x509_csr(pem.encode())
        key, is_sound = found.public_key(), found.is_signature_valid
        names = [str(name.value) for name in found.subject.get_attributes_for_oid(NameOID.COMMON_NAME)]
    except (ValueError, UnsupportedAlgorithm, InvalidSignature, x509.UnsupportedGeneralNameType) as error:
        raise Refused(_("This isn't a certificate signing request in PEM.")) from error
    public = check_public_key(key)
    if not is_sound:
        raise Refused(_("The signing request isn't signed by its own key."))
    return Request(found.public_bytes(Encoding.PEM).decode(), names[0] if names else "", public, key_type(public))
