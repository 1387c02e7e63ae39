"""Every way of asking wrongly at the provider's endpoints, and what it gives: nothing."""

from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import jwt
import pytest
from allauth.idp.oidc.models import Token
from django.utils import timezone

from helpdesk.accounts.sso.actions import keys
from helpdesk.accounts.sso.enums import Ending
from helpdesk.accounts.sso.models import AuthorizationCode, SigningKey, Visit
from helpdesk.accounts.sso.sites.signing import read_hint
from tests.helpdesk.accounts.sso.conftest import prove

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "uri",
    [
        "https://evil.example/callback",
        "https://shop.example/callback/",
        "https://shop.example/callback?x=1",
        "https://shop.example/callback#x",
        "https://shop.example.evil.example/callback",
        "https://shop.example:444/callback",
        "https://anna@shop.example/callback",
        "https://SHOP.example/callback",
        "http://shop.example/callback",
        "https://shop.example/../callback",
        "javascript:alert(1)",
        "",
        None,
    ],
)
def test_redirect_uri_that_is_not_exactly_the_registered_one_gets_a_page_and_nobody_is_sent(browser, shop, uri):
    answer = browser.get(shop.asking(redirect_uri=uri))

    assert answer.status_code == 400
    assert "Location" not in answer
    assert not AuthorizationCode.objects.exists()


@pytest.mark.parametrize("client_id", ["nobody", "", None, "x" * 5000, "\x00", "' OR 1=1 --"])
def test_unknown_site_gets_a_page(browser, shop, client_id):
    assert browser.get(shop.asking(client_id=client_id)).status_code == 400


def test_site_that_is_switched_off_is_unknown(browser, shop):
    tokens = shop.enter(browser)
    shop.site.is_active = False
    shop.site.save()

    assert browser.get(shop.asking()).status_code == 400
    assert shop.userinfo(tokens).status_code == 401
    assert shop.refresh(tokens["refresh_token"]).status_code == 401


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"code_challenge": None, "code_challenge_method": None}, "invalid_request"),
        ({"code_challenge_method": None}, "invalid_request"),
        ({"code_challenge_method": "plain"}, "invalid_request"),
        ({"code_challenge": "short"}, "invalid_request"),
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"response_type": "id_token"}, "unsupported_response_type"),
        ({"response_type": "code id_token"}, "unauthorized_client"),
        ({"response_type": "none"}, "unauthorized_client"),
        ({"response_type": None}, "invalid_request"),
        ({"scope": "openid profile admin"}, "invalid_scope"),
        ({"scope": "profile"}, "invalid_scope"),
        ({"scope": None}, "invalid_scope"),
        ({"request": "eyJhbGciOiJub25lIn0.e30."}, "request_not_supported"),
        ({"request_uri": "http://169.254.169.254/"}, "request_uri_not_supported"),
        ({"response_mode": "fragment"}, "invalid_request"),
        ({"nonce": "n" * 2000}, "invalid_request"),
        ({"prompt": "none login"}, "invalid_request"),
        ({"id_token_hint": "nonsense"}, "login_required"),
    ],
    ids=str,
)
def test_request_that_is_not_the_code_with_s256_is_declined_at_the_site(browser, shop, changes, error):
    back = shop.ask(browser, **changes)

    assert (back["error"], back["state"], "code" in back) == (error, shop.state, False)
    assert not AuthorizationCode.objects.exists()


def test_parameter_that_comes_twice_is_refused(browser, shop):
    assert browser.get(shop.asking() + "&client_id=other").status_code == 400


def test_code_is_good_once_and_coming_with_it_again_ends_the_visit(browser, shop):
    code = shop.ask(browser)["code"]
    tokens = shop.exchange(code).json()

    again = shop.exchange(code)

    assert (again.status_code, again.json()) == (400, {"error": "invalid_grant"})
    assert shop.userinfo(tokens).status_code == 401
    assert Visit.objects.get().ending == Ending.REPLAYED


