"""Attacks on what stands between a first proof and being in, and on what is asked once more (C01, C05 to C08, C13, C14,
C18)."""

import re

import pytest
from django.contrib.auth import SESSION_KEY, authenticate
from django.test import Client
from django.urls import URLResolver, get_resolver

from helpdesk.accounts.actions import browsers, passwords, staff_invitations
from helpdesk.accounts.adapter import AccountAdapter
from helpdesk.accounts.enums import Role
from helpdesk.accounts.models import KnownBrowser, RoleRule
from helpdesk.accounts.signals import staff_invited
from helpdesk.notifications.live.channels import Shut, listener
from helpdesk.notifications.models import Delivery
from tests.factories import StaffFactory, TicketFactory, UserFactory
from tests.helpdesk.accounts.ways import PASSWORD, app_code, sign_in, with_app

SECOND = "/accounts/second-factor/"


@pytest.fixture
def clara(db):
    return UserFactory(name="Clara Weiss", email="clara@shop.example", password=PASSWORD)


@pytest.fixture
def secret(clara):
    return with_app(clara)[0]


def person_in(client):
    return client.session.get(SESSION_KEY)


def test_c01_who_has_a_second_factor_is_seen_after_the_password_alone(client, clara, secret):
    UserFactory(email="jonas@shop.example", password=PASSWORD)

    pages = [
        re.sub(r'(value|nonce|data-options)="[^"]+"', "", sign_in(client, person, "wrong").content.decode())
        for person in (clara, UserFactory(email="jonas2@shop.example", password=PASSWORD))
    ]

    assert pages[0] == pages[1]
    assert "second" not in pages[0].partition("<main")[2]


@pytest.fixture
def invited(db):
    """The secret of an invitation among the staff."""
    heard = []
    staff_invited.connect(listen := lambda secret, **facts: heard.append(secret))
    ada = StaffFactory(role=Role.ADMINISTRATOR)
    made = {"name": "", "role": Role.AGENT, "teams": [], "language": "", "from_address": "192.0.2.1"}
    invitation = staff_invitations.invite(by=ada, address="lena@helpdesk.example", **made)
    staff_invited.disconnect(listen)
    return ada, invitation, heard[0]


def join(client, secret):
    return client.post(f"/accounts/invitation/{secret}/", {"name": "Lena", "password": "quite another sentence"})


def test_c05_invitation_of_a_colleague_works_once(invited):
    _ada, _invitation, secret = invited

    assert [join(Client(), secret).status_code for _index in range(2)] == [302, 410]


def test_c05_invitation_of_a_colleague_ends_with_the_next_one(invited):
    ada, invitation, secret = invited

    staff_invitations.resend(invitation=invitation, by=ada, from_address="192.0.2.1")

    assert join(Client(), secret).status_code == 410


@pytest.mark.parametrize("secret", ["%20", "%00", "+", "null", "a", "%ff", "x" * 43, "x" * 5000])
def test_c06_used_invitation_opens_to_no_other_secret(invited, secret):
    join(Client(), invited[2])
    client = Client()

    assert join(client, secret).status_code in (404, 410)
    assert person_in(client) is None


def test_c07_key_of_the_session_is_new_after_every_step(clara, secret):
    client = Client()
    session = client.session
    session["planted"] = True
    session.save()
    keys = [session.session_key]
    client.cookies["sessionid"] = keys[0]

    sign_in(client, clara)
    keys.append(client.cookies["sessionid"].value)
    client.post(SECOND, {"code": app_code(secret)})
    keys.append(client.cookies["sessionid"].value)
    client.post("/accounts/proof/", {"password": PASSWORD})
    keys.append(client.cookies["sessionid"].value)

    assert len(set(keys)) == 4
    attackers = [Client() for _key in keys[:-1]]
    for attacker, key in zip(attackers, keys, strict=False):
        attacker.cookies["sessionid"] = key
    assert [attacker.get("/cabinet/").status_code for attacker in attackers] == [302] * 3
    assert client.get("/cabinet/").status_code == 200


def test_c07_half_way_in_is_not_in(clara, secret):
    client = Client()
    sign_in(client, clara)

    opened = [
        client.get(path) for path in ("/cabinet/", "/accounts/security/", "/accounts/password/", "/accounts/proof/")
    ]

    assert person_in(client) is None
    assert all(answer["Location"].startswith("/accounts/login/") for answer in opened)


def test_c07_second_factor_of_one_person_lets_no_other_in(clara, secret):
    sergei = UserFactory(email="sergei@stranger.example", password=PASSWORD)
    his = with_app(sergei)[0]
    client = Client()
    sign_in(client, clara)

    assert client.post(SECOND, {"code": app_code(his)}).status_code == 422
    assert person_in(client) is None


