"""A site signs people in: discovery, the code with PKCE, tokens, claims."""

from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from django.http import QueryDict
from django.urls import reverse
from django.utils import timezone

from helpdesk.accounts.enums import ContactKind, Role
from helpdesk.accounts.models import ContactPoint, RoleRule
from helpdesk.accounts.sso.models import Visit
from helpdesk.journal.models import Entry
from tests.factories import TeamFactory
from tests.helpdesk.accounts.sso.conftest import prove

pytestmark = pytest.mark.django_db


def test_discovery_names_every_endpoint_on_the_issuers_own_address(client, settings):
    settings.SITE_URL = "https://desk.example"

    told = client.get("/.well-known/openid-configuration")

    document = told.json()
    assert document["issuer"] == "https://desk.example"
    assert {document[name] for name in document if name.endswith(("_endpoint", "_uri"))} == {
        f"https://desk.example/oidc/{path}/"
        for path in ("authorize", "token", "userinfo", "jwks", "end-session", "revoke")
    }
    assert document["response_types_supported"] == ["code"]
    assert document["code_challenge_methods_supported"] == ["S256"]
    assert document["backchannel_logout_supported"] is document["backchannel_logout_session_supported"] is True
    assert told["Access-Control-Allow-Origin"] == "*"


def test_person_when_signed_in_then_is_known_at_the_site_with_their_claims(browser, anna, shop):
    anna.language, anna.time_zone = "ru", "Europe/Riga"
    anna.save()
    anna.teams.add(TeamFactory(name="Shops"), TeamFactory(name="Gone", is_active=False))
    ContactPoint.objects.filter(user=anna, kind=ContactKind.EMAIL).update(verified_at="2026-01-01T00:00Z")

    back = shop.ask(browser)
    tokens = shop.exchange(back["code"]).json()

    assert back["state"] == shop.state
    assert back["iss"] == "http://127.0.0.1:8000"
    claims = shop.read(tokens["id_token"])
    assert claims["nonce"] == shop.nonce
    assert claims["sid"] == str(Visit.objects.get().sid)
    told = shop.userinfo(tokens).json()
    assert told == {
        "sub": claims["sub"],
        "name": "Anna Berg",
        "locale": "ru",
        "zoneinfo": "Europe/Riga",
        "email": "anna@helpdesk.example",
        "email_verified": True,
        "role": "agent",
        "teams": ["Shops"],
        "groups": ["agent", "Shops"],
    }
    assert told.items() <= claims.items()
    assert str(anna.pk) != claims["sub"]
    assert Entry.objects.about(anna).get(verb="site_entered").facts == {"site": "Shop"}


def test_subject_is_the_same_at_every_site_and_every_time(browser, shop, wiki):
    subjects = {shop.read(shop.enter(browser)["id_token"])["sub"], wiki.read(wiki.enter(browser)["id_token"])["sub"]}
    again = shop.read(shop.enter(browser)["id_token"])["sub"]

    assert subjects == {again}


def test_scopes_that_were_not_asked_for_tell_nothing(browser, shop):
    tokens = shop.enter(browser, scope="openid")

    assert shop.userinfo(tokens).json().keys() == {"sub"}
    assert "refresh_token" not in tokens


def test_stranger_is_led_to_sign_in_and_from_there_back_to_the_request(client, anna, shop):
    led = client.get(shop.asking())
    page = client.post(led["Location"], {"login": anna.email, "password": "a long sentence of hers"} | _next(led))

    assert led["Location"].startswith("/accounts/login/?next=%2Foidc%2Fresume%2F%3F")
    between = client.get(page["Location"])
    assert between.status_code == 200
    onward = between["Refresh"].removeprefix("0; url=")
    assert onward == shop.asking()
    assert client.get(onward)["Location"].startswith("https://shop.example/callback?code=")


def _next(led):
    return {"next": parse_qs(urlsplit(led["Location"]).query)["next"][0]}


def test_role_that_the_site_does_not_admit_gets_a_page_and_no_code(browser, anna, shop):
    anna.role = Role.SALES
    anna.save()

    answer = browser.get(shop.asking())

    assert answer.status_code == 403
    assert "Shop" in answer.content.decode()
    assert not Visit.objects.exists()
    assert Entry.objects.about(anna).filter(verb="site_refused").count() == 1


def test_site_of_somebody_else_asks_first_and_then_no_more(browser, shop):
    shop.site.skip_consent = False
    shop.site.save()

    asked = browser.get(shop.asking())
    query = shop.asking().partition("?")[2]
    agreed = browser.post("/oidc/consent/", {"query": query, "agree": "yes"})

    assert asked.status_code == 200
    assert "your role and your teams" in asked.content.decode()
    assert agreed["Location"] == f"/oidc/resume/?{query}"
    assert "code" in shop.ask(browser)