def test_code_of_another_site_is_nothing_and_stays_good_for_its_own(browser, shop, wiki):
    code = shop.ask(browser)["code"]

    stolen = wiki.exchange(code, redirect_uri="https://shop.example/callback", code_verifier=shop.verifier)

    assert stolen.json() == {"error": "invalid_grant"}
    assert shop.exchange(code).status_code == 200


def test_code_that_ran_out_is_nothing(browser, shop):
    code = shop.ask(browser)["code"]
    AuthorizationCode.objects.update(expires_at=timezone.now() - timedelta(seconds=1))

    assert shop.exchange(code).json() == {"error": "invalid_grant"}


@pytest.mark.parametrize(
    ("changes", "status", "error"),
    [
        ({"code_verifier": "another-verifier-of-more-than-forty-three-characters"}, 400, "invalid_grant"),
        ({"code_verifier": None}, 400, "invalid_request"),
        ({"redirect_uri": "https://shop.example/other"}, 400, "invalid_request"),
        ({"client_secret": "wrong"}, 401, "invalid_client"),
        ({"client_secret": None}, 401, "invalid_client"),
        ({"client_secret": ""}, 401, "invalid_client"),
        ({"client_id": "nobody"}, 401, "invalid_client"),
        (
            {"grant_type": "password", "username": "anna@helpdesk.example", "password": "x"},
            400,
            "unsupported_grant_type",
        ),
        ({"grant_type": "client_credentials"}, 400, "unsupported_grant_type"),
        ({"grant_type": "implicit"}, 400, "unsupported_grant_type"),
        ({"code": "x"}, 400, "invalid_grant"),
        ({"code": "\x00"}, 400, "invalid_grant"),
    ],
    ids=str,
)
def test_exchange_that_lacks_a_proof_gives_nothing_and_leaves_the_code_good(browser, shop, changes, status, error):
    code = shop.ask(browser)["code"]

    refused = shop.exchange(code, **changes)

    assert (refused.status_code, refused.json()["error"]) == (status, error)
    assert not Token.objects.exists()
    assert shop.exchange(code).status_code == 200


def test_code_of_somebody_who_lost_the_role_since_is_nothing(browser, anna, shop):
    code = shop.ask(browser)["code"]
    type(anna).objects.filter(pk=anna.pk).update(role="sales")

    assert shop.exchange(code).json() == {"error": "invalid_grant"}


def test_refresh_token_that_comes_twice_ends_the_visit(browser, shop):
    first = shop.enter(browser)
    second = shop.refresh(first["refresh_token"]).json()

    again = shop.refresh(first["refresh_token"])

    assert again.json() == {"error": "invalid_grant"}
    assert shop.userinfo(second).status_code == 401
    assert shop.refresh(second["refresh_token"]).status_code == 400


def test_refresh_token_of_another_site_is_nothing(browser, shop, wiki):
    tokens = shop.enter(browser)

    assert wiki.refresh(tokens["refresh_token"]).json() == {"error": "invalid_grant"}
    assert shop.userinfo(tokens).status_code == 200


def test_refresh_does_not_widen_what_was_given(browser, shop):
    tokens = shop.enter(browser, scope="openid offline_access")

    assert shop.refresh(tokens["refresh_token"], scope="openid email").json()["error"] == "invalid_scope"


def test_token_of_another_site_is_not_revoked(browser, shop, wiki):
    tokens = shop.enter(browser)

    wiki.http.post(
        "/oidc/revoke/",
        {"token": tokens["access_token"], "client_id": wiki.site.id, "client_secret": wiki.secret},
    )

    assert shop.userinfo(tokens).status_code == 200


@pytest.mark.parametrize("name", ["id_token", "refresh_token"])
def test_other_tokens_are_no_access_token(browser, shop, name):
    tokens = shop.enter(browser)

    assert shop.userinfo({"access_token": tokens[name]}).status_code == 401


def test_access_token_in_the_address_is_nothing(browser, shop):
    tokens = shop.enter(browser)

    assert shop.http.get("/oidc/userinfo/", {"access_token": tokens["access_token"]}).status_code == 401
    assert shop.http.post("/oidc/userinfo/", {"access_token": tokens["access_token"]}).status_code == 401


