"""The second factor: whoever has one gives it, whichever way they come."""

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.auth import SESSION_KEY
from django.test import Client

from helpdesk.accounts.actions import browsers, links, proofs
from helpdesk.accounts.enums import Role
from helpdesk.accounts.models import KnownBrowser, RoleRule
from helpdesk.core.errors import Refused
from helpdesk.journal.models import Entry
from tests.helpdesk.accounts.ways import app_code, sign_in, with_app

SECOND, SECURITY = "/accounts/second-factor/", "/accounts/security/"


def person_in(client):
    return client.session.get(SESSION_KEY)


def verbs_about(person):
    return [entry.verb for entry in Entry.objects.about(person)]


@pytest.fixture
def secret(clara):
    return with_app(clara)[0]


def test_app_is_set_up_by_its_code_and_the_codes_are_shown_once(client, clara):
    sign_in(client, clara)
    page = client.get("/accounts/security/authenticator/")
    secret = page.context["secret"].replace(" ", "")

    done = client.post(
        "/accounts/security/authenticator/", {"sealed": page.context["sealed"], "code": app_code(secret)}
    )

    codes = [code.replace(" ", "") for code in done.context["codes"]]
    assert len(set(codes)) == 10
    assert done["Cache-Control"] == "no-store"
    assert {"authenticator_set_up", "recovery_codes_made"} <= set(verbs_about(clara))
    assert "10 left" in client.get(SECURITY).content.decode()
    assert not any(code in client.get(SECURITY).content.decode() for code in codes)


def test_secrets_lie_sealed_in_the_database(clara, secret):
    rows = str(list(Authenticator.objects.order_by("pk").values_list("data", flat=True)))

    assert secret not in rows
    assert "gAAAA" in rows


def test_picture_of_the_secret_carries_no_style_and_the_page_keeps_nothing(client, clara):
    sign_in(client, clara)

    first, second = (client.get("/accounts/security/authenticator/") for _index in range(2))

    html = first.content.decode()
    assert "style=" not in html.partition("<main")[2]
    assert first.context["secret"] != second.context["secret"]
    assert not Authenticator.objects.exists()


@pytest.mark.parametrize("code", ["", "000000", "12", "x" * 13])
def test_app_is_not_set_up_by_another_code(client, clara, code):
    sign_in(client, clara)
    page = client.get("/accounts/security/authenticator/")

    refused = client.post("/accounts/security/authenticator/", {"sealed": page.context["sealed"], "code": code})

    assert refused.status_code == 422
    assert not Authenticator.objects.exists()


def test_secret_of_somebody_else_is_not_taken(clara, sergei):
    _secret, sealed = proofs.begin_app(sergei)

    with pytest.raises(Refused):
        proofs.secret_in(sealed, clara)


@pytest.mark.parametrize("way", ["password", "link"])
def test_whoever_has_an_app_is_asked_for_its_code_whichever_way_they_come(client, clara, secret, way):
    if way == "password":
        first = sign_in(client, clara, next="/cabinet/requests/")
    else:
        path = f"/accounts/link/{links.issue(user=clara, address=clara.email, next_path='/cabinet/requests/')}/"
        first = client.post(path)
    before = person_in(client)

    second = client.post(SECOND, {"code": app_code(secret)})

    assert (first.status_code, first["Location"], before) == (302, SECOND, None)
    assert (second.status_code, second["Location"]) == (302, "/cabinet/requests/")
    assert person_in(client) == str(clara.pk)
    told = {"way": way, "factor": "app", "device": {"browser": "", "system": ""}}
    assert Entry.objects.get(verb="signed_in").facts == told


def test_forgotten_password_does_not_lead_round_the_second_factor(client, clara, secret):
    client.post(f"/accounts/link/{links.issue(user=clara, address=clara.email, next_path='/accounts/password/')}/")

    answer = client.post("/accounts/password/", {"new": "quite another sentence"})

    assert answer["Location"].startswith("/accounts/login/")
    clara.refresh_from_db()
    assert clara.check_password("a long sentence of hers")


def test_code_is_good_once(clara, secret):
    code = app_code(secret)
    browsers_ = [Client(), Client()]
    for browser in browsers_:
        sign_in(browser, clara)

    answers = [browser.post(SECOND, {"code": code}).status_code for browser in browsers_]

    assert answers == [302, 422]


def test_older_code_is_not_taken_after_a_newer_one(clara, secret):
    assert proofs.try_code(person=clara, code=app_code(secret, steps=1))

    assert proofs.try_code(person=clara, code=app_code(secret)) is None


def test_recovery_code_stands_in_once_and_is_counted(client, clara):
    _secret, codes = with_app(clara)
    sign_in(client, clara)
    first = client.post(SECOND, {"code": f"{codes[3][:4]} {codes[3][4:]}"})
    other = Client()
    sign_in(other, clara)

    again = other.post(SECOND, {"code": codes[3]})

    assert (first.status_code, again.status_code) == (302, 422)
    assert proofs.factors_of(clara).codes_left == 9
    assert "recovery_code_used" in verbs_about(clara)


