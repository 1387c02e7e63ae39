"""Signing in by a SAML 2.0 identity provider (Web Browser SSO Profile), over python3-saml.

The library checks signatures, wrapping, DTDs, issuer and schema. What it lets pass is checked here: an assertion
without an audience, a recipient that only contains our address, five minutes between clocks, a certificate that ran
out, and an `InResponseTo` that nobody signed.
"""

import binascii
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from helpdesk.accounts.sso.models import IdentityProvider
from helpdesk.accounts.sso.outside.errors import NotBelieved
from helpdesk.accounts.sso.outside.metadata import good_certificates, is_installed
from helpdesk.accounts.sso.outside.oidc import SECOND_CLASSES, SKEW_SECONDS, clocks_differ
from helpdesk.accounts.sso.outside.said import Said

LONGEST = 256 * 1024
TRANSIENT = "urn:oasis:names:tc:SAML:2.0:nameid-format:transient"
NAMES = {"saml": "urn:oasis:names:tc:SAML:2.0:assertion", "samlp": "urn:oasis:names:tc:SAML:2.0:protocol"}
ADDRESSES = (
    "email",
    "mail",
    "emailaddress",
    "urn:oid:0.9.2342.19200300.100.1.3",
    "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/emailaddress",
)
PROOFS = ("email_verified", "http://schemas.auth0.com/email_verified")
CALLED = (
    "name",
    "displayname",
    "cn",
    "urn:oid:2.16.840.1.113730.3.1.241",
    "urn:oid:2.5.4.3",
    "http://schemas.microsoft.com/identity/claims/displayname",
    "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/name",
)


@dataclass(frozen=True, slots=True)
class Asserted:
    """An assertion that was believed. `name` is its ID; `request_id` what it answers, "" where nobody asked."""

    name: str
    request_id: str
    expires_at: datetime
    said: Said


def address_of(provider: IdentityProvider, what: str) -> str:
    """Of our service provider: `acs`, `metadata` (which is its entity id). Built on SITE_URL."""
    return f"{settings.SITE_URL}/accounts/outside/{provider.slug}/{what}/"


def begin(provider: IdentityProvider) -> tuple[str, str]:
    """Where the browser goes, and the id of the request that the answer has to name."""
    from onelogin.saml2.auth import OneLogin_Saml2_Auth  # noqa: PLC0415 - the extra `saml` may not be installed

    auth = OneLogin_Saml2_Auth(_request(provider), _configuration(provider))
    return str(auth.login(return_to="")), str(auth.get_last_request_id())


def our_metadata(provider: IdentityProvider) -> bytes:
    """What the provider is to be told of us."""
    from onelogin.saml2.settings import OneLogin_Saml2_Settings  # noqa: PLC0415 - the extra `saml` may not be installed

    bare = {"strict": True, "security": _security(), "sp": _ours(provider)}
    made = OneLogin_Saml2_Settings(settings=bare, sp_validation_only=True).get_sp_metadata()
    return bytes(made) if isinstance(made, bytes) else str(made).encode()


def read(provider: IdentityProvider, response: str) -> Asserted:
    """The assertion of a `SAMLResponse` as it was posted. Raises NotBelieved, one line for each reason."""
    if not is_installed():
        raise NotBelieved(_("SAML is not installed: install Helpdesk with the extra `saml`."))
    from onelogin.saml2.response import OneLogin_Saml2_Response  # noqa: PLC0415 - the extra `saml` may not be installed
    from onelogin.saml2.settings import OneLogin_Saml2_Settings  # noqa: PLC0415 - as above

    if not response or len(response) > LONGEST:
        raise NotBelieved(_("There is no SAML response, or it is too long."))
    try:
        found = OneLogin_Saml2_Response(OneLogin_Saml2_Settings(settings=_configuration(provider)), response)
    except NotBelieved:
        raise
    except (ValueError, TypeError, AttributeError, SyntaxError, binascii.Error) as error:
        raise NotBelieved(_("What the provider sent is no SAML response.")) from error
    except Exception as error:  # the library raises its plain Exception for what it can't decrypt
        raise NotBelieved(_("The SAML response is encrypted, for which we have no key.")) from error
    _ensure_valid(provider, found)
    return _asserted(provider, found)


def _ensure_valid(provider: IdentityProvider, found: Any) -> None:
    if not found.is_valid(_request(provider)):
        if (seconds := _clock_difference(found.document)) > SKEW_SECONDS:
            raise NotBelieved(clocks_differ(seconds))
        raise NotBelieved(_("The SAML response is not believed: %(why)s") % {"why": str(found.get_error())[:300]})


def _asserted(provider: IdentityProvider, found: Any) -> Asserted:
    """What the one assertion says; its signature has been checked, that of the response around it need not exist."""
    (assertion,) = found.document.xpath("/samlp:Response/saml:Assertion", namespaces=NAMES)
    audiences = [_text(each) for each in _in(assertion, "saml:Conditions/saml:AudienceRestriction/saml:Audience")]
    if address_of(provider, "metadata") not in audiences:
        raise NotBelieved(_("The assertion was made for another site: its audience is not our entity id."))
    ends = _ensure_conditions(assertion)
    bearer = _bearer(provider, assertion)
    name_id, form = _name_id(assertion)
    return Asserted(
        name=str(assertion.get("ID"))[:255],
        request_id=(bearer.get("InResponseTo") or "")[:255],
        expires_at=min(ends, _moment(bearer.get("NotOnOrAfter"))) + timedelta(seconds=SKEW_SECONDS),
        said=_said(provider, found.get_attributes(), name_id, form, found.get_authn_contexts()),
    )