def test_access_token_that_ran_out_is_nothing(browser, shop):
    tokens = shop.enter(browser)
    Token.objects.update(expires_at=timezone.now())

    assert shop.userinfo(tokens).status_code == 401


def test_only_hashes_of_secrets_codes_and_tokens_are_kept(browser, shop):
    code = shop.ask(browser)["code"]
    tokens = shop.exchange(code).json()

    kept = [*AuthorizationCode.objects.values_list("digest", flat=True), *Token.objects.values_list("hash", flat=True)]

    assert not {code, tokens["access_token"], tokens["refresh_token"]} & set(kept)
    assert shop.secret not in shop.site.secret
    assert "BEGIN" not in SigningKey.objects.extra(select={"raw": "pem"}).values_list("raw", flat=True)[0]


# --- Keys ---


def test_new_key_signs_from_now_on_and_the_old_one_stays_known_for_a_while(browser, shop):
    before = shop.enter(browser)["id_token"]

    keys.rotate(by=None)
    after = shop.enter(browser)["id_token"]

    assert jwt.get_unverified_header(before)["kid"] != jwt.get_unverified_header(after)["kid"]
    assert shop.read(before)["sub"] == shop.read(after)["sub"]
    SigningKey.objects.filter(ends_at__isnull=False).update(ends_at=timezone.now())
    assert len(shop.http.get("/oidc/jwks/").json()["keys"]) == 1
    assert read_hint(before) is None


def test_key_that_somebody_else_has_is_withdrawn_at_once(browser, shop):
    before = shop.enter(browser)["id_token"]

    keys.rotate(by=None, at_once=True)

    assert read_hint(before) is None
    assert len(shop.http.get("/oidc/jwks/").json()["keys"]) == 1


def test_published_keys_hold_nothing_private(client, signing_key):
    (key,) = client.get("/oidc/jwks/").json()["keys"]

    assert key.keys() == {"kty", "key_ops", "n", "e", "kid", "use", "alg"} - (
        set() if "key_ops" in key else {"key_ops"}
    )


def test_first_key_is_made_once_by_whoever_needs_it(db):
    SigningKey.objects.all().delete()

    assert keys.signing_key() == keys.signing_key()


def test_hint_without_a_signature_or_signed_with_our_public_key_is_nothing(browser, shop):
    token = shop.enter(browser)["id_token"]
    claims = jwt.decode(token, options={"verify_signature": False})
    kid = jwt.get_unverified_header(token)["kid"]
    (key,) = shop.http.get("/oidc/jwks/").json()["keys"]

    unsigned = jwt.encode(claims, "", algorithm="none", headers={"kid": kid})
    confused = jwt.encode(claims, key["n"] * 2, algorithm="HS256", headers={"kid": kid})

    assert [read_hint(each) for each in (unsigned, confused)] == [None, None]
    assert read_hint(token)["sub"] == claims["sub"]


def test_secret_when_made_anew_then_the_old_one_opens_nothing(browser, shop, anna):
    from helpdesk.accounts.sso.actions import sites
    from tests.factories import StaffFactory

    new = sites.rotate_secret(site=shop.site, by=StaffFactory(role="administrator"))

    assert shop.exchange(shop.ask(browser)["code"]).status_code == 401
    shop.secret = new
    assert shop.exchange(shop.ask(browser)["code"]).status_code == 200


def test_prompt_login_leads_to_a_proof_and_is_content_with_one(browser, anna, shop):
    led = browser.get(shop.asking(prompt="login"))
    prove(browser, anna, after=1)

    assert urlsplit(led["Location"]).path == "/accounts/proof/"
    assert parse_qs(urlsplit(led["Location"]).query)["next"] == [
        shop.asking(prompt="login").replace("authorize", "resume")
    ]
    tokens = shop.exchange(shop.ask(browser, prompt="login")["code"]).json()
    assert shop.read(tokens["id_token"])["amr"] == ["pwd"]
