"""JSON Web Tokens of ours: signed with the newest key, believed with any that is still published."""

from functools import lru_cache
from typing import Any, cast

import jwt
from allauth.core.internal.jwkkit import load_jwk_from_pem
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

from helpdesk.accounts.sso.actions import keys
from helpdesk.accounts.sso.models import SigningKey
from helpdesk.accounts.sso.sites.issuer import ALGORITHM, issuer

_LEEWAY = 60


@lru_cache(maxsize=16)
def _loaded(kid: str, pem: str) -> tuple[dict[str, Any], RSAPrivateKey]:
    jwk, private = load_jwk_from_pem(pem)
    return {**jwk, "kid": kid, "use": "sig", "alg": ALGORITHM}, private


def sign(claims: dict[str, Any], *, kind: str = "JWT") -> str:
    """The claims as a token of this `typ`, signed with the key that signs now."""
    key = keys.signing_key()
    _jwk, private = _loaded(key.kid, key.pem)
    return jwt.encode(claims, private, algorithm=ALGORITHM, headers={"kid": key.kid, "typ": kind})


def key_set() -> list[dict[str, Any]]:
    """The public halves (RFC 7517)."""
    return [_loaded(key.kid, key.pem)[0] for key in SigningKey.objects.published()]


def read_hint(token: str) -> dict[str, Any] | None:
    """The claims of an ID token that we signed once, run out or not; None for anything else."""
    try:
        header = jwt.get_unverified_header(token)
        key = SigningKey.objects.published().filter(kid=header.get("kid", "")).first()
        if key is None or header.get("typ") != "JWT":
            return None
        public = _loaded(key.kid, key.pem)[1].public_key()
        options = cast(Any, {"verify_exp": False, "verify_aud": False, "require": ["iss", "sub", "aud"]})
        return jwt.decode(token, public, algorithms=[ALGORITHM], issuer=issuer(), options=options, leeway=_LEEWAY)
    except (jwt.PyJWTError, ValueError):
        return None
