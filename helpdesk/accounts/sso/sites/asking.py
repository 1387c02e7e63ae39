"""An authorization request, read: what a site wants of whom, and how it is answered (OpenID Connect Core, 3.1.2)."""

from dataclasses import dataclass
from typing import Any

from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from oauthlib.common import add_params_to_uri
from oauthlib.oauth2.rfc6749.errors import (
    FatalClientError,
    InvalidClientIdError,
    MismatchingRedirectURIError,
    OAuth2Error,
)

from helpdesk.accounts.models import User
from helpdesk.accounts.sso.models import Site
from helpdesk.accounts.sso.sites.issuer import issuer
from helpdesk.accounts.sso.sites.server import Server
from helpdesk.accounts.sso.sites.validator import Validator
from helpdesk.core.errors import Refused

LONGEST = 1000
CHALLENGE = (43, 128)


class Unfit(Refused):
    """Nobody is sent anywhere: the site or the address it names is not one that we know. Said on a page of ours."""


class Declined(Exception):
    """The site itself is told why not; `url` leads back to it."""

    def __init__(self, url: str) -> None:
        super().__init__(url)
        self.url = url


@dataclass(frozen=True, slots=True)
class Asked:
    """A request that was found good."""

    site: Site
    redirect_uri: str
    scopes: list[str]
    state: str
    nonce: str
    challenge: str
    prompt: frozenset[str]
    max_age: int | None

    def decline(self, error: str, why: str = "") -> Declined:
        """Access was not given: back to the site with an error of the specification (section 3.1.2.6)."""
        return Declined(self._back([("error", error), *([("error_description", why)] if why else [])]))

    def granted(self, code: str) -> str:
        """Where the browser carries the code."""
        return self._back([("code", code)])

    def _back(self, answer: list[tuple[str, str]]) -> str:
        return _back_to(self.redirect_uri, self.state, answer)


def read(query: QueryDict, viewer: User | None) -> Asked:
    """What the query of the authorization endpoint asks for `viewer`, who may not be signed in yet. Raises Unfit,
    Declined."""
    uri = f"{reverse('sso:authorization')}?{query.urlencode()}"
    try:
        scopes, told = Server(Validator(viewer)).validate_authorization_request(uri, "GET", "", {})
    except FatalClientError as error:
        raise Unfit(_why_unfit(error)) from error
    except OAuth2Error as error:
        raise Declined(_back_to(error.redirect_uri, error.state, _told(error))) from error
    found = told["request"]
    asked = Asked(
        site=found.client,
        redirect_uri=found.redirect_uri,
        scopes=list(scopes),
        state=found.state or "",
        nonce=found.nonce or "",
        challenge=found.code_challenge,
        prompt=frozenset((found.prompt or "").split()),
        max_age=_age(found.max_age),
    )
    _ensure_supported(asked, query)
    return asked


def _ensure_supported(asked: Asked, query: QueryDict) -> None:
    for name in ("request", "request_uri", "registration"):
        if name in query:
            raise asked.decline(f"{name}_not_supported")
    if query.get("response_mode", "query") != "query":
        raise asked.decline("invalid_request", "Only response_mode=query is supported.")
    if any("\x00" in text or len(text) > LONGEST for text in (asked.state, asked.nonce)):
        raise asked.decline("invalid_request", "The state or nonce is too long.")
    if not CHALLENGE[0] <= len(asked.challenge) <= CHALLENGE[1]:
        raise asked.decline("invalid_request", "The code_challenge is not the SHA-256 of a verifier.")


def _back_to(redirect_uri: str, state: str | None, answer: list[tuple[str, str]]) -> str:
    """With the state as it came, and who answers (RFC 9207)."""
    said = [*answer, *([("state", state)] if state else []), ("iss", issuer())]
    return str(add_params_to_uri(redirect_uri, said))


def _told(error: OAuth2Error) -> list[tuple[str, str]]:
    return [(name, str(value)) for name, value in error.twotuples if name in ("error", "error_description")]


def _why_unfit(error: FatalClientError) -> str:
    if isinstance(error, InvalidClientIdError):
        return _("No site is known here by this client_id, or it is switched off.")
    if isinstance(error, MismatchingRedirectURIError):
        return _("The site wants you sent to an address that is not among its redirect URIs.")
    return _("The site asked in a way that can't be answered: %(why)s") % {"why": error.description or error.error}


def _age(value: Any) -> int | None:
    return int(value) if isinstance(value, str) and value.isdecimal() and len(value) < 10 else None