def _ensure_conditions(assertion: Any) -> datetime:
    (conditions,) = _in(assertion, "saml:Conditions")
    now, ends = datetime.now(UTC), _moment(conditions.get("NotOnOrAfter"))
    begins = conditions.get("NotBefore")
    ahead = (_moment(begins) - now).total_seconds() if begins else 0.0
    behind = (now - ends).total_seconds()
    if (seconds := int(max(ahead, behind))) > SKEW_SECONDS:
        raise NotBelieved(clocks_differ(seconds))
    return ends


def _bearer(provider: IdentityProvider, assertion: Any) -> Any:
    """The confirmation that is for us: to this very address, and with an end."""
    acs = address_of(provider, "acs")
    for each in _in(assertion, "saml:Subject/saml:SubjectConfirmation/saml:SubjectConfirmationData"):
        is_bearer = each.getparent().get("Method") == "urn:oasis:names:tc:SAML:2.0:cm:bearer"
        if is_bearer and each.get("Recipient") == acs and each.get("NotOnOrAfter"):
            return each
    raise NotBelieved(_("The assertion was made for another address than %(address)s.") % {"address": acs})


def _name_id(assertion: Any) -> tuple[str, str]:
    found = _in(assertion, "saml:Subject/saml:NameID")
    name, form = (_text(found[0]), found[0].get("Format") or "") if len(found) == 1 else ("", "")
    if not name or len(name) > 255:
        raise NotBelieved(_("The assertion does not say whom it is about: it has no NameID."))
    if form == TRANSIENT:
        raise NotBelieved(_("The NameID is another one each time (transient): let the provider send a lasting one."))
    return name, form


def _said(
    provider: IdentityProvider, attributes: dict[str, list[str]], name_id: str, form: str, contexts: list[str]
) -> Said:
    told = {name.lower(): values for name, values in attributes.items() if values}
    address = next((told[name][0] for name in ADDRESSES if name in told), "")
    if not address and form.endswith("nameid-format:emailAddress"):
        address = name_id
    proof = next((told[name][0] for name in PROOFS if name in told), "")
    groups = told.get(provider.group_claim.lower(), []) if provider.group_claim else []
    return Said(
        subject=name_id,
        address=str(address).strip().lower()[:254],
        is_proved=provider.vouches or str(proof).lower() in ("true", "1"),
        name=str(next((told[name][0] for name in CALLED if name in told), ""))[:200],
        groups=[str(each) for each in groups][:500],
        has_second=bool(SECOND_CLASSES.intersection(contexts)),
    )


def _configuration(provider: IdentityProvider) -> dict[str, Any]:
    """Raises NotBelieved while the provider was never read, or its certificates have run out."""
    described = provider.described
    if not described.get("entity_id"):
        raise NotBelieved(_("This provider was never read: open its page in the administration and test it."))
    return {
        "strict": True,
        "security": _security(),
        "sp": _ours(provider),
        "idp": {
            "entityId": described["entity_id"],
            "singleSignOnService": {"url": described["sign_in"]},
            "x509certMulti": {"signing": good_certificates(described["certificates"])},
        },
    }


def _security() -> dict[str, Any]:
    return {
        "wantAssertionsSigned": True,
        "wantAttributeStatement": False,
        "rejectDeprecatedAlgorithm": True,
        "requestedAuthnContext": False,
        "allowSingleLabelDomains": True,
        "allowRepeatAttributeName": True,
        "wantNameId": True,
    }


def _ours(provider: IdentityProvider) -> dict[str, Any]:
    post = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST"
    return {
        "entityId": address_of(provider, "metadata"),
        "assertionConsumerService": {"url": address_of(provider, "acs"), "binding": post},
        "NameIDFormat": "urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified",
    }


def _request(provider: IdentityProvider) -> dict[str, Any]:
    """The address at which responses come, from SITE_URL alone."""
    parts = urlsplit(address_of(provider, "acs"))
    return {
        "https": "on" if parts.scheme == "https" else "off",
        "http_host": parts.netloc,
        "script_name": "",
        "path_info": parts.path,
        "get_data": {},
        "post_data": {},
    }


def _in(node: Any, path: str) -> list[Any]:
    return list(node.xpath(path, namespaces=NAMES))


def _text(node: Any) -> str:
    """All of it: a comment in the middle cuts nothing off."""
    return "".join(node.xpath(".//text()")).strip()


def _moment(text: str | None) -> datetime:
    try:
        found = parse_datetime(text or "")
    except ValueError:
        found = None
    if found is None:
        raise NotBelieved(_("The assertion does not say until when it holds."))
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _clock_difference(document: Any) -> int:
    """Seconds between our clock and the moment at which the response says it was made."""
    made = document.get("IssueInstant") if document is not None else None
    try:
        return int(abs((datetime.now(UTC) - _moment(made)).total_seconds()))
    except NotBelieved:
        return 0
