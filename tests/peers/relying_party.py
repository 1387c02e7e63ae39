"""A small real site that people enter with Helpdesk: its own host name, its own sessions, its own cookie.

By OpenID Connect Core 1.0 (code flow), RP-Initiated Logout 1.0 and Back-Channel Logout 1.0, with requests and PyJWT.
"""

import secrets
import threading
from contextlib import contextmanager
from http.cookies import SimpleCookie
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt
import requests

from tests.peers.sites import pkce

EVENT = "http://schemas.openid.net/event/backchannel-logout"


class RelyingParty:
    """`told` are the logout tokens that came and were believed; `refuses` makes it answer 500 to so many of them."""

    def __init__(self, host="127.0.0.1"):
        self.sessions, self.waiting = {}, {}
        self.told, self.turned_away = [], []
        self.refuses, self.known_keys = 0, None
        party = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                party.answer(self, "")

            def do_POST(self):
                party.answer(self, self.rfile.read(int(self.headers.get("Content-Length", 0))).decode())

            def log_message(self, *args):
                """Tests say what they want to know."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.port = self.server.server_address[1]
        self.base = f"http://{host}:{self.port}"
        self.reached_at = f"http://127.0.0.1:{self.port}"
        self.thread = threading.Thread(target=self.server.serve_forever, daemon=True)
        self.thread.start()

    def close(self):
        self.server.shutdown()
        self.server.server_close()
        self.thread.join(5)

    def knows(self, issuer, client_id, secret):
        """What an administrator enters at the site."""
        self.provider = requests.get(f"{issuer}/.well-known/openid-configuration", timeout=10).json()
        assert self.provider["issuer"] == issuer
        self.client_id, self.secret = client_id, secret

    @property
    def people(self):
        """Who is signed in now, by name."""
        return sorted(session["claims"]["name"] for session in self.sessions.values())

    def answer(self, request, body):
        parts = urlsplit(request.path)
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        cookie = SimpleCookie(request.headers.get("Cookie", "")).get("site")
        session = self.sessions.get(cookie.value) if cookie else None
        views = {
            "/": self._home,
            "/enter": self._enter,
            "/callback": self._callback,
            "/leave": self._leave,
            "/bye": self._bye,
            "/backchannel": self._backchannel,
        }
        view = views.get(parts.path)
        if view is None:
            return _write(request, 404, "Not here")
        return view(request, {**query, **{n: v[0] for n, v in parse_qs(body).items()}}, session)

    def _home(self, request, query, session):
        if session is None:
            return _write(request, 200, '<p id="who">Nobody</p><a id="enter" href="/enter">Sign in</a>')
        name = session["claims"]["name"]
        return _write(request, 200, f'<p id="who">{name}</p><a id="leave" href="/leave">Sign out</a>')

    def _enter(self, request, query, session):
        verifier, challenge = pkce()
        state, nonce = secrets.token_urlsafe(16), secrets.token_urlsafe(16)
        self.waiting[state] = (verifier, nonce)
        asked = {
            "response_type": "code",
            "client_id": self.client_id,
            "redirect_uri": f"{self.base}/callback",
            "scope": "openid profile email",
            "state": state,
            "nonce": nonce,
            "code_challenge": challenge,
            "code_challenge_method": "S256",
        }
        return _lead(request, f"{self.provider['authorization_endpoint']}?{urlencode(asked)}")

    def _callback(self, request, query, session):
        if query.get("iss") != self.provider["issuer"] or query.get("state") not in self.waiting or "code" not in query:
            return _write(request, 400, f'<p id="who">Refused: {query.get("error", "state")}</p>')
        verifier, nonce = self.waiting.pop(query["state"])
        form = {
            "grant_type": "authorization_code",
            "code": query["code"],
            "redirect_uri": f"{self.base}/callback",
            "code_verifier": verifier,
        }
        answer = requests.post(
            self.provider["token_endpoint"], data=form, auth=(self.client_id, self.secret), timeout=10
        )
        claims = self.read(answer.json()["id_token"])
        assert claims["nonce"] == nonce
        key = secrets.token_urlsafe(16)
        self.sessions[key] = {"claims": claims, "id_token": answer.json()["id_token"]}
        return _lead(request, "/", f"site={key}; Path=/; HttpOnly; SameSite=Lax")

    def _leave(self, request, query, session):
        if session is None:
            return _lead(request, "/")
        asked = {"id_token_hint": session["id_token"], "post_logout_redirect_uri": f"{self.base}/bye", "state": "s1"}
        return _lead(request, f"{self.provider['end_session_endpoint']}?{urlencode(asked)}")

    def _bye(self, request, query, session):
        return _write(request, 200, f'<p id="who">Nobody</p><p id="state">{query.get("state", "")}</p>')

    def _backchannel(self, request, query, session):
        """Section 2.6 of Back-Channel Logout 1.0."""
        if self.refuses:
            self.refuses -= 1
            return _write(request, 500, "not now")
        try:
            token = query["logout_token"]
            claims = self.read(token)
            assert jwt.get_unverified_header(token)["typ"] == "logout+jwt"
            assert claims["events"] == {EVENT: {}}
            assert "nonce" not in claims
            assert claims["jti"] not in [each["jti"] for each in self.told]
        except (KeyError, AssertionError, jwt.PyJWTError) as error:
            self.turned_away.append(repr(error))
            return _write(request, 400, "no")
        self.told.append(claims)
        gone = [key for key, kept in self.sessions.items() if kept["claims"]["sid"] == claims["sid"]]
        for key in gone:
            del self.sessions[key]
        return _write(request, 200, "")

    def read(self, token):
        """Section 3.1.3.7 of Core: signature, issuer, audience, time."""
        keys = self.known_keys or requests.get(self.provider["jwks_uri"], timeout=10).json()["keys"]
        kid = jwt.get_unverified_header(token)["kid"]
        (key,) = [jwt.PyJWK(each).key for each in keys if each["kid"] == kid]
        return jwt.decode(
            token, key, algorithms=["RS256"], audience=self.client_id, issuer=self.provider["issuer"], leeway=5
        )


@contextmanager
def relying_party(host="127.0.0.1"):
    party = RelyingParty(host)
    try:
        yield party
    finally:
        party.close()


def _write(request, status, html):
    body = f"<!doctype html><html lang=en><title>A site</title><body>{html}</body></html>".encode()
    request.send_response(status)
    request.send_header("Content-Type", "text/html; charset=utf-8")
    request.send_header("Content-Length", str(len(body)))
    request.end_headers()
    request.wfile.write(body)


def _lead(request, url, cookie=""):
    request.send_response(302)
    request.send_header("Location", url)
    if cookie:
        request.send_header("Set-Cookie", cookie)
    request.send_header("Content-Length", "0")
    request.end_headers()
