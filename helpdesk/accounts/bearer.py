"""Signing in to the API: a bearer token (RFC 6750) and nothing else; a browser's cookies are not looked at."""

from django.http import HttpRequest
from ninja.errors import AuthorizationError
from ninja.security import HttpBearer

from helpdesk.accounts.actions import tokens
from helpdesk.accounts.actions.tokens import Scope
from helpdesk.accounts.models import ApiToken


class BearerToken(HttpBearer):
    """Lets in who has a token with the scope; from there on `request.user` is the token's owner."""

    openapi_description = "A token as `manage.py apitoken` prints it: `hd_…`"

    def __init__(self, scope: Scope) -> None:
        super().__init__()
        self.scope = scope

    def authenticate(self, request: HttpRequest, token: str) -> ApiToken | None:
        """The token's row, or None (answered with 401). Raises AuthorizationError when it lacks the scope."""
        found = tokens.find(token)
        if found is None:
            return None
        if self.scope not in found.scopes:
            raise AuthorizationError(message=f"This token has no scope “{self.scope}”: issue one that has.")
        request.user = found.user
        return found


reading = BearerToken(Scope.READ)
writing = BearerToken(Scope.WRITE)
