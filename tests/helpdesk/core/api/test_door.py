"""The API's door: tokens, problems, the description."""

import json

import pytest
from django.test import Client
from django.utils import timezone

from helpdesk.accounts.actions import tokens
from helpdesk.accounts.models import ApiToken
from helpdesk.accounts.scopes import Scope
from helpdesk.api import api
from tests.factories import StaffFactory, TicketFactory, UserFactory
from tests.programs import Program, problem_of

TICKETS = "/api/v1/tickets/"


def asked_with(token):
    return Client().get(TICKETS, headers={"Authorization": f"Bearer {token}"})


def test_no_token_is_answered_with_the_challenge(db):
    response = Client().get(TICKETS)

    assert problem_of(response)["status"] == 401
    assert response["WWW-Authenticate"] == 'Bearer realm="helpdesk"'


@pytest.mark.parametrize("token", ["", " ", "x", "hd_", "hd_" + "a" * 43, "hd_" + "я" * 43, "hd_" + "a" * 5000, "null"])
def test_token_that_is_none_of_ours_opens_nothing(db, token):
    response = Client().get(TICKETS, headers={"Authorization": f"Bearer {token}".encode().decode("latin-1")})

    assert problem_of(response)["status"] == 401


def test_token_by_another_scheme_or_in_the_url_opens_nothing(db):
    token = tokens.issue(user=StaffFactory(), by=None, name="t")

    assert Client().get(TICKETS, headers={"Authorization": f"Token {token}"}).status_code == 401
    assert Client().get(TICKETS, {"token": token, "access_token": token}).status_code == 401


def test_token_revoked_expired_or_of_somebody_switched_off_opens_nothing(db):
    revoked, expired, gone = (tokens.issue(user=StaffFactory(), by=None, name=name) for name in ("r", "e", "g"))
    assert [asked_with(token).status_code for token in (revoked, expired, gone)] == [200, 200, 200]

    tokens.revoke(token=ApiToken.objects.get(name="r"), by=StaffFactory())
    ApiToken.objects.filter(name="e").update(expires_at=timezone.now())
    owner = ApiToken.objects.get(name="g").user
    owner.is_active = False
    owner.save()

    assert [asked_with(token).status_code for token in (revoked, expired, gone)] == [401, 401, 401]


def test_signed_in_browser_is_nobody_to_the_api(db):
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(StaffFactory(), backend="helpdesk.accounts.backends.Backend")

    assert problem_of(browser.get(TICKETS))["status"] == 401
    assert problem_of(browser.post(TICKETS, "{}", content_type="application/json"))["status"] == 401


def test_token_acts_as_its_owner_whoever_is_signed_in(db):
    clara = UserFactory()
    TicketFactory(requester=UserFactory())
    caller = Program(clara)
    caller.force_login(StaffFactory(), backend="helpdesk.accounts.backends.Backend")

    assert caller.get(TICKETS).json()["items"] == []


def test_other_origins_are_not_let_in(db):
    response = Program(StaffFactory()).get(TICKETS, headers={"Origin": "https://evil.example"})
    preflight = Client().options(TICKETS, headers={"Origin": "https://evil.example"})

    assert [name for name in response.headers if name.startswith("Access-Control")] == []
    assert [name for name in preflight.headers if name.startswith("Access-Control")] == []


def test_answers_are_kept_by_no_cache(db):
    assert Program(StaffFactory()).get(TICKETS)["Cache-Control"] == "no-store"


@pytest.mark.parametrize("method", ["put", "patch", "delete"])
def test_wrong_method_is_a_problem_that_says_what_is_right(db, method):
    response = getattr(Program(StaffFactory()), method)(TICKETS)

    assert problem_of(response)["status"] == 405
    assert set(response["Allow"].split(", ")) == {"GET", "POST"}


@pytest.mark.parametrize("address", ["/api/v1/", "/api/v1/nothing/", "/api/", "/api/v2/tickets/"])
def test_unknown_address_is_a_problem(db, address):
    assert problem_of(Client().get(address))["status"] == 404


