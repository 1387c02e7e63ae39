"""What allauth's OpenID Connect provider asks of its rows, answered by ours and more strictly.

allauth keeps codes in the cache, where a lost `delete` lets one be used twice, matches redirect URIs by their parts,
asks for PKCE of public clients alone, and revokes whichever token it is shown. Here codes are rows that are used once,
redirect URIs are compared whole, everybody brings S256, every token belongs to a visit, and a token that comes a second
time ends that visit.
"""

import time
from collections.abc import Collection
from datetime import timedelta
from typing import Any
from uuid import uuid4

from allauth.idp.oidc.internal.oauthlib.request_validator import OAuthLibRequestValidator
from allauth.idp.oidc.models import Token
from django.utils import timezone
from oauthlib.common import Request

from helpdesk.accounts.models import User
from helpdesk.accounts.sso.actions import visits
from helpdesk.accounts.sso.enums import Ending, Scope
from helpdesk.accounts.sso.models import AuthorizationCode, Consent, Site, Subject, Visit
from helpdesk.accounts.sso.sites.claims import claims_of
from helpdesk.accounts.sso.sites.issuer import issuer
from helpdesk.accounts.sso.sites.signing import read_hint, sign

ID_TOKEN_SECONDS = 300
ACCESS_TOKEN_SECONDS = 600
REFRESH_TOKEN = timedelta(days=14)
USED = "used"
"""In a refresh token's `data`: it was exchanged already. Kept, so that whoever comes with it again is known."""


