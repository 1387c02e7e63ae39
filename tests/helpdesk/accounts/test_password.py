"""Choosing a password."""

import pytest
from django.contrib.auth import SESSION_KEY
from django.test import Client

from helpdesk.accounts.actions import links
from helpdesk.journal.models import Entry

PAGE = "/accounts/password/"
PASSWORD = "a long sentence of hers"
ANOTHER = "quite another sentence"


def signed_in(person, password=PASSWORD):
    client = Client()
    assert client.post("/accounts/login/", {"login": person.email, "password": password}).status_code == 302
    return client


def test_password_is_changed_with_the_present_one(clara):
    browser = signed_in(clara)

    response = browser.post(PAGE, {"current": PASSWORD, "new": ANOTHER})

    clara.refresh_from_db()
    assert (response.status_code, response["Location"]) == (303, f"{PAGE}?changed")
    assert clara.check_password(ANOTHER)
    assert browser.session[SESSION_KEY] == str(clara.pk)
    assert "password_changed" in [entry.verb for entry in Entry.objects.about(clara)]
    assert "Your password is changed" in browser.get(response["Location"]).content.decode()


@pytest.mark.parametrize(
    ("current", "new"),
    [
        ("wrong", ANOTHER),
        ("", ANOTHER),
        (PASSWORD, "short"),
        (PASSWORD, ""),
        (PASSWORD, "password123"),
        (PASSWORD, "clara@shop.example"),
    ],
)
def test_wrong_present_or_weak_new_password_changes_nothing(clara, current, new):
    browser = signed_in(clara)

    response = browser.post(PAGE, {"current": current, "new": new})

    clara.refresh_from_db()
    assert response.status_code == 422
    assert clara.check_password(PASSWORD)
    assert "field-errors" in response.content.decode()


def test_who_came_by_a_link_needs_no_present_password_once(client, clara):
    client.post(f"/accounts/link/{links.issue(user=clara, address=clara.email)}/")

    page = client.get(PAGE)
    first = client.post(PAGE, {"new": ANOTHER})
    second = client.post(PAGE, {"new": PASSWORD})

    assert 'name="current"' not in page.content.decode()
    assert (first.status_code, second.status_code) == (303, 422)
    clara.refresh_from_db()
    assert clara.check_password(ANOTHER)


def test_proof_by_a_link_ages(client, clara):
    client.post(f"/accounts/link/{links.issue(user=clara, address=clara.email)}/")
    session = client.session
    session["proof"] = session["proof"] | {"at": session["proof"]["at"] - 16 * 60}
    session.save()

    assert 'name="current"' in client.get(PAGE).content.decode()
    assert client.post(PAGE, {"new": ANOTHER}).status_code == 422


def test_forgotten_password_leads_through_a_link(client, clara):
    html = client.get("/accounts/password/reset/").content.decode()

    client.post("/accounts/link/", {"address": clara.email, "next": PAGE})

    assert f'<input type="hidden" name="next" value="{PAGE}">' in html
    assert clara.sign_in_links.get().next_path == PAGE


def test_page_is_for_people_who_are_in(client, db):
    assert client.get(PAGE)["Location"] == f"/accounts/login/?next={PAGE}"
    assert client.post(PAGE, {"new": ANOTHER}).status_code == 302


def test_guessing_the_present_password_ends(clara):
    browser = signed_in(clara)

    answers = [browser.post(PAGE, {"current": f"guess {index}", "new": ANOTHER}).status_code for index in range(7)]

    assert answers == [422] * 5 + [429] * 2
