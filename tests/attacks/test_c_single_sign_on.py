"""Attacks on signing in by way of others, and on signing in at others (C07, C08, C10, C11, C12, C16, C19)."""

from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client

from helpdesk.accounts.enums import Role
from helpdesk.accounts.models import User
from helpdesk.accounts.sso.models import IdentityProvider, OutsideIdentity, Visit
from tests.factories import StaffFactory, UserFactory
from tests.helpdesk.accounts.sso.conftest import (  # noqa: F401 - fixtures
    anna,
    browser,
    peer,
    prove,
    provider,
    shop,
    signing_key,
)
from tests.helpdesk.accounts.sso.test_outside_oidc import come_back, depart, person_in, reasons, sign_in

pytestmark = pytest.mark.django_db


# --- C10: a header that says who comes ---


@pytest.mark.parametrize(
    "name",
    ["Remote-User", "X-Remote-User", "X-Forwarded-User", "X-Forwarded-Email", "X-Auth-Request-Email", "Auth-User"],
)
def test_c10_header_that_names_a_person_signs_nobody_in(client, anna, settings, name):  # noqa: F811
    settings.BEHIND_PROXY = True

    page = client.get("/desk/", headers={name: anna.email}, REMOTE_USER=anna.email)

    assert page.status_code == 302
    assert page["Location"].startswith("/accounts/login/")
    assert person_in(client) is None


# --- C11: linking by an address that nobody proved ---


@pytest.mark.parametrize("said", [False, None, "true", 1, "false"])
def test_c11_address_that_the_provider_does_not_call_verified_links_nobody(client, anna, peer, provider, said):  # noqa: F811
    peer.person |= {"email_verified": said}

    answer = sign_in(client, peer)

    assert answer["Location"] == "/accounts/outside/linking/"
    assert person_in(client) is None
    assert not OutsideIdentity.objects.exists()


@pytest.mark.parametrize("domains", [[], ["other.example"], ["example"], ["sub.helpdesk.example"]])
def test_c11_address_in_a_domain_that_the_provider_does_not_claim_links_nobody(
    client,
    anna,  # noqa: F811
    peer,  # noqa: F811
    provider,  # noqa: F811
    domains,
):
    IdentityProvider.objects.update(domains=domains)

    sign_in(client, peer)

    assert person_in(client) is None
    assert not OutsideIdentity.objects.exists()


def test_c11_administrator_is_never_linked_without_a_proof_here(client, anna, peer, provider):  # noqa: F811
    User.objects.filter(pk=anna.pk).update(role=Role.ADMINISTRATOR)

    sign_in(client, peer)

    assert person_in(client) is None
    assert not OutsideIdentity.objects.exists()


def test_c11_administrator_links_once_signed_in_here(client, anna, peer, provider):  # noqa: F811
    User.objects.filter(pk=anna.pk).update(role=Role.ADMINISTRATOR)
    sign_in(client, peer)

    client.force_login(anna)
    prove(client, anna)
    client.post("/accounts/outside/linking/")

    assert OutsideIdentity.objects.get().user == anna


def test_c11_same_page_for_somebody_who_is_known_and_somebody_who_is_not(client, anna, peer, provider):  # noqa: F811
    peer.person |= {"email_verified": False}
    pages = []
    for address in (anna.email, "nobody@helpdesk.example"):
        visitor = Client()
        peer.person["email"] = address
        sign_in(visitor, peer)
        pages.append(visitor.get("/accounts/outside/linking/").content.split(b"<main")[1].split(b"</main>")[0])

    assert pages[0] == pages[1]


def test_c11_identity_follows_its_subject_and_not_an_address_that_changes(client, anna, peer, provider):  # noqa: F811
    boss = StaffFactory(email="boss@helpdesk.example")
    OutsideIdentity.objects.create(provider=provider, subject="anna-there", user=anna)
    peer.person["email"] = boss.email

    sign_in(client, peer)

    assert person_in(client) == str(anna.pk)


def test_c11_address_of_a_customer_is_not_taken_over_by_another_subject(client, peer, provider):  # noqa: F811
    clara = UserFactory(email="clara@helpdesk.example")
    OutsideIdentity.objects.create(provider=provider, subject="clara-there", user=clara)
    peer.person |= {"email": clara.email, "email_verified": False, "sub": "mallory-there"}

    sign_in(client, peer)

    assert person_in(client) is None


# --- C12: callbacks without a state of this browser ---


