"""Who we are to sites: built on SITE_URL, never on what a request's Host header says."""

from typing import Any

from django.conf import settings
from django.urls import reverse

from helpdesk.accounts.sso.enums import Scope

ALGORITHM = "RS256"


def issuer() -> str:
    """The issuer: the address of Helpdesk itself, so that discovery stands where sites look for it."""
    return str(settings.SITE_URL)


def address_of(name: str) -> str:
    return f"{issuer()}{reverse(name)}"


def description() -> dict[str, Any]:
    """What discovery says (OpenID Connect Discovery 1.0, section 3; Back-Channel Logout 1.0, section 2.1)."""
    return {
        "issuer": issuer(),
        "authorization_endpoint": address_of("sso:authorization"),
        "token_endpoint": address_of("sso:token"),
        "userinfo_endpoint": address_of("sso:userinfo"),
        "jwks_uri": address_of("sso:jwks"),
        "end_session_endpoint": address_of("sso:end_session"),
        "revocation_endpoint": address_of("sso:revocation"),
        "scopes_supported": Scope.values,
        "response_types_supported": ["code"],
        "response_modes_supported": ["query"],
        "grant_types_supported": ["authorization_code", "refresh_token"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": [ALGORITHM],
        "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post", "none"],
        "revocation_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post", "none"],
        "code_challenge_methods_supported": ["S256"],
        "prompt_values_supported": ["none", "login", "consent"],
        "claims_supported": [
            *("sub", "iss", "aud", "exp", "iat", "auth_time", "nonce", "amr", "sid", "name", "locale", "zoneinfo"),
            *("email", "email_verified", "role", "groups", "teams", "organisation"),
        ],
        "authorization_response_iss_parameter_supported": True,
        "backchannel_logout_supported": True,
        "backchannel_logout_session_supported": True,
        "request_parameter_supported": False,
        "request_uri_parameter_supported": False,
        "claims_parameter_supported": False,
    }
