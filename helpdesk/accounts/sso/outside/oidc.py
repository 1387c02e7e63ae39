"""Signing in by an OpenID Connect provider: authorization code, PKCE, state and nonce (Core 1.0, section 3.1)."""

import base64
import hashlib
import json
import secrets
import time
from typing import Any, cast
from urllib.parse import quote, urlencode

import jwt
from django.conf import settings
from django.utils.translation import gettext as _

from helpdesk.accounts.sso.models import IdentityProvider
from helpdesk.accounts.sso.outside.discovery import keys_at
from helpdesk.accounts.sso.outside.errors import NotBelieved
from helpdesk.accounts.sso.outside.said import Said, texts
from helpdesk.core import outgoing
from helpdesk.core.outgoing import OutgoingError

SKEW_SECONDS = 60
SECOND_FACTORS = {"mfa", "otp", "hwk", "swk", "fpt", "face", "sms", "tel", "sc"}
"""Values of `amr` that say more than a password (RFC 8176)."""
SECOND_CLASSES = {
    "http://schemas.openid.net/pape/policies/2007/06/multi-factor",
    "https://refeds.org/profile/mfa",
    "urn:oasis:names:tc:SAML:2.0:ac:classes:TimeSyncToken",
    "http://schemas.microsoft.com/claims/multipleauthn",
}
"""Values of `acr`, or classes of SAML, that say so."""


def callback_address(provider: IdentityProvider) -> str:
    """Built on SITE_URL; what the provider is to be told as redirect URI."""
    return f"{settings.SITE_URL}/accounts/outside/{provider.slug}/callback/"


def begin(provider: IdentityProvider) -> tuple[str, dict[str, str]]:
    """Where the browser goes, and what its session has to keep until it comes back: state, nonce, verifier."""
    kept = {
        "state": secrets.token_urlsafe(32),
        "nonce": secrets.token_urlsafe(32),
        "verifier": secrets.token_urlsafe(48),
    }
    challenge = base64.urlsafe_b64encode(hashlib.sha256(kept["verifier"].encode()).digest()).rstrip(b"=").decode()
    query = {
        "response_type": "code",
        "client_id": provider.client_id,
        "redirect_uri": callback_address(provider),
        "scope": provider.scopes or "openid",
        "state": kept["state"],
        "nonce": kept["nonce"],
        "code_challenge": challenge,
        "code_challenge_method": "S256",
    }
    where = _described(provider, "authorization_endpoint")
    return f"{where}{'&' if '?' in where else '?'}{urlencode(query)}", kept


def finish(provider: IdentityProvider, *, code: str, kept: dict[str, str]) -> Said:
    """Exchange the code, believe the ID token if it proves itself. Raises NotBelieved."""
    answer = _exchange(provider, code, kept["verifier"])
    token = answer.get("id_token")
    if not isinstance(token, str):
        raise NotBelieved(_("The provider sent no ID token."))
    claims = read(provider, token, nonce=kept["nonce"])
    access = answer.get("access_token")
    if isinstance(access, str) and ("email" not in claims) and provider.described.get("userinfo_endpoint"):
        claims = _userinfo(provider, access, claims["sub"]) | claims
    return said_by(provider, claims)


def read(provider: IdentityProvider, token: str, *, nonce: str) -> dict[str, Any]:
    """The claims of an ID token for us: signed by the provider's key, from it, to us, of now, for this sign-in (section
    3.1.3.7). Raises NotBelieved, one line for each reason."""
    key = _key_for(provider, token)
    try:
        options = cast(Any, {"require": ["iss", "sub", "aud", "exp", "iat"], "verify_exp": False, "verify_iat": False})
        claims = jwt.decode(
            token,
            key,
            algorithms=provider.described.get("algorithms") or ["RS256"],
            audience=provider.client_id,
            issuer=provider.issuer,
            leeway=SKEW_SECONDS,
            options=options | {"verify_nbf": False},
        )
    except jwt.PyJWTError as error:
        raise NotBelieved(_why_not(error, provider)) from error
    _ensure_now(claims)
    audience = claims["aud"]
    if isinstance(audience, list) and len(audience) > 1 and claims.get("azp") != provider.client_id:
        raise NotBelieved(_("The ID token was made for several sites and does not say that it is for this one."))
    if not secrets.compare_digest(str(claims.get("nonce", "")).encode(), nonce.encode()):
        raise NotBelieved(_("The ID token belongs to another sign-in (its nonce is not ours)."))
    return dict(claims)


def said_by(provider: IdentityProvider, claims: dict[str, Any]) -> Said:
    proofs = set(texts(claims.get("amr")))
    return Said(
        subject=str(claims["sub"])[:255],
        address=str(claims.get("email") or "").strip().lower()[:254],
        is_proved=claims.get("email_verified") is True or provider.vouches,
        name=str(claims.get("name") or "").strip()[:200],
        language=str(claims.get("locale") or "")[:2].lower(),
        groups=texts(claims.get(provider.group_claim)) if provider.group_claim else [],
        has_second=bool(proofs & SECOND_FACTORS) or str(claims.get("acr", "")) in SECOND_CLASSES,
    )