def test_c12_callback_without_state_is_nothing(client, anna, peer, provider):  # noqa: F811
    query = depart(client)

    answer = client.get("/accounts/outside/works/callback/", {"code": peer.grant(query)})

    assert answer.status_code == 400
    assert person_in(client) is None


def test_c12_answer_to_an_attacker_signs_no_victim_in(client, anna, peer, provider):  # noqa: F811
    attacker, victim = Client(), client
    query = depart(attacker)

    answer = come_back(victim, peer, query)

    assert answer.status_code == 400
    assert person_in(victim) is None
    assert reasons(provider) == ["state"]


def test_c12_answer_for_linking_in_another_browser_links_nothing_to_the_victim(browser, peer, provider):  # noqa: F811
    attacker = Client()
    query = depart(attacker)

    come_back(browser, peer, query)

    assert not OutsideIdentity.objects.exists()


def test_c12_code_that_an_attacker_slips_in_fails_at_the_challenge(client, anna, peer, provider):  # noqa: F811
    mine, theirs = depart(client), depart(Client())

    answer = client.get("/accounts/outside/works/callback/", {"code": peer.grant(theirs), "state": mine["state"]})

    assert answer.status_code == 403
    assert person_in(client) is None


def test_c12_state_of_one_provider_is_nothing_at_another(client, anna, peer, provider):  # noqa: F811
    IdentityProvider.objects.create(
        name="Other", slug="other", issuer=peer.issuer, client_id="x", described=provider.described, is_active=True
    )
    query = depart(client)

    answer = client.get("/accounts/outside/other/callback/", {"code": peer.grant(query), "state": query["state"]})

    assert answer.status_code == 400


# --- C16: the Host header in what is sent out ---


@pytest.mark.parametrize("header", ["Host", "X-Forwarded-Host", "Forwarded"])
def test_c16_nothing_that_is_sent_out_is_built_on_the_host_header(client, peer, provider, settings, header):  # noqa: F811
    settings.ALLOWED_HOSTS = ["*"]
    evil = {header: "host=evil.example" if header == "Forwarded" else "evil.example"}

    discovery = client.get("/.well-known/openid-configuration", headers=evil).content.decode()
    page = client.post("/accounts/outside/works/", headers=evil)

    asked = parse_qs(urlsplit(page["Refresh"].removeprefix("0; url=")).query)
    assert "evil.example" not in discovery
    assert asked["redirect_uri"] == ["http://127.0.0.1:8000/accounts/outside/works/callback/"]


@pytest.mark.parametrize(
    "where", ["https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:alert(1)"]
)
def test_c16_nobody_is_led_elsewhere_after_signing_in(client, anna, peer, provider, where):  # noqa: F811
    answer = sign_in(client, peer, next=where)

    assert answer["Location"] == "/"


# --- C07, C08, C19 for these doors ---


def test_c07_session_key_changes_when_somebody_comes_from_outside(client, anna, peer, provider):  # noqa: F811
    query = depart(client)
    fixed = client.session.session_key

    come_back(client, peer, query)

    assert person_in(client) == str(anna.pk)
    assert client.session.session_key != fixed


def test_c08_person_who_is_switched_off_is_out_at_every_site(browser, anna, shop):  # noqa: F811
    tokens = shop.enter(browser)
    User.objects.filter(pk=anna.pk).update(is_active=False)

    assert shop.userinfo(tokens).status_code == 401
    assert shop.refresh(tokens["refresh_token"]).status_code == 400
    assert browser.get(shop.asking())["Location"].startswith("/accounts/login/")


def test_c19_consent_is_not_given_by_a_form_of_another_site(browser, anna, shop):  # noqa: F811
    shop.site.skip_consent = False
    shop.site.save()
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(anna)

    answer = strict.post("/oidc/consent/", {"query": shop.asking().partition("?")[2], "agree": "yes"})

    assert answer.status_code == 403
    assert not Visit.objects.exists()


@pytest.mark.parametrize(
    "path", ["/oidc/end-session/confirmation/", "/accounts/outside/works/", "/accounts/outside/linking/"]
)
def test_c19_forms_of_other_sites_begin_and_end_nothing(anna, provider, path):  # noqa: F811
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(anna)

    assert strict.post(path).status_code == 403
    assert person_in(strict) == str(anna.pk)


def test_c19_link_to_signing_out_signs_nobody_out(browser, shop):  # noqa: F811
    browser.get("/oidc/end-session/", {"client_id": shop.site.id})

    assert person_in(browser) is not None
