"""Passkeys: made, shown, and nothing else taken for one."""

import json
import time

import pytest
from allauth.mfa.models import Authenticator as Row
from django.contrib.auth import SESSION_KEY
from django.test import Client

from helpdesk.accounts.ceremonies import CEREMONY_SECONDS
from helpdesk.journal.models import Entry
from tests.helpdesk.accounts.ways import app_code, asked_on, sign_in, with_app
from tests.peers.authenticator import PRESENT, Authenticator

NEW, COME_IN = "/accounts/security/passkeys/", "/accounts/passkey/"


def person_in(client):
    return client.session.get(SESSION_KEY)


@pytest.fixture(autouse=True)
def localhost(settings):
    settings.SITE_URL = "http://localhost"
    settings.ALLOWED_HOSTS = ["localhost", "testserver"]


@pytest.fixture
def hers(clara):
    """Clara's authenticator, with a passkey of hers."""
    authenticator, browser = Authenticator(), Client()
    sign_in(browser, clara)
    options, state = asked_on(browser.get(NEW), "make")
    answer = browser.post(NEW, {"credential": authenticator.make(options), "state": state, "name": "Laptop"})
    assert answer.context["codes"]
    return authenticator


def come_in(client, authenticator, *, change=None, **facts):
    options, state = asked_on(client.get("/accounts/login/"))
    answer = authenticator.show(options, **facts)
    return client.post(
        COME_IN, {"credential": change(answer) if change else answer, "state": state, "next": "/cabinet/"}
    )


def test_passkey_is_the_whole_way_in(client, clara, hers):
    answer = come_in(client, hers)

    assert (answer.status_code, answer["Location"]) == (302, "/cabinet/")
    assert person_in(client) == str(clara.pk)
    entry = Entry.objects.filter(verb="signed_in").latest("pk")
    assert (entry.facts["way"], entry.facts["factor"]) == ("passkey", "passkey")


def test_page_that_offers_it_writes_nothing(client, clara, hers):
    client.get("/accounts/login/")

    assert "sessionid" not in client.cookies


def test_answer_counts_once(clara, hers):
    first, second = Client(), Client()
    options, state = asked_on(first.get("/accounts/login/"))
    form = {"credential": hers.show(options), "state": state}

    answers = [browser.post(COME_IN, form).status_code for browser in (first, second)]

    assert answers == [302, 422]
    assert person_in(second) is None


def test_answer_that_took_too_long_does_not_count(client, clara, hers, monkeypatch):
    options, state = asked_on(client.get("/accounts/login/"))
    form = {"credential": hers.show(options), "state": state}
    late = time.time() + CEREMONY_SECONDS + 1
    monkeypatch.setattr("time.time", lambda: late)

    answer = client.post(COME_IN, form)

    assert answer.status_code == 422
    assert "took too long" in answer.content.decode()


def other_key(answer):
    return json.dumps(json.loads(answer) | {"id": "AAAA", "rawId": "AAAA"})


def other_person(answer):
    said = json.loads(answer)
    said["response"]["userHandle"] = "OTk5OTk5"
    return json.dumps(said)


@pytest.mark.parametrize(
    "change",
    [
        other_key,
        other_person,
        lambda _answer: "",
        lambda _answer: "[]",
        lambda _answer: "{}",
        lambda _answer: "x" * 30_000,
    ],
    ids=["another key", "another person", "empty", "list", "nothing in it", "long"],
)
def test_anything_else_lets_nobody_in(client, clara, hers, change):
    answer = come_in(client, hers, change=change)

    assert answer.status_code == 422
    assert person_in(client) is None


def test_another_site_lets_nobody_in(client, clara, hers):
    hers.origin = "https://evil.example"

    assert come_in(client, hers).status_code == 422
    assert person_in(client) is None


def test_finger_face_or_pin_is_needed(client, clara, hers):
    assert come_in(client, hers, flags=PRESENT).status_code == 422


def test_made_up_state_is_not_taken(client, clara, hers):
    options, _state = asked_on(client.get("/accounts/login/"))

    answer = client.post(COME_IN, {"credential": hers.show(options), "state": "made up"})

    assert answer.status_code == 422


