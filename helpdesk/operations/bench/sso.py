"""What single sign-on costs: a site's authorization request, the exchange of its code, who an access token is of."""

import base64
import hashlib
import secrets
import time
from argparse import ArgumentParser
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from django.test import Client

from helpdesk.accounts.enums import Role
from helpdesk.accounts.models import User
from helpdesk.accounts.sso.actions.sites import new_secret
from helpdesk.accounts.sso.enums import Scope
from helpdesk.accounts.sso.models import Site
from helpdesk.operations.bench.figures import machine, spread
from helpdesk.operations.bench.scratch import scratch_database

WARM_UP = 5
CALLBACK = "https://bench.example/callback"


def arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--requests", type=int, default=100, help="repeats of each measure")


def run(options: dict[str, Any]) -> dict[str, Any]:
    """One person signed in, one site. Times are of the program alone, without a network between."""
    with scratch_database(keep=False):
        person = User.objects.create_user("sso@bench.example", name="Bench", role=Role.AGENT)
        site = _Site(person)
        tokens = site.enter()
        return {
            "benchmark": "sso",
            "machine": machine(),
            "authorize": _measured(lambda: site.code(), options["requests"]),
            "exchange": _measured(site.exchange, options["requests"], prepare=site.code),
            "userinfo": _measured(lambda: site.userinfo(tokens), options["requests"]),
        }


class _Site:
    def __init__(self, person: User) -> None:
        self.site = Site(name="Bench", redirect_uris=CALLBACK, skip_consent=True, allowed_roles=[person.role])
        self.secret = new_secret(self.site)
        self.site.set_scopes(Scope.values)
        self.site.set_grant_types(["authorization_code", "refresh_token"])
        self.site.save()
        self.browser, self.program = Client(SERVER_NAME="127.0.0.1"), Client(SERVER_NAME="127.0.0.1")
        self.browser.force_login(person)
        self.verifier = secrets.token_urlsafe(48)
        digest = hashlib.sha256(self.verifier.encode()).digest()
        query = {
            "response_type": "code",
            "client_id": self.site.id,
            "redirect_uri": CALLBACK,
            "scope": "openid profile email roles offline_access",
            "state": "s",
            "nonce": "n",
            "code_challenge": base64.urlsafe_b64encode(digest).rstrip(b"=").decode(),
            "code_challenge_method": "S256",
        }
        self.path = f"/oidc/authorize/?{urlencode(query)}"

    def code(self) -> str:
        answer = self.browser.get(self.path)
        return parse_qs(urlsplit(answer["Location"]).query)["code"][0]

    def exchange(self, code: str) -> Any:
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": CALLBACK,
            "code_verifier": self.verifier,
            "client_id": self.site.id,
            "client_secret": self.secret,
        }
        answer = self.program.post("/oidc/token/", form)
        assert answer.status_code == 200, answer.content
        return answer.json()

    def enter(self) -> Any:
        return self.exchange(self.code())

    def userinfo(self, tokens: Any) -> None:
        headers = {"Authorization": f"Bearer {tokens['access_token']}"}
        assert self.program.get("/oidc/userinfo/", headers=headers).status_code == 200


def _measured(act: Callable[..., Any], times: int, *, prepare: Callable[[], Any] | None = None) -> dict[str, float]:
    taken = []
    for number in range(WARM_UP + times):
        given = [prepare()] if prepare else []
        began = time.perf_counter()
        act(*given)
        if number >= WARM_UP:
            taken.append(time.perf_counter() - began)
    return spread(taken)
