"""What an OpenID Connect provider says of itself, fetched once and kept (OpenID Connect Discovery 1.0, section 4)."""

import json
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from helpdesk.accounts.sso.outside.errors import NotBelieved
from helpdesk.core import outgoing
from helpdesk.core.outgoing import OutgoingError

WELL_KNOWN = "/.well-known/openid-configuration"
NEEDED = ("authorization_endpoint", "token_endpoint", "jwks_uri")
OPTIONAL = ("userinfo_endpoint", "end_session_endpoint")
SIGNED_BY = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA")
"""Algorithms with a public key: what is signed with a shared secret, or not at all, is not believed."""


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that was tried, and what came of it in one line."""

    name: str
    ok: bool
    detail: str = ""


def describe(issuer: str) -> dict[str, Any]:
    """The provider's discovery document and its keys, checked. Raises NotBelieved, one line for each fault."""
    document = _json_at(issuer.rstrip("/") + WELL_KNOWN, _("discovery document"))
    said = document.get("issuer")
    if not isinstance(said, str) or said != issuer:
        raise NotBelieved(
            _("It calls itself %(said)s, and not %(issuer)s: write the issuer exactly as it does.")
            % {"said": str(said)[:200], "issuer": issuer}
        )
    for name in NEEDED:
        _ensure_address(document, name)
    kept = {name: document[name] for name in (*NEEDED, *OPTIONAL) if isinstance(document.get(name), str)}
    kept["algorithms"] = algorithms_of(document)
    kept["basic"] = "client_secret_post" not in _list(document, "token_endpoint_auth_methods_supported")
    kept["keys"] = keys_at(kept["jwks_uri"])
    return kept


def keys_at(address: str) -> list[dict[str, Any]]:
    """The provider's public keys. Raises NotBelieved."""
    keys = _json_at(address, _("key set")).get("keys")
    found = [key for key in keys if isinstance(key, dict) and key.get("kty") in ("RSA", "EC", "OKP")] if keys else []
    if not found:
        raise NotBelieved(_("Its key set (%(address)s) holds no public key.") % {"address": address[:200]})
    return found


def algorithms_of(document: dict[str, Any]) -> list[str]:
    """Those of its algorithms that we believe; raises NotBelieved when there is none."""
    said = _list(document, "id_token_signing_alg_values_supported") or ["RS256"]
    found = [name for name in said if name in SIGNED_BY]
    if not found:
        raise NotBelieved(_("It signs only by %(said)s, which proves nothing.") % {"said": ", ".join(said)[:200]})
    return found


def steps_of(described: dict[str, Any]) -> list[Step]:
    """What was found right, for the page "Test"."""
    told = {"count": len(described["keys"]), "names": ", ".join(described["algorithms"])}
    return [
        Step(_("Discovery document and issuer"), True),
        Step(_("Keys"), True, _("%(count)d keys, signed by %(names)s") % told),
        Step(_("Sends people to"), True, str(described["authorization_endpoint"])),
    ]


def _json_at(address: str, what: str) -> dict[str, Any]:
    try:
        answer = outgoing.get(address, headers={"Accept": "application/json"})
    except OutgoingError as refusal:
        raise NotBelieved(str(refusal)) from refusal
    if answer.status != 200:
        raise NotBelieved(
            _("There is no %(what)s at %(address)s: it answers %(status)d.")
            % {"what": what, "address": address[:200], "status": answer.status}
        )
    try:
        document = json.loads(answer.body)
    except ValueError as error:
        document = error
    if not isinstance(document, dict):
        raise NotBelieved(_("What stands at %(address)s is no %(what)s.") % {"what": what, "address": address[:200]})
    return document


def _ensure_address(document: dict[str, Any], name: str) -> None:
    value = document.get(name)
    if not isinstance(value, str) or not value.startswith(("https://", "http://")):
        raise NotBelieved(_("Its discovery document names no %(name)s.") % {"name": name})
    try:
        outgoing.target_of(value)
    except OutgoingError as refusal:
        raise NotBelieved(f"{name}: {refusal}") from refusal


def _list(document: dict[str, Any], name: str) -> list[str]:
    value = document.get(name)
    return [str(each) for each in value] if isinstance(value, list) else []