def test_site_of_somebody_else_when_refused_is_told_so_over_a_page(browser, shop):
    shop.site.skip_consent = False
    shop.site.save()

    refused = browser.post("/oidc/consent/", {"query": shop.asking().partition("?")[2]})

    assert refused.status_code == 200
    assert refused["Refresh"].startswith("0; url=https://shop.example/callback?error=access_denied")
    assert browser.get(shop.asking()).status_code == 200


def test_silent_request_when_nobody_is_signed_in_is_declined_at_the_site(client, shop):
    assert shop.ask(client, prompt="none")["error"] == "login_required"


def test_silent_request_when_signed_in_needs_no_page(browser, shop):
    assert "code" in shop.ask(browser, prompt="none")


def test_posted_request_is_led_to_the_same_by_get(browser, shop):
    path, _, query = shop.asking().partition("?")
    led = browser.post(path, QueryDict(query).dict())

    assert (led.status_code, led["Location"]) == (303, shop.asking())


def test_refresh_token_is_another_one_each_time_and_gives_new_tokens(browser, shop):
    first = shop.enter(browser)

    second = shop.refresh(first["refresh_token"]).json()

    assert second["refresh_token"] != first["refresh_token"]
    assert shop.userinfo(second).status_code == 200
    assert shop.read(second["id_token"])["sub"] == shop.read(first["id_token"])["sub"]


def test_revoked_refresh_token_takes_the_access_tokens_along(browser, shop):
    tokens = shop.enter(browser)

    answer = shop.http.post(
        "/oidc/revoke/",
        {"token": tokens["refresh_token"], "client_id": shop.site.id, "client_secret": shop.secret},
    )

    assert answer.status_code == 200
    assert shop.userinfo(tokens).status_code == 401
    assert shop.refresh(tokens["refresh_token"]).json() == {"error": "invalid_grant"}


def test_app_without_a_secret_gets_in_with_its_verifier_alone(browser, shop):
    shop.site.type = "public"
    shop.site.save()

    tokens = shop.exchange(shop.ask(browser)["code"], client_secret=None).json()

    assert shop.userinfo(tokens).status_code == 200


def test_secret_in_the_basic_header_is_as_good(browser, shop):
    import base64

    pair = base64.b64encode(f"{shop.site.id}:{shop.secret}".encode()).decode()
    code = shop.ask(browser)["code"]
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": "https://shop.example/callback",
        "code_verifier": shop.verifier,
    }

    answer = shop.http.post("/oidc/token/", form, headers={"Authorization": f"Basic {pair}"})

    assert shop.userinfo(answer.json()).status_code == 200


def test_prompt_consent_asks_even_at_our_own_site_and_once(browser, shop):
    path = shop.asking(prompt="consent")
    asked = browser.get(path)

    agreed = browser.post("/oidc/consent/", {"query": path.partition("?")[2], "agree": "yes"})
    again = browser.get(agreed["Location"].replace("resume", "authorize"))

    assert asked.status_code == 200
    assert again["Location"].startswith("https://shop.example/callback?code=")
    assert browser.get(path).status_code == 200


def test_max_age_that_is_over_wants_a_proof(browser, anna, shop):
    anna.last_login = timezone.now() - timedelta(hours=1)
    anna.save()
    session = browser.session
    session.pop("proof", None)
    session.save()

    fresh = shop.ask(browser, max_age="7200")
    stale = shop.ask(browser, max_age="60", prompt="none")

    assert "code" in fresh
    assert stale["error"] == "login_required"


def test_person_who_owes_a_second_factor_is_led_to_it_and_gets_no_code(browser, anna, shop):
    RoleRule.objects.update_or_create(role="agent", defaults={"requires_mfa": True})

    led, silent = browser.get(shop.asking()), shop.ask(browser, prompt="none")

    assert led["Location"] == reverse("second_factor_owed")
    assert silent["error"] == "interaction_required"
    assert not Visit.objects.exists()


def test_proofs_are_told_in_the_words_of_the_specification(browser, anna, shop):
    prove(browser, anna, by="password")
    session = browser.session
    session["second_factor"] = {"user": anna.pk, "by": "app"}
    session.save()

    claims = shop.read(shop.enter(browser)["id_token"])

    assert claims["amr"] == ["pwd", "otp", "mfa"]
    assert abs(claims["auth_time"] - claims["iat"]) <= 5