def test_c08_trusted_browsers_end_with_the_password(clara, secret):
    client = Client()
    sign_in(client, clara)
    client.post(SECOND, {"code": app_code(secret), "trust": "on"})
    trusted = KnownBrowser.objects.trusted().count()

    passwords.change(user=clara, new="quite another sentence", by=clara)

    assert (trusted, KnownBrowser.objects.trusted().count()) == (1, 0)
    assert client.get("/cabinet/").status_code == 302


def test_c08_stream_of_whoever_owes_a_second_factor_is_shut(db):
    RoleRule.objects.update_or_create(role=Role.AGENT, defaults={"requires_mfa": True})
    anna, client = StaffFactory(email="anna@helpdesk.example", password=PASSWORD), Client()
    sign_in(client, anna)

    with pytest.raises(Shut) as shut:
        listener(client.session.session_key, "ticket", str(TicketFactory().number))

    assert shut.value.status == 401


@pytest.mark.parametrize("password", ["", "\0", "\0\0"])
def test_c13_no_backend_is_asked_without_a_password(rf, clara, password, monkeypatch):
    asked = []
    monkeypatch.setattr("allauth.account.adapter.authenticate", lambda request, **given: asked.append(given))

    found = AccountAdapter().authenticate(rf.post("/accounts/login/"), email=clara.email, password=password)

    assert (found, asked) == (None, [])


@pytest.mark.parametrize("password", ["", None, "\0"])
def test_c13_nobody_is_in_without_a_password(rf, clara, password):
    clara.set_unusable_password()
    clara.save()

    assert authenticate(rf.post("/"), email=clara.email, password=password) is None
    assert Client().post("/accounts/login/", {"login": clara.email, "password": password or ""}).status_code == 422


def routes(patterns, route=""):
    for pattern in patterns:
        here = route + str(pattern.pattern)
        yield from routes(pattern.url_patterns, here) if isinstance(pattern, URLResolver) else [here]


def test_c14_no_page_sets_anything_up_before_somebody_is_in(db):
    words = re.compile(r"setup|set-up|install|wizard|first-run", re.I)

    assert [route for route in routes(get_resolver().url_patterns) if words.search(route)] == []
    for path in ("/setup/", "/install/", "/setup/wizard/", "/accounts/signup/"):
        assert Client().get(path).status_code in (302, 404)


def test_c18_guessing_codes_ends_and_the_right_one_comes_too_late(clara, secret):
    attacker = Client(REMOTE_ADDR="203.0.113.9")
    sign_in(attacker, clara)

    answers = [attacker.post(SECOND, {"code": f"{n:06}"}).status_code for n in range(6)]

    assert answers == [422] * 5 + [429]
    assert attacker.post(SECOND, {"code": app_code(secret)}).status_code == 429
    assert person_in(attacker) is None


def test_c18_many_networks_together_are_stopped_at_the_codes_of_one_person(clara, secret):
    answers = []
    for index in range(21):
        attacker = Client(REMOTE_ADDR=f"10.0.{index}.1")
        sign_in(attacker, clara)
        answers.append(attacker.post(SECOND, {"code": "000000"}).status_code)

    assert answers == [422] * 20 + [429]


def test_c18_victims_own_browser_is_not_locked_out_by_strangers(clara):
    hers = Client(REMOTE_ADDR="192.0.2.10")
    sign_in(hers, clara)
    hers.post("/accounts/logout/")
    for index in range(101):
        sign_in(Client(REMOTE_ADDR=f"10.1.{index}.1"), clara, "guess")

    elsewhere = sign_in(Client(REMOTE_ADDR="192.0.2.10"), clara)
    known = sign_in(hers, clara)

    assert (elsewhere.status_code, known.status_code) == (429, 302)


def test_c18_cookie_of_one_person_gives_no_further_tries_at_another(clara):
    sergei = UserFactory(email="sergei@stranger.example", password=PASSWORD)
    his = Client(REMOTE_ADDR="203.0.113.9")
    sign_in(his, sergei)
    his.post("/accounts/logout/")

    answers = [sign_in(his, clara, f"guess {index}").status_code for index in range(6)]

    assert answers == [422] * 5 + [429]
    assert browsers.known_to(clara.email, his.cookies["browser"].value) == ""


def test_c18_flood_of_refusals_is_few_letters(clara):
    for index in range(60):
        sign_in(Client(REMOTE_ADDR=f"10.2.{index}.1"), clara, "guess")

    assert Delivery.objects.count() == 1