def test_whoever_is_switched_off_does_not_come_in(client, clara, hers):
    clara.is_active = False
    clara.save(update_fields=["is_active"])

    assert come_in(client, hers).status_code == 422


def test_passkey_is_a_second_factor_as_well(client, clara, hers):
    sign_in(client, clara)
    options, state = asked_on(client.get("/accounts/second-factor/"))

    answer = client.post("/accounts/second-factor/", {"credential": hers.show(options), "state": state})

    assert (answer.status_code, person_in(client)) == (302, str(clara.pk))


def test_what_was_asked_of_anybody_is_no_second_factor(client, clara, hers):
    options, state = asked_on(client.get("/accounts/login/"))
    sign_in(client, clara)

    answer = client.post("/accounts/second-factor/", {"credential": hers.show(options), "state": state})

    assert answer.status_code == 422


def test_passkey_of_somebody_else_is_no_second_factor(client, clara, sergei, hers):
    with_app(sergei)
    sign_in(client, sergei)
    options, state = asked_on(Client().get("/accounts/login/"))

    answer = client.post("/accounts/second-factor/", {"credential": hers.show(options), "state": state})

    assert answer.status_code == 422


def test_same_passkey_is_added_once(clara, sergei, hers):
    browser = Client()
    sign_in(browser, sergei)
    options, state = asked_on(browser.get(NEW), "make")

    answer = browser.post(NEW, {"credential": hers.make(options), "state": state})

    assert answer.status_code == 422
    assert Row.objects.filter(type="webauthn").count() == 1


def test_several_are_named_renamed_and_removed(client, clara, hers):
    come_in(client, hers)
    second = Authenticator()
    options, state = asked_on(client.get(NEW), "make")
    client.post(NEW, {"credential": second.make(options), "state": state, "name": " Key\u202e on my ring "})
    first_row, second_row = Row.objects.filter(type="webauthn").order_by("pk")

    client.post(f"{NEW}{second_row.pk}/", {"name": "Spare key"})
    client.post(f"{NEW}{first_row.pk}/removal/")

    html = client.get("/accounts/security/").content.decode()
    assert "Spare key" in html
    assert "Laptop" not in html
    renamed = Entry.objects.get(verb="passkey_renamed")
    assert (renamed.facts["before"], renamed.facts["after"]) == ("Key on my ring", "Spare key")


def test_those_of_somebody_else_are_not_there(client, clara, sergei, hers):
    row = Row.objects.get(type="webauthn")
    sign_in(client, sergei)

    answers = [client.post(f"{NEW}{row.pk}/", {"name": "Mine"}), client.post(f"{NEW}{row.pk}/removal/")]

    assert [answer.status_code for answer in answers] == [404, 404]


@pytest.mark.parametrize(
    ("site", "said"),
    [("http://192.0.2.7:8000", "reached by an IP address"), ("http://desk.example", "need https")],
)
def test_page_says_why_there_are_none(client, clara, settings, site, said):
    settings.SITE_URL = site
    sign_in(client, clara)

    html = client.get(NEW).content.decode()

    assert said in html
    assert "data-passkey" not in html
    assert "data-passkey" not in Client().get("/accounts/login/").content.decode()


@pytest.mark.django_db
def test_machine_of_a_developer_is_reached_as_localhost(client, settings):
    settings.SITE_URL = "http://127.0.0.1:8000"

    by_name = client.get("/accounts/login/", headers={"Host": "localhost:8000"})
    by_number = client.get("/accounts/login/")

    assert json.loads(asked_on(by_name)[0])["rpId"] == "localhost"
    assert "data-passkey" not in by_number.content.decode()


def test_guessing_ends(client, clara, hers):
    for _index in range(30):
        assert come_in(client, hers, change=other_key).status_code == 422

    assert come_in(client, hers).status_code == 429


def test_code_proves_where_a_passkey_is_not_at_hand(client, clara, hers):
    secret, _codes = with_app(clara)
    sign_in(client, clara)

    assert client.post("/accounts/second-factor/", {"code": app_code(secret)}).status_code == 302