class Validator(OAuthLibRequestValidator):
    """One for each request: it remembers what it found. `viewer` is who is signed in in this browser, if anybody."""

    def __init__(self, viewer: User | None = None) -> None:
        super().__init__()
        self.viewer = viewer
        self.code: AuthorizationCode | None = None
        self.visit: Visit | None = None
        self.refreshed: Token | None = None

    # --- Who asks ---

    def _lookup_client(self, request: Request, client_id: str) -> Site | None:
        if not isinstance(client_id, str) or "\x00" in client_id:
            return None
        return Site.objects.filter(id=client_id, is_active=True).first()

    def validate_redirect_uri(
        self, client_id: str, redirect_uri: str, request: Request, *args: Any, **kwargs: Any
    ) -> bool:
        return redirect_uri in request.client.get_redirect_uris()

    def is_pkce_required(self, client_id: str, request: Request) -> bool:
        return True

    def is_origin_allowed(self, client_id: str, origin: str, request: Request, *args: Any, **kwargs: Any) -> bool:
        return False

    def validate_scopes(
        self, client_id: str, scopes: Collection[str], client: Site, request: Request, *args: Any, **kwargs: Any
    ) -> bool:
        return Scope.OPENID in scopes and set(scopes) <= set(request.client.get_scopes())

    def validate_silent_authorization(self, request: Request) -> bool:
        """Nobody needs to be asked anything: our own site, or one that was let know all this before."""
        return not needs_consent(request.client, self.viewer, request.scopes)

    def validate_silent_login(self, request: Request) -> bool:
        return self.viewer is not None

    def validate_user_match(
        self, id_token_hint: str | None, scopes: Collection[str], claims: Any, request: Request
    ) -> bool:
        """Whom the site expects is whoever is signed in; somebody who isn't yet is asked to."""
        if not id_token_hint or self.viewer is None:
            return True
        hint, known = read_hint(id_token_hint), Subject.objects.filter(user=self.viewer).first()
        return hint is not None and known is not None and hint["sub"] == str(known.value)

    # --- Codes ---

    def validate_code(self, client_id: str, code: str, client: Site, request: Request, *args: Any, **k: Any) -> bool:
        """Locks the code until the answer is written. A second use ends the visit that the first one began."""
        rows = AuthorizationCode.objects.select_for_update(of=("self",)).select_related("visit__user", "visit__site")
        found = rows.filter(digest=visits.digest_of(code), visit__site=client.pk).first()
        if found is None or found.expires_at <= timezone.now():
            return False
        if found.used_at is not None:
            visits.end(visits=[found.visit_id], why=Ending.REPLAYED)
            return False
        if not is_alive(found.visit):
            return False
        self.code, self.visit = found, found.visit
        request.user, request.scopes = found.visit.user, found.scopes
        return True

    def _spend(self) -> AuthorizationCode:
        assert self.code is not None, "oauthlib validates the code first"
        return self.code

    def confirm_redirect_uri(
        self, client_id: str, code: str, redirect_uri: str, client: Site, request: Request, *args: Any, **k: Any
    ) -> bool:
        return redirect_uri == self._spend().redirect_uri

    def get_code_challenge(self, code: str, request: Request) -> str:
        return self._spend().challenge

    def get_code_challenge_method(self, code: str, request: Request) -> str:
        return "S256"

    def get_authorization_code_scopes(
        self, client_id: str, code: str, redirect_uri: str, request: Request
    ) -> list[str]:
        return [Scope.OPENID]  # only asked whether it is OpenID Connect, before the site has proved itself

    def get_authorization_code_nonce(
        self, client_id: str, code: str, redirect_uri: str, request: Request
    ) -> str | None:
        return self._spend().nonce or None

    def invalidate_authorization_code(self, client_id: str, code: str, request: Request, *args: Any, **k: Any) -> None:
        AuthorizationCode.objects.filter(pk=self._spend().pk).update(used_at=timezone.now())

    # --- Tokens ---

    def validate_refresh_token(self, refresh_token: str, client: Site, request: Request, *args: Any, **k: Any) -> bool:
        """Locks the token. One that was exchanged already ends its visit: two have it, and one of them stole it."""
        rows = Token.objects.select_for_update(of=("self",)).filter(client=client.id, type=Token.Type.REFRESH_TOKEN)
        token = rows.valid().by_value(refresh_token).first()
        visit = self._visit_of(token)
        if token is None or visit is None:
            return False
        if token.data.get(USED):
            visits.end(visits=[visit.pk], why=Ending.REPLAYED)
            return False
        self.visit, self.refreshed = visit, token
        request.user = visit.user
        return True

    def get_original_scopes(self, refresh_token: str, request: Request, *args: Any, **kwargs: Any) -> list[str]:
        assert self.refreshed is not None, "oauthlib validates the token first"
        return list(self.refreshed.get_scopes())

    def rotate_refresh_token(self, request: Request) -> bool:
        return True

    def save_bearer_token(self, token: dict[str, Any], request: Request, *args: Any, **kwargs: Any) -> None:
        assert self.visit is not None, "a token belongs to a visit"
        rows = [self._row(Token.Type.ACCESS_TOKEN, token["access_token"], timedelta(seconds=token["expires_in"]))]
        if "refresh_token" in token:
            rows.append(self._row(Token.Type.REFRESH_TOKEN, token["refresh_token"], REFRESH_TOKEN))
        for row in rows:
            row.set_scopes(request.scopes)
        if self.refreshed is not None:
            Token.objects.filter(pk=self.refreshed.pk).update(data={**self.refreshed.data, USED: True})
        Token.objects.bulk_create(rows)
        Visit.objects.filter(pk=self.visit.pk).update(seen_at=timezone.now())

    def _row(self, kind: str, value: str, lasts: timedelta) -> Token:
        assert self.visit is not None, "a token belongs to a visit"
        row = Token(type=kind, client=self.visit.site, user=self.visit.user, data={"visit": self.visit.pk})
        row.set_value(value)
        row.expires_at = timezone.now() + lasts
        return row

    def validate_bearer_token(self, token: str | None, scopes: Collection[str], request: Request) -> bool:
        """An access token of an open visit, in the header alone: addresses are kept in logs."""
        if not token or not request.headers.get("Authorization", "").lower().startswith("bearer "):
            return False
        found = Token.objects.lookup(Token.Type.ACCESS_TOKEN, token)
        visit = self._visit_of(found)
        if found is None or visit is None or not set(scopes) <= set(found.get_scopes()):
            return False
        self.visit = visit
        request.user, request.client, request.scopes = visit.user, visit.site, found.get_scopes()
        return True

    def validate_jwt_bearer_token(self, token: str, scopes: Collection[str], request: Request) -> bool:
        return False

    def revoke_token(self, token: str, token_type_hint: str | None, request: Request, *args: Any, **k: Any) -> None:
        """Only a token of the site that asks (RFC 7009, section 2.1); with a refresh token go all of its visit."""
        kinds = [Token.Type.ACCESS_TOKEN, Token.Type.REFRESH_TOKEN]
        found = Token.objects.by_value(token).filter(client=request.client.id, type__in=kinds).first()
        if found is not None and found.type == Token.Type.REFRESH_TOKEN:
            Token.objects.filter(client=found.client_id, user=found.user_id, data__visit=found.data["visit"]).delete()
        elif found is not None:
            found.delete()

    def get_userinfo_claims(self, request: Request) -> dict[str, Any]:
        return claims_of(request.user, request.scopes)

    def finalize_id_token(
        self, id_token: dict[str, Any], token: dict[str, Any], token_handler: Any, request: Request
    ) -> str:
        """OpenID Connect Core 1.0, section 2, with `sid` (Back-Channel Logout 1.0, section 2.1)."""
        assert self.visit is not None, "an ID token belongs to a visit"
        told = {
            "iss": issuer(),
            "exp": id_token["iat"] + ID_TOKEN_SECONDS,
            "nbf": int(time.time()) - 1,
            "jti": uuid4().hex,
            "auth_time": int(self.visit.entered_at.timestamp()),
            "sid": str(self.visit.sid),
            "azp": self.visit.site.id,
        }
        if self.visit.methods:
            told["amr"] = self.visit.methods
        return sign(id_token | claims_of(request.user, request.scopes) | told | {"aud": self.visit.site.id})

    def _visit_of(self, token: Token | None) -> Visit | None:
        """The visit of a token, while it is alive."""
        key = token.data.get("visit") if token is not None and isinstance(token.data, dict) else None
        if key is None:
            return None
        visit = Visit.objects.select_related("user__organisation", "site").filter(pk=key).first()
        return visit if visit is not None and is_alive(visit) else None


def is_alive(visit: Visit) -> bool:
    """Whether whoever visits is still let in, now: nothing waits for a sweep."""
    return visit.ended_at is None and not Visit.objects.groundless().filter(pk=visit.pk).exists()


def needs_consent(site: Site, person: User | None, scopes: Collection[str]) -> bool:
    """Whether the person has to be asked before a site that is not our own learns these things."""
    if site.skip_consent or person is None:
        return False
    given = Consent.objects.filter(user=person, site=site.pk).values_list("scopes", flat=True).first()
    return given is None or not set(scopes) <= set(given)
