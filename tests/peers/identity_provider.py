"""A small OpenID Connect provider on a host name of its own, by OpenID Connect Core 1.0 and Discovery 1.0.

It lets in whoever presses its button. What it says, and how it signs it, the tests change: that is what they are for.
"""

import base64
import hashlib
import hmac
import json
import secrets
import threading
import time
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import ec

KID = "key-1"


class IdentityProviderPeer:
    """`person` is whom it knows (claims); `changes` are claims put over those of the ID token, None takes one away;
    `told` those put over what it says of the person when asked."""

    client_id, client_secret = "helpdesk", "a secret of theirs"

    def __init__(self, host="127.0.0.1"):
        self.key, self.kid, self.algorithm = ec.generate_private_key(ec.SECP256R1()), KID, "ES256"
        self.signs_with = None
        self.person = {"sub": "anna-there", "email": "anna@helpdesk.example", "email_verified": True, "name": "Anna"}
        self.changes, self.told, self.document, self.codes, self.asked = {}, {}, {}, {}, []
        peer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                peer.answer(self, "")

            def do_POST(self):
                peer.answer(self, self.rfile.read(int(self.headers.get("Content-Length", 0))).decode())

            def log_message(self, *args):
                """Tests say what they want to know."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.issuer = f"http://{host}:{self.server.server_address[1]}"
        self.reached_at = f"http://127.0.0.1:{self.server.server_address[1]}"
        self.thread = threading.Thread(target=self.server.serve_forever, daemon=True)
        self.thread.start()

    def close(self):
        self.server.shutdown()
        self.server.server_close()
        self.thread.join(5)

    def described(self):
        """The discovery document."""
        usual = {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/jwks",
            "userinfo_endpoint": f"{self.issuer}/userinfo",
            "id_token_signing_alg_values_supported": [self.algorithm],
            "token_endpoint_auth_methods_supported": ["client_secret_basic"],
            "response_types_supported": ["code"],
            "subject_types_supported": ["public"],
        }
        return {name: value for name, value in (usual | self.document).items() if value is not None}

    def jwks(self):
        key = json.loads(jwt.algorithms.ECAlgorithm.to_jwk(self.key.public_key()))
        return {"keys": [{**key, "kid": self.kid, "use": "sig", "alg": "ES256"}]}

    def grant(self, query):
        """The person pressed the button: a code for who asked by this query."""
        code = secrets.token_urlsafe(16)
        self.codes[code] = query
        return code

    def id_token(self, nonce):
        now = int(time.time())
        claims = {
            **self.person,
            "iss": self.issuer,
            "aud": self.client_id,
            "iat": now,
            "exp": now + 300,
            "nonce": nonce,
        } | self.changes
        claims = {name: value for name, value in claims.items() if value is not None}
        key, algorithm = self.signs_with or (self.key, self.algorithm)
        if algorithm == "HS256":
            return _by_secret(claims, key, self.kid)
        return jwt.encode(claims, key, algorithm=algorithm, headers={"kid": self.kid})

    def answer(self, request, body):
        parts = urlsplit(request.path)
        query = {name: values[0] for name, values in parse_qs(parts.query or body).items()}
        self.asked.append((parts.path, query))
        if parts.path == "/.well-known/openid-configuration":
            return _json(request, 200, self.described())
        if parts.path == "/jwks":
            return _json(request, 200, self.jwks())
        if parts.path == "/authorize":
            back = {"code": self.grant(query), "state": query["state"]}
            return _page(request, f'<a id="yes" href="{query["redirect_uri"]}?{urlencode(back)}">It is me</a>')
        if parts.path == "/token":
            return self._token(request, query)
        if parts.path == "/userinfo" and request.headers.get("Authorization") == "Bearer a":
            return _json(request, 200, self.person | self.told)
        return _json(request, 404, {})

    def _token(self, request, form):
        pair = base64.b64encode(f"{self.client_id}:{self.client_secret.replace(' ', '%20')}".encode()).decode()
        asked = self.codes.pop(form.get("code"), None)
        if request.headers.get("Authorization") != f"Basic {pair}":
            return _json(request, 401, {"error": "invalid_client"})
        proof = base64.urlsafe_b64encode(hashlib.sha256(form.get("code_verifier", "").encode()).digest())
        is_theirs = asked and asked["code_challenge"] == proof.rstrip(b"=").decode()
        if not is_theirs or asked["redirect_uri"] != form.get("redirect_uri"):
            return _json(request, 400, {"error": "invalid_grant"})
        return _json(
            request, 200, {"access_token": "a", "token_type": "Bearer", "id_token": self.id_token(asked["nonce"])}
        )


def _by_secret(claims, key, kid):
    """Signed with what is public as if it were a secret, which PyJWT refuses to do."""
    parts = [{"alg": "HS256", "typ": "JWT", "kid": kid}, claims]
    signed = b".".join(base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=") for part in parts)
    proof = base64.urlsafe_b64encode(hmac.digest(key, signed, "sha256")).rstrip(b"=")
    return (signed + b"." + proof).decode()


@contextmanager
def identity_provider(host="127.0.0.1"):
    peer = IdentityProviderPeer(host)
    try:
        yield peer
    finally:
        peer.close()


def _json(request, status, document):
    _write(request, status, json.dumps(document).encode(), "application/json")


def _page(request, html):
    body = f"<!doctype html><html lang=en><title>A provider</title><body>{html}</body></html>".encode()
    _write(request, 200, body, "text/html; charset=utf-8")


def _write(request, status, body, content_type):
    request.send_response(status)
    request.send_header("Content-Type", content_type)
    request.send_header("Content-Length", str(len(body)))
    request.end_headers()
    request.wfile.write(body)