def _exchange(provider: IdentityProvider, code: str, verifier: str) -> dict[str, Any]:
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": callback_address(provider),
        "code_verifier": verifier,
    }
    headers = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"}
    if provider.described.get("basic") and provider.secret:
        pair = f"{quote(provider.client_id, safe='')}:{quote(provider.secret, safe='')}"
        headers["Authorization"] = "Basic " + base64.b64encode(pair.encode()).decode()
    else:
        form |= {"client_id": provider.client_id} | ({"client_secret": provider.secret} if provider.secret else {})
    try:
        answer = outgoing.post(_described(provider, "token_endpoint"), body=urlencode(form).encode(), headers=headers)
    except OutgoingError as refusal:
        raise NotBelieved(str(refusal)) from refusal
    found = _parsed(answer.body)
    if answer.status != 200:
        why = f"{found.get('error', '')} {found.get('error_description', '')}".strip() or str(answer.status)
        raise NotBelieved(_("The provider did not take the code: %(why)s") % {"why": why[:200]})
    return found


def _userinfo(provider: IdentityProvider, token: str, subject: str) -> dict[str, Any]:
    try:
        answer = outgoing.get(provider.described["userinfo_endpoint"], headers={"Authorization": f"Bearer {token}"})
    except OutgoingError as refusal:
        raise NotBelieved(str(refusal)) from refusal
    found = _parsed(answer.body) if answer.status == 200 else {}
    if found.get("sub") != subject:  # section 5.3.2
        raise NotBelieved(_("What the provider says of the person is about somebody else than its ID token."))
    return found


def _key_for(provider: IdentityProvider, token: str) -> Any:
    """The provider's key that the token names; asked for anew, once, when it is one we never saw."""
    try:
        kid = jwt.get_unverified_header(token).get("kid")
    except jwt.PyJWTError as error:
        raise NotBelieved(_("What the provider sent is no ID token.")) from error
    for keys in (lambda: provider.described.get("keys") or [], lambda: _fetched(provider)):
        found = [key for key in keys() if kid in (None, key.get("kid")) and key.get("use", "sig") == "sig"]
        if len(found) == 1 or (found and kid is not None):
            try:
                return jwt.PyJWK(found[0]).key
            except jwt.PyJWTError as error:
                raise NotBelieved(_("The provider's key can't be read.")) from error
    raise NotBelieved(_("The ID token is signed with a key that the provider does not name."))


def _fetched(provider: IdentityProvider) -> list[dict[str, Any]]:
    keys = keys_at(_described(provider, "jwks_uri"))
    provider.described["keys"] = keys
    IdentityProvider.objects.filter(pk=provider.pk).update(described=provider.described)
    return keys


def _ensure_now(claims: dict[str, Any]) -> None:
    """Made a moment ago and not run out, give or take `SKEW_SECONDS`; says by how much the clocks differ."""
    now = int(time.time())
    try:
        made, ends, begins = int(claims["iat"]), int(claims["exp"]), int(claims.get("nbf", claims["iat"]))
    except (TypeError, ValueError) as error:
        raise NotBelieved(_("The ID token does not say when it was made.")) from error
    ahead = max(made, begins) - now
    if ahead > SKEW_SECONDS:
        raise NotBelieved(clocks_differ(ahead))
    if now - ends > SKEW_SECONDS:
        raise NotBelieved(clocks_differ(now - ends) + " " + _("Or the ID token is an old one."))


def clocks_differ(seconds: int) -> str:
    return _("The clocks differ by %(seconds)d seconds: set them by NTP, here and at the provider.") % {
        "seconds": seconds
    }


def _why_not(error: jwt.PyJWTError, provider: IdentityProvider) -> str:
    if isinstance(error, jwt.InvalidAudienceError):
        return _("The ID token was made for another site than %(name)s.") % {"name": provider.client_id}
    if isinstance(error, jwt.InvalidIssuerError):
        return _("The ID token comes from another issuer than %(name)s.") % {"name": provider.issuer}
    if isinstance(error, jwt.InvalidAlgorithmError):
        return _("The ID token is signed in a way that proves nothing.")
    if isinstance(error, jwt.MissingRequiredClaimError):
        return _("The ID token lacks %(name)s.") % {"name": error.claim}
    return _("The signature of the ID token is not the provider's.")


def _described(provider: IdentityProvider, name: str) -> str:
    value = provider.described.get(name)
    if not isinstance(value, str):
        raise NotBelieved(_("This provider was never read: open its page in the administration and test it."))
    return value


def _parsed(body: bytes) -> dict[str, Any]:
    try:
        found = json.loads(body)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
