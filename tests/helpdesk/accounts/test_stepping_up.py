"""Proving once more who one is."""

import pytest

from helpdesk.accounts.models import RoleRule
from helpdesk.accounts.stepping_up import PROOF_SECONDS
from helpdesk.journal.models import Entry
from tests.helpdesk.accounts.ways import PASSWORD, app_code, sign_in, with_app

PROOF, DANGEROUS = "/accounts/proof/", "/accounts/security/authenticator/"


def age(client, seconds=PROOF_SECONDS + 1):
    session = client.session
    session["proof"] = session["proof"] | {"at": session["proof"]["at"] - seconds}
    session.save()


def test_whoever_has_just_come_in_is_not_asked(client, clara):
    sign_in(client, clara)

    assert client.get(DANGEROUS).status_code == 200


def test_older_proof_is_asked_anew_and_leads_back(client, clara):
    sign_in(client, clara)
    age(client)

    asked = client.get(DANGEROUS)
    wrong = client.post(PROOF, {"password": "wrong", "next": DANGEROUS})
    right = client.post(PROOF, {"password": PASSWORD, "next": DANGEROUS})

    assert asked["Location"] == f"{PROOF}?next=%2Faccounts%2Fsecurity%2Fauthenticator%2F"
    assert (wrong.status_code, right.status_code, right["Location"]) == (422, 303, DANGEROUS)
    assert client.get(DANGEROUS).status_code == 200
    assert "proof" in [entry.facts["reason"] for entry in Entry.objects.filter(verb="sign_in_refused")]


def test_form_that_came_too_late_leads_to_its_page(client, clara):
    sign_in(client, clara)
    age(client)

    answer = client.post(f"{DANGEROUS}removal/", headers={"Referer": f"http://testserver{DANGEROUS}removal/"})

    assert answer["Location"] == f"{PROOF}?next=%2Faccounts%2Fsecurity%2Fauthenticator%2Fremoval%2F"


@pytest.mark.parametrize("referer", ["http://evil.example/x", "", "http://testserver//evil.example"])
def test_it_never_leads_elsewhere(client, clara, referer):
    sign_in(client, clara)
    age(client)

    late = client.post(f"{DANGEROUS}removal/", headers={"Referer": referer})
    done = client.post(PROOF, {"password": PASSWORD, "next": "//evil.example"})

    assert late["Location"] == f"{PROOF}?next=%2F"
    assert done["Location"] == "/"


def test_code_of_the_app_proves_as_well(client, clara):
    secret, codes = with_app(clara)
    sign_in(client, clara)
    client.post("/accounts/second-factor/", {"code": codes[0]})
    age(client)

    answer = client.post(PROOF, {"code": app_code(secret), "next": DANGEROUS})

    assert answer["Location"] == DANGEROUS


def test_whoever_has_nothing_gets_a_link(client, clara):
    sign_in(client, clara)
    clara.set_unusable_password()
    age(client)
    html = client.get(PROOF).content.decode()
    assert 'name="password"' in html  # hers still fits

    clara.save(update_fields=["password"])
    client.force_login(clara, backend="helpdesk.accounts.backends.Backend")

    html = client.get(PROOF).content.decode()
    assert 'name="password"' not in html
    assert 'action="/accounts/link/"' in html


def test_guessing_ends(client, clara):
    sign_in(client, clara)

    answers = [client.post(PROOF, {"password": f"guess {index}"}).status_code for index in range(7)]

    assert answers == [422] * 5 + [429] * 2


def test_proof_of_somebody_else_counts_for_nobody(client, clara, sergei):
    sign_in(client, clara)
    proof = dict(client.session["proof"])
    client.post("/accounts/logout/")
    client.force_login(sergei, backend="helpdesk.accounts.backends.Backend")
    session = client.session
    session["proof"], session["second_factor"] = proof, {"user": clara.pk, "by": "app"}
    session.save()
    RoleRule.objects.update_or_create(role=sergei.role, defaults={"requires_mfa": True})

    assert client.get(DANGEROUS)["Location"].startswith(PROOF)
    assert client.get("/cabinet/")["Location"] == "/accounts/security/second-factor/"
