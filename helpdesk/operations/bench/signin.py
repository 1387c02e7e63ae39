"""What coming in costs: a sign-in by a password, a refusal, and what every request asks of a session and a token."""

import time
from argparse import ArgumentParser
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.contrib.auth import SESSION_KEY
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.utils import timezone

from helpdesk.accounts.actions import tokens
from helpdesk.accounts.backends import Backend
from helpdesk.accounts.enums import Role
from helpdesk.accounts.models import ApiToken, Attempt, User
from helpdesk.accounts.sessions import SessionStore
from helpdesk.operations.bench.figures import machine, spread
from helpdesk.operations.bench.scratch import scratch_database

PASSWORD = "a sentence for measuring"  # noqa: S105 - of a person who exists for the length of a measure
LOGIN = "/accounts/login/"
TOKENS = 2_000
HOST = "127.0.0.1"


def arguments(parser: ArgumentParser) -> None:
    parser.add_argument(
        "--times", type=int, default=40, help="repeats of what hashes; what does not is done 25 times more"
    )


def run(options: dict[str, Any]) -> dict[str, Any]:
    """`hash_percent` is the share of Argon2 in a sign-in; the rest is forms, sessions, journal and template."""
    times = options["times"]
    call_command("collectstatic", interactive=False, verbosity=0)
    with scratch_database():
        person = User.objects.create_user("bench@helpdesk.example", PASSWORD, name="Bench", role=Role.AGENT)
        token, key = _token(person), _session(person)
        sign_in, refusal = _measure(_sign_in, times), _measure(_refused, times)
        hashed = _measure(lambda: person.check_password(PASSWORD), times)
        return {
            "benchmark": "signin",
            "machine": machine(),
            "sign_in": sign_in,
            "refusal": refusal,
            "hash": hashed,
            "hash_percent": round(100 * hashed["p50_ms"] / sign_in["p50_ms"]),
            "session_check": _measure(lambda: _who(key), times * 25),
            "token_check": _measure(lambda: tokens.find(token), times * 25),
        }


def _measure(call: Callable[[], Any], times: int) -> dict[str, Any]:
    """Milliseconds, and how many statements each is."""
    for _index in range(3):
        call()
    ran: list[str] = []

    def count(execute: Callable[..., Any], sql: str, *others: Any) -> Any:
        ran.append(sql)
        return execute(sql, *others)

    with connection.execute_wrapper(count):
        call()
    seconds = []
    for _index in range(times):
        begin = time.perf_counter()
        call()
        seconds.append(time.perf_counter() - begin)
    return {**spread(seconds), "statements": len(ran)}


def _sign_in() -> None:
    answer = Client(HTTP_HOST=HOST).post(LOGIN, {"login": "bench@helpdesk.example", "password": PASSWORD})
    assert answer.status_code == 302, answer.status_code


def _refused() -> None:
    """The tries before this one are made old, so that none has to wait."""
    answer = Client(HTTP_HOST=HOST).post(LOGIN, {"login": "bench@helpdesk.example", "password": "wrong"})
    assert answer.status_code == 422, answer.status_code
    Attempt.objects.update(at=timezone.now() - timedelta(days=1))


def _session(person: User) -> str:
    store = SessionStore()
    store[SESSION_KEY] = str(person.pk)
    store.create()
    return str(store.session_key)


def _who(key: str) -> User | None:
    """What a request asks to know who has this session."""
    return Backend().get_user(int(SessionStore(key)[SESSION_KEY]))


def _token(person: User) -> str:
    """One of many."""
    ApiToken.objects.bulk_create(
        ApiToken(user=person, name=f"token {index}", digest=tokens.digest_of(str(index)), hint="hd_")
        for index in range(TOKENS)
    )
    return tokens.issue(user=person, by=None, name="bench")
