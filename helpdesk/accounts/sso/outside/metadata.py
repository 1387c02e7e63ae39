"""What a SAML identity provider says of itself, fetched or pasted (SAML 2.0 Metadata, section 2.4.3)."""

import base64
import binascii
from datetime import UTC, datetime
from typing import Any

from cryptography import x509
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from helpdesk.accounts.sso.models import IdentityProvider
from helpdesk.accounts.sso.outside.discovery import Step
from helpdesk.accounts.sso.outside.errors import NotBelieved
from helpdesk.core import outgoing
from helpdesk.core.outgoing import OutgoingError

LONGEST = 512 * 1024


def is_installed() -> bool:
    """Whether the extra `saml` is there."""
    try:
        import onelogin.saml2  # noqa: F401, PLC0415 - the extra `saml` may not be installed
    except ImportError:
        return False
    return True


def describe(provider: IdentityProvider) -> dict[str, Any]:
    """Entity id, address of sign-in, certificates of the provider. Raises NotBelieved, one line for each fault."""
    return read(fetched(provider.metadata_url) if provider.metadata_url else provider.metadata)


def fetched(address: str) -> str:
    try:
        answer = outgoing.get(address, most=LONGEST)
    except OutgoingError as refusal:
        raise NotBelieved(str(refusal)) from refusal
    if answer.status != 200:
        raise NotBelieved(
            _("There is no metadata at %(address)s: it answers %(status)d.")
            % {"address": address[:200], "status": answer.status}
        )
    return answer.body.decode("utf-8", "replace")


def read(text: str) -> dict[str, Any]:
    """The same of metadata that is here already."""
    if not is_installed():
        raise NotBelieved(_("SAML is not installed: install Helpdesk with the extra `saml`."))
    from onelogin.saml2.idp_metadata_parser import OneLogin_Saml2_IdPMetadataParser as Parser  # noqa: PLC0415 - as above

    try:
        idp = Parser.parse(text.strip().encode()[:LONGEST]).get("idp", {})
    except Exception as error:
        raise NotBelieved(_("This is no metadata of an identity provider: it can't be read as XML.")) from error
    named = idp.get("x509certMulti", {}).get("signing") or ([idp["x509cert"]] if idp.get("x509cert") else [])
    found: dict[str, Any] = {
        "entity_id": idp.get("entityId") or "",
        "sign_in": idp.get("singleSignOnService", {}).get("url") or "",
        "certificates": ["".join(each.split()) for each in named],
    }
    if not found["entity_id"]:
        raise NotBelieved(_("This is no metadata of an identity provider: it has no IDPSSODescriptor."))
    try:
        outgoing.target_of(found["sign_in"])
    except OutgoingError as refusal:
        raise NotBelieved(_("The metadata names no address to sign in at by HTTP-Redirect.")) from refusal
    good_certificates(found["certificates"])
    return found


def good_certificates(certificates: list[str]) -> list[str]:
    """Those that hold now. Raises NotBelieved when none does, with the day on which the last one ran out."""
    now, ends = datetime.now(UTC), []
    good = []
    for each in certificates:
        try:
            loaded = x509.load_der_x509_certificate(base64.b64decode(each, validate=True))
        except (ValueError, binascii.Error) as error:
            raise NotBelieved(_("A certificate in the metadata can't be read.")) from error
        ends.append(loaded.not_valid_after_utc)
        if loaded.not_valid_before_utc <= now < loaded.not_valid_after_utc:
            good.append(each)
    if not ends:
        raise NotBelieved(_("The metadata names no certificate: nothing that the provider signs could be checked."))
    if not good:
        day = date_format(max(ends), "DATE_FORMAT")
        raise NotBelieved(
            _("The provider's certificate ran out on %(day)s, or is not yet good: read its metadata again.")
            % {"day": day}
        )
    return good


def steps_of(described: dict[str, Any]) -> list[Step]:
    """What was found right, for the page "Test"."""
    count = _("%(count)d certificates") % {"count": len(good_certificates(described["certificates"]))}
    return [
        Step(_("Metadata"), True, described["entity_id"]),
        Step(_("Certificates"), True, count),
        Step(_("Sends people to"), True, described["sign_in"]),
    ]
