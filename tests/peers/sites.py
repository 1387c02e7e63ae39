"""Sites that rely on Helpdesk, as the specifications have them: built on PyJWT and nothing of ours."""

import base64
import hashlib
import secrets
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt
from django.test import Client

from helpdesk.accounts.sso.actions.sites import new_secret
from helpdesk.accounts.sso.models import Site

BASE = "https://shop.example"


def make_site(name, *, base=None, **values):
    """The site as an administrator sets it up, and its secret."""
    base = base or f"https://{name.lower()}.example"
    scopes = values.pop("scopes", ["openid", "profile", "email", "roles", "organisation", "offline_access"])
    usual = {
        "redirect_uris": f"{base}/callback",
        "return_uris": f"{base}/bye",
        "notice_uri": f"{base}/backchannel",
        "skip_consent": True,
        "allowed_roles": ["agent"],
    }
    site = Site(name=name, **(usual | values))
    secret = new_secret(site)
    site.set_scopes(scopes)
    site.set_grant_types(["authorization_code", "refresh_token"])
    site.set_response_types(["code"])
    site.save()
    return site, secret


def pkce():
    """A verifier and its S256 challenge (RFC 7636)."""
    verifier = secrets.token_urlsafe(48)
    return verifier, base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()


class SiteClient:
    """The site's side of the authorization code flow, over Django's test client."""

    def __init__(self, site, secret):
        self.site, self.secret = site, secret
        self.http = Client()
        self.verifier, self.challenge = pkce()
        self.state, self.nonce = secrets.token_urlsafe(16), secrets.token_urlsafe(16)

    def asking(self, **changes):
        """The path of an authorization request; a parameter of None is left out."""
        query = {
            "response_type": "code",
            "client_id": self.site.id,
            "redirect_uri": self.site.get_redirect_uris()[0],
            "scope": "openid profile email roles organisation offline_access",
            "state": self.state,
            "nonce": self.nonce,
            "code_challenge": self.challenge,
            "code_challenge_method": "S256",
        } | changes
        return "/oidc/authorize/?" + urlencode({name: value for name, value in query.items() if value is not None})

    def ask(self, browser, **changes):
        """What the site gets back in the query of its redirect URI."""
        answer = browser.get(self.asking(**changes))
        assert answer.status_code == 303, answer.content
        assert answer["Location"].startswith(self.site.get_redirect_uris()[0]), answer["Location"]
        return {name: value for name, (value,) in parse_qs(urlsplit(answer["Location"]).query).items()}

    def exchange(self, carried, /, **changes):
        form = {
            "grant_type": "authorization_code",
            "code": carried,
            "redirect_uri": self.site.get_redirect_uris()[0],
            "code_verifier": self.verifier,
            "client_id": self.site.id,
            "client_secret": self.secret,
        } | changes
        return self.http.post("/oidc/token/", {name: value for name, value in form.items() if value is not None})

    def refresh(self, token, **changes):
        form = {"grant_type": "refresh_token", "refresh_token": token} | changes
        return self.http.post("/oidc/token/", {"client_id": self.site.id, "client_secret": self.secret} | form)

    def enter(self, browser, **changes):
        """All of it; the tokens."""
        answer = self.exchange(self.ask(browser, **changes)["code"])
        assert answer.status_code == 200, answer.content
        return answer.json()

    def userinfo(self, tokens):
        return self.http.get("/oidc/userinfo/", headers={"Authorization": f"Bearer {tokens['access_token']}"})

    def read(self, token, **options):
        """The claims of a token of ours, checked as a site does."""
        keys = {key["kid"]: jwt.PyJWK(key).key for key in self.http.get("/oidc/jwks/").json()["keys"]}
        key = keys[jwt.get_unverified_header(token)["kid"]]
        issuer = self.http.get("/.well-known/openid-configuration").json()["issuer"]
        return jwt.decode(token, key, algorithms=["RS256"], audience=self.site.id, issuer=issuer, options=options)
