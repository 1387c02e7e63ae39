"""oauthlib's endpoints with the authorization code and the refresh token, and no other grant."""

import secrets
from typing import Any

from oauthlib.common import Request
from oauthlib.oauth2.rfc6749.endpoints import AuthorizationEndpoint, RevocationEndpoint, TokenEndpoint
from oauthlib.oauth2.rfc6749.grant_types.authorization_code import code_challenge_method_s256
from oauthlib.oauth2.rfc6749.tokens import BearerToken
from oauthlib.openid.connect.core.endpoints.userinfo import UserInfoEndpoint
from oauthlib.openid.connect.core.grant_types import AuthorizationCodeGrant, RefreshTokenGrant

from helpdesk.accounts.sso.enums import Scope
from helpdesk.accounts.sso.sites.validator import ACCESS_TOKEN_SECONDS, Validator


class _Bearer(BearerToken):
    """A refresh token only for a site that asked for one."""

    def create_token(self, request: Request, refresh_token: bool = False, **kwargs: Any) -> dict[str, Any]:
        wanted = refresh_token and Scope.OFFLINE in (request.scopes or ())
        made: dict[str, Any] = super().create_token(request, refresh_token=wanted, **kwargs)
        return made


class Server(AuthorizationEndpoint, TokenEndpoint, RevocationEndpoint, UserInfoEndpoint):
    """One for each request, with the validator of that request."""

    def __init__(self, validator: Validator) -> None:
        code = AuthorizationCodeGrant(validator)
        code.proxy_target._code_challenge_methods = {"S256": code_challenge_method_s256}
        refresh = RefreshTokenGrant(validator)
        bearer = _Bearer(validator, _token, ACCESS_TOKEN_SECONDS, _token)
        AuthorizationEndpoint.__init__(
            self, default_response_type="code", response_types={"code": code}, default_token_type=bearer
        )
        TokenEndpoint.__init__(
            self,
            default_grant_type="authorization_code",
            grant_types={"authorization_code": code, "refresh_token": refresh},
            default_token_type=bearer,
        )
        RevocationEndpoint.__init__(self, validator)
        UserInfoEndpoint.__init__(self, validator)
        self.bearer = bearer


def _token(request: Request) -> str:
    return secrets.token_urlsafe(32)