HOSTILE = [
    {"limit": "0"},
    {"limit": "101"},
    {"limit": "9" * 5000},
    {"limit": "1e3"},
    {"cursor": "x"},
    {"cursor": "\0"},
    {"cursor": "WyJvbGRlciIsIDEsIDFd"},
    {"cursor": "WyJhZnRlciIsIDFd" * 50},
    {"q": "\0"},
    {"q": "a" * 501},
    {"status": "lost"},
    {"assignee": "' OR 1=1"},
    {"assignee": "9" * 30},
    {"assignee": "\0@x"},
    {"assignee": "²"},
    {"updated_since": "yesterday"},
    {"updated_since": "2026-01-01T00:00:00"},
    {"updated_since": "1e400"},
]


@pytest.mark.parametrize("asked", HOSTILE, ids=lambda asked: repr(asked)[:40])
def test_value_that_cannot_be_used_is_named(db, asked):
    (name,) = asked

    document = problem_of(Program(StaffFactory()).get(TICKETS, asked))

    assert document["status"] == 422
    assert name in json.dumps(document)


@pytest.mark.parametrize("number", ["0", "-1", "9223372036854775808", "9" * 5000, "x", "1.5", "%00", "²", "٣"])
def test_number_that_no_ticket_can_have_is_a_problem(db, number):
    for address in (f"tickets/{number}/", f"tickets/{number}/messages/", f"customers/{number}/"):
        document = problem_of(Program(StaffFactory()).get(f"/api/v1/{address}"))

        assert document["status"] in (404, 422)


def test_search_words_of_every_kind_break_nothing(db):
    caller = Program(StaffFactory())
    for words in ("'", '"', "a & b | !c", "<->", ":*", "\\", "%", "-", "or or or", "\ud7ff", "\U0001f4a5", "()" * 200):
        assert caller.get("/api/v1/search/", {"q": words}).status_code == 200


def test_every_operation_documents_its_errors_and_asks_for_a_token(db):
    schema = Client().get("/api/v1/openapi.json").json()
    for path, operations in schema["paths"].items():
        for method, operation in operations.items():
            [[scope]] = [security["BearerToken"] for security in operation["security"]]
            assert scope in Scope.values, (path, method)
            assert f"`{scope}`" in operation["description"], (path, method)
            assert {"400", "401", "403", "422", "429"} <= set(operation["responses"]), (path, method)
            for status, answer in operation["responses"].items():
                if status.startswith("4") and status != "414":
                    assert list(answer["content"]) == ["application/problem+json"], (path, method, status)


def test_operations_have_ids_that_are_plain_words_each_once():
    """Programs are made from them: they stay."""
    paths = api.get_openapi_schema()["paths"].values()
    names = [operation["operationId"] for operations in paths for operation in operations.values()]

    assert len(names) == len(set(names))
    assert all(name.islower() and name.isidentifier() for name in names)
    assert {"list_tickets", "get_ticket", "open_ticket", "write_reply", "add_customer", "upload_file"} <= set(names)


def test_answer_in_another_form_is_not_acceptable(db):
    response = Program(StaffFactory()).get(TICKETS, headers={"Accept": "text/html"})

    assert problem_of(response)["status"] == 406


def test_parameter_that_is_not_known_is_named(db):
    document = problem_of(Program(StaffFactory()).get(TICKETS, {"stauts": "open"}))

    assert document["status"] == 422
    assert "stauts" in document["detail"]


def test_description_names_no_secret_field(db):
    """ATTACKS D11: allow-lists, not models. Only people themselves read and set their signature; `file` is the name of
    the file in which something was found."""
    schemas = api.get_openapi_schema()["components"]["schemas"]
    named = {name for schema in schemas.values() for name in schema.get("properties", {})}
    named -= {"file"} if _with(schemas, "file") == {"Found"} else set()
    named -= {"signature"} if _with(schemas, "signature") == {"MeOut", "MeChange"} else set()

    secret = {"password", "digest", "secret", "token", "signature", "notes", "last_login", "is_staff", "file", "flags"}
    assert "sha256" in named
    assert named & secret == set()


def _with(schemas, name):
    return {kind for kind, schema in schemas.items() if name in schema.get("properties", {})}
