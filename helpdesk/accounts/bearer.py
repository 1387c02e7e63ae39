"""Signing in to the API: a bearer token (RFC 6750) and nothing else; a browser's cookies are not looked at.

What a token may ask in a minute is limited, and how often an address may come with one that does not work. A good token
is never refused for the failures of others at its address: they may share a proxy.
"""

from functools import cache

from django.conf import settings
from django.http import HttpRequest
from ninja.errors import AuthorizationError, Throttled
from ninja.security import HttpBearer
from ninja.throttling import BaseThrottle

from helpdesk.accounts.actions import token_use, tokens
from helpdesk.accounts.actions.attempts import network_of
from helpdesk.accounts.models import ApiToken
from helpdesk.accounts.scopes import Scope, allows
from helpdesk.accounts.tasks import note_token_use
from helpdesk.core.api import rates
from helpdesk.core.bells import ring_now
from helpdesk.core.middleware import client_address


class BearerToken(HttpBearer):
    """Lets in who has a token with the scope; from there on `request.user` is the token's owner."""

    openapi_description = "A token as `manage.py apitoken` prints it: `hd_…`"

    def __init__(self, scope: Scope) -> None:
        super().__init__()
        self.scope = scope

    def authenticate(self, request: HttpRequest, token: str) -> ApiToken | None:
        """The token's row, or None (answered with 401).

        Raises AuthorizationError when it lacks the scope, Throttled when too many of this address did not work.
        """
        found = tokens.find(token)
        network = network_of(client_address(request))
        if found is None:
            _count_failure(request, network)
            token_use.tell_refused(token, network)
            return None
        if not allows(found.scopes, self.scope):
            _count_failure(request, network)
            raise AuthorizationError(message=f"This token has no scope “{self.scope}”: issue one that has.")
        if token_use.is_due(found, network):
            ring_now(note_token_use, found.pk, network)
        request.user = found.user
        return found


class TokenThrottle(BaseThrottle):
    """`API_REQUESTS_PER_MINUTE` for each token.

    The library's own rates keep what they find on the throttle, which all threads share, and every moment of a caller
    in a list that is read and written back; here it is one atomic count, and what was found stays with the request.
    """

    def allow_request(self, request: HttpRequest) -> bool:
        token: ApiToken = request.auth  # type: ignore[attr-defined]
        rate = rates.spend("token", token.digest[:32], most=settings.API_REQUESTS_PER_MINUTE)
        rates.remember(request, rate)
        return rate is None or not rate.is_over


def _count_failure(request: HttpRequest, network: str) -> None:
    rate = rates.spend("failures", network, most=settings.API_FAILURES_PER_MINUTE)
    rates.remember(request, rate)
    if rate is not None and rate.is_over:
        raise Throttled(wait=rate.ends_in)


@cache
def needs(scope: Scope) -> BearerToken:
    """For an operation's `auth`: a token with this scope."""
    return BearerToken(scope)


by_token = TokenThrottle()