def test_new_codes_end_those_before(client, clara):
    _secret, codes = with_app(clara)
    sign_in(client, clara)
    client.post(SECOND, {"code": codes[0]})

    page = client.post("/accounts/security/recovery-codes/")

    new = page.context["codes"][0].replace(" ", "")
    assert proofs.try_code(person=clara, code=codes[1]) is None
    assert proofs.try_code(person=clara, code=new)


def test_nobody_is_on_their_way_in_without_a_first_proof(client, clara, secret):
    answers = [client.get(SECOND), client.post(SECOND, {"code": app_code(secret)})]

    assert [answer["Location"] for answer in answers] == ["/accounts/login/"] * 2
    assert person_in(client) is None


def test_whoever_was_switched_off_on_the_way_does_not_come_in(client, clara, secret):
    sign_in(client, clara)
    clara.is_active = False
    clara.save(update_fields=["is_active"])

    assert client.post(SECOND, {"code": app_code(secret)})["Location"] == "/accounts/login/"
    assert person_in(client) is None


def test_trusted_browser_is_not_asked_again_and_another_is(client, clara, secret):
    sign_in(client, clara)
    client.post(SECOND, {"code": app_code(secret), "trust": "on"})
    client.post("/accounts/logout/")

    again, elsewhere = sign_in(client, clara), sign_in(Client(), clara)

    assert (again["Location"], elsewhere["Location"]) == ("/", SECOND)
    assert Entry.objects.filter(verb="signed_in").latest("pk").facts["factor"] == "trusted"


def test_trust_ends_with_the_password_and_when_it_is_taken_back(client, clara, secret):
    sign_in(client, clara)
    client.post(SECOND, {"code": app_code(secret), "trust": "on"})
    trusted = KnownBrowser.objects.trusted().count()

    client.post("/accounts/security/trust/end/")
    client.post("/accounts/logout/")

    assert (trusted, KnownBrowser.objects.trusted().count()) == (1, 0)
    assert sign_in(client, clara)["Location"] == SECOND


def test_administrators_trust_no_browser(anna, settings):
    anna.role = Role.ADMINISTRATOR

    assert not browsers.may_trust(anna)


def test_days_of_zero_offer_trust_to_nobody(client, clara, secret, settings):
    settings.TRUST_BROWSER_DAYS = 0
    sign_in(client, clara)

    page = client.get(SECOND)
    client.post(SECOND, {"code": app_code(secret), "trust": "on"})

    assert 'name="trust"' not in page.content.decode()
    assert KnownBrowser.objects.trusted().count() == 0


# --- Roles that ask for one


@pytest.fixture
def agents_need_one(db):
    RoleRule.objects.update_or_create(role=Role.AGENT, defaults={"requires_mfa": True})


def test_role_that_asks_for_one_opens_nothing_but_setting_it_up(client, anna, agents_need_one):
    sign_in(client, anna)

    opened = {path: client.get(path) for path in ("/desk/tickets/", "/accounts/password/", SECURITY, "/desk/me/")}
    owed = client.get("/accounts/security/second-factor/")

    assert {answer["Location"] for answer in opened.values()} == {"/accounts/security/second-factor/"}
    assert "Set up a second factor" in owed.content.decode()
    assert client.get("/accounts/security/authenticator/").status_code == 200
    assert client.get("/accounts/logout/").status_code == 200


def test_everything_opens_once_it_is_set_up(client, anna, agents_need_one):
    sign_in(client, anna)
    page = client.get("/accounts/security/authenticator/")
    code = app_code(page.context["secret"].replace(" ", ""))

    client.post("/accounts/security/authenticator/", {"sealed": page.context["sealed"], "code": code})

    assert client.get("/desk/tickets/").status_code == 200


def test_session_from_before_gives_the_factor_that_is_there(client, anna):
    sign_in(client, anna)
    secret, _codes = with_app(anna)
    RoleRule.objects.update_or_create(role=Role.AGENT, defaults={"requires_mfa": True})
    client.get("/desk/tickets/")

    wrong = client.post("/accounts/security/second-factor/", {"code": "000000"})
    right = client.post("/accounts/security/second-factor/", {"code": app_code(secret)})

    assert (wrong.status_code, right.status_code) == (422, 303)
    assert client.get("/desk/tickets/").status_code == 200


def test_last_factor_of_such_a_role_stays(client, anna, agents_need_one):
    secret, _codes = with_app(anna)
    sign_in(client, anna)
    client.post(SECOND, {"code": app_code(secret)})

    refused = client.post("/accounts/security/authenticator/removal/")

    assert refused.status_code == 422
    assert "Set up another one first" in refused.content.decode()
    assert proofs.has_factor(anna)


def test_htmx_is_told_to_leave_the_page(client, anna, agents_need_one):
    sign_in(client, anna)

    answer = client.get("/desk/tickets/", headers={"HX-Request": "true"})

    assert (answer.status_code, answer["HX-Redirect"]) == (204, "/accounts/security/second-factor/")


def test_removing_the_app_takes_the_codes_along(client, clara, secret):
    sign_in(client, clara)
    client.post(SECOND, {"code": app_code(secret)})

    client.post("/accounts/security/authenticator/removal/")

    assert not Authenticator.objects.exists()
    assert "authenticator_removed" in verbs_about(clara)
