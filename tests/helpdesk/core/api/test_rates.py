"""How much a caller may ask of the API within a minute."""

import logging
import time
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace
from uuid import uuid4

import pytest
from django.core.cache import cache
from django.test import Client

from helpdesk.accounts.actions import tokens
from helpdesk.core.api import rates
from helpdesk.core.cache import ForgivingRedisCache
from tests.factories import StaffFactory
from tests.peers.ports import free_port
from tests.programs import Program, problem_of

TICKETS = "/api/v1/tickets/"
NOON = 1_795_000_020  # a full minute


@pytest.fixture
def clock(monkeypatch):
    """The clock by which requests are counted, set by hand."""
    clock = SimpleNamespace(now=NOON + 0.5)
    monkeypatch.setattr(rates, "time", SimpleNamespace(time=lambda: clock.now))
    return clock


@pytest.fixture
def address():
    """An address of the documentation's range that no other test comes from."""
    return f"2001:db8:{uuid4().hex[:4]}:{uuid4().hex[:4]}::1"


@pytest.fixture
def anna(db):
    return StaffFactory(name="Anna")


def statuses(caller, times, **extra):
    return [caller.get(TICKETS, **extra).status_code for _ in range(times)]


def tried(secret, address):
    return Client().get(TICKETS, headers={"Authorization": f"Bearer {secret}"}, REMOTE_ADDR=address)


def test_token_when_its_minute_is_spent_then_it_waits_for_the_next(anna, settings, clock):
    settings.API_REQUESTS_PER_MINUTE = 3
    caller = Program(anna)

    spent = statuses(caller, 5)
    refused = caller.get(TICKETS)
    clock.now += 60

    assert spent == [200, 200, 200, 429, 429]
    assert problem_of(refused)["title"] == "Too Many Requests"
    assert refused["Retry-After"] == "60"
    assert statuses(caller, 1) == [200]


def test_answers_say_what_is_left(anna, settings, clock):
    settings.API_REQUESTS_PER_MINUTE = 2
    caller = Program(anna)
    clock.now += 17

    answers = [caller.get(TICKETS) for _ in range(3)]

    assert [answer["RateLimit"] for answer in answers] == ['"token";r=1;t=43', '"token";r=0;t=43', '"token";r=0;t=43']
    assert {answer["RateLimit-Policy"] for answer in answers} == {'"token";q=2;w=60'}
    assert answers[2]["Retry-After"] == "43"


def test_token_when_another_is_spent_then_it_goes_on(anna, settings, clock):
    settings.API_REQUESTS_PER_MINUTE = 1
    first, second = Program(anna), Program(anna)

    assert statuses(first, 2) == [200, 429]
    assert statuses(second, 1) == [200]


def test_writing_is_counted_with_reading_and_refused_before_it_does_anything(anna, settings, clock):
    settings.API_REQUESTS_PER_MINUTE = 1
    caller = Program(anna)

    caller.get(TICKETS)

    assert problem_of(caller.post_json(TICKETS, {"subject": "x", "text": "x"}))["status"] == 429


def test_no_limit_when_it_is_set_to_none(anna, settings):
    settings.API_REQUESTS_PER_MINUTE = 0

    response = Program(anna).get(TICKETS)

    assert response.status_code == 200
    assert not response.has_header("RateLimit")


def test_address_with_tokens_that_do_not_work_is_told_to_wait(db, settings, clock, address):
    settings.API_FAILURES_PER_MINUTE = 2
    neighbour, stranger = address.replace("::1", "::2"), f"198.51.100.{int(time.time()) % 250}"

    answers = [tried(f"hd_{'a' * 43}", address) for _ in range(4)]

    assert [answer.status_code for answer in answers] == [401, 401, 429, 429]
    assert problem_of(answers[3])["status"] == 429
    assert answers[3]["Retry-After"] == "60"
    assert tried("nonsense", neighbour).status_code == 429
    assert tried("nonsense", stranger).status_code == 401


def test_good_token_is_not_held_up_by_the_failures_of_its_address(anna, settings, clock, address):
    settings.API_FAILURES_PER_MINUTE = 1
    good = tokens.issue(user=anna, by=None, name="t")

    failed = [tried("nonsense", address).status_code for _ in range(2)]

    assert failed == [401, 429]
    assert tried(good, address).status_code == 200


def test_token_without_the_scope_counts_as_one_that_does_not_work(anna, settings, clock, address):
    settings.API_FAILURES_PER_MINUTE = 1
    caller = Program(anna, scopes=["read"])

    answers = [caller.post(TICKETS, {}, content_type="application/json", REMOTE_ADDR=address) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [403, 429]


def test_request_without_a_token_is_not_counted(db, settings, clock, address):
    settings.API_FAILURES_PER_MINUTE = 1

    assert statuses(Client(), 3, REMOTE_ADDR=address) == [401, 401, 401]


def test_cache_when_away_then_there_is_no_limit_and_the_log_says_so(anna, settings, monkeypatch, caplog):
    settings.API_REQUESTS_PER_MINUTE = settings.API_FAILURES_PER_MINUTE = 1
    caller = Program(anna)
    monkeypatch.setattr(rates, "cache", ForgivingRedisCache(f"redis://127.0.0.1:{free_port()}/0", {}))

    answers = [caller.get(TICKETS) for _ in range(3)]
    failed = [tried("nonsense", "203.0.113.77").status_code for _ in range(3)]

    assert [answer.status_code for answer in answers] == [200, 200, 200]
    assert failed == [401, 401, 401]
    assert "cache_away" in caplog.text


def test_limit_that_is_passed_is_logged_once_a_minute_and_without_the_token(anna, settings, clock, caplog):
    settings.API_REQUESTS_PER_MINUTE = 1
    caller = Program(anna)

    statuses(caller, 4)

    lines = [line.getMessage() for line in caplog.records if "api_rate_exceeded" in line.getMessage()]
    assert len(lines) == 1
    assert anna.api_tokens.get().digest[:16] not in caplog.text
    assert all(line.levelno == logging.WARNING for line in caplog.records if "api_rate" in line.getMessage())


def test_count_is_exact_however_many_count_and_is_forgotten_in_time():
    key = f"test:{uuid4()}"

    with ThreadPoolExecutor(8) as threads:
        found = sorted(threads.map(lambda _: cache.count(key, seconds=60), range(200)))

    client = cache._cache.get_client()
    assert found == list(range(1, 201))
    assert 0 < client.ttl(cache.make_key(key)) <= 60
