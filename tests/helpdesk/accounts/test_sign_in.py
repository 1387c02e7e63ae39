"""Signing in with a password, and out."""

import pytest
from django.contrib.auth import SESSION_KEY

from helpdesk.accounts.models import Attempt
from helpdesk.accounts.registries import WayIn, ways_in
from helpdesk.journal.models import Entry

LOGIN = "/accounts/login/"
PASSWORD = "a long sentence of hers"


def person_in(client):
    return client.session.get(SESSION_KEY)


def test_page_offers_both_ways_in(client, db):
    response = client.get(LOGIN)

    html = response.content.decode()
    assert response.status_code == 200
    assert 'name="login"' in html
    assert 'name="password"' in html
    assert 'action="/accounts/link/"' in html


def test_page_offers_what_other_rooms_know_and_takes_the_way_along(client, db, monkeypatch):
    way = WayIn("Sign in with the company's account", "/accounts/outside/company/")
    monkeypatch.setattr(ways_in, "_things", {"company": lambda: [way], "nothing": list})

    html = client.get(LOGIN, {"next": "/desk/tickets/?view=mine"}).content.decode()

    assert 'href="/accounts/outside/company/?next=%2Fdesk%2Ftickets%2F%3Fview%3Dmine"' in html
    assert "Sign in with the company&#x27;s account" in html


@pytest.mark.parametrize("typed", ["clara@shop.example", "Clara@Shop.Example", "  clara@shop.example "])
def test_right_password_signs_in_and_leads_home(client, clara, typed):
    response = client.post(LOGIN, {"login": typed, "password": PASSWORD})

    assert (response.status_code, response["Location"]) == (302, "/")
    assert person_in(client) == str(clara.pk)
    assert [entry.verb for entry in Entry.objects.about(clara)] == ["signed_in"]
    assert Attempt.objects.count() == 0


@pytest.mark.parametrize("door", ["/", "/desk/tickets/?view=mine", "/cabinet/requests/20481/"])
def test_next_is_remembered_through_the_form(client, clara, door):
    page = client.get(LOGIN, {"next": door})
    response = client.post(LOGIN, {"login": clara.email, "password": PASSWORD, "next": page.context["next_path"]})

    assert response["Location"] == door


@pytest.mark.parametrize(
    "elsewhere",
    [
        "//evil.example",
        "https://evil.example/",
        "/\\evil.example",
        "///evil.example",
        "javascript:alert(1)",
        "evil",
        "\t//evil.example",
        "/" * 501,
        "http:evil",
    ],
)
@pytest.mark.parametrize("how", ["query", "form"])
def test_next_never_leads_elsewhere(client, clara, elsewhere, how):
    form = {"login": clara.email, "password": PASSWORD}
    if how == "form":
        response = client.post(LOGIN, form | {"next": elsewhere})
    else:
        response = client.post(f"{LOGIN}?next={elsewhere}", form)

    assert response["Location"] == "/"


@pytest.mark.parametrize(
    ("login", "password"),
    [
        ("clara@shop.example", "wrong"),
        ("nobody@shop.example", PASSWORD),
        ("clara@shop.example", PASSWORD + " "),
    ],
)
def test_wrong_pair_gives_one_message(client, clara, login, password):
    response = client.post(LOGIN, {"login": login, "password": password})

    assert response.status_code == 422
    assert response.context["form"].non_field_errors() == [
        "This e-mail and password do not go together. Try again, or have a link sent to you."
    ]
    assert person_in(client) is None
    assert login in response.content.decode()
    assert password not in response.content.decode()


@pytest.mark.parametrize("form", [{}, {"login": "x", "password": "y"}, {"login": "clara@shop.example"}])
def test_incomplete_form_is_refused_without_counting(client, clara, form):
    assert client.post(LOGIN, form).status_code == 422
    assert Attempt.objects.count() == 0


def test_person_who_is_switched_off_reads_the_same_message(client, clara):
    clara.is_active = False
    clara.save()

    response = client.post(LOGIN, {"login": clara.email, "password": PASSWORD})

    assert response.status_code == 422
    assert "do not go together" in response.content.decode()
    assert person_in(client) is None


def test_signed_in_person_is_led_on(client, clara):
    client.post(LOGIN, {"login": clara.email, "password": PASSWORD})

    assert client.get(LOGIN)["Location"] == "/"
    assert client.get(LOGIN, {"next": "/cabinet/requests/"})["Location"] == "/cabinet/requests/"
    assert client.get(LOGIN, {"next": "//evil.example"})["Location"] == "/"


def test_sign_out_takes_a_post(client, clara):
    client.post(LOGIN, {"login": clara.email, "password": PASSWORD})

    asked = client.get("/accounts/logout/")
    still_in = person_in(client)
    response = client.post("/accounts/logout/")

    assert asked.status_code == 200
    assert still_in == str(clara.pk)
    assert response.status_code == 303
    assert person_in(client) is None
    assert "You are signed out" in client.get("/accounts/logout/").content.decode()


@pytest.mark.parametrize(
    "path",
    [
        "signup/",
        "email/",
        "confirm-email/",
        "confirm-email/abc/",
        "inactive/",
        "password/set/",
        "login/code/confirm/",
        "reauthenticate/",
        "",
    ],
)
def test_pages_nobody_needs_do_not_exist(client, db, path):
    assert client.get(f"/accounts/{path}").status_code == 404
    assert client.post(f"/accounts/{path}").status_code == 404


def test_admin_has_no_door_of_its_own(client, clara):
    stranger = client.get("/admin/login/?next=/admin/accounts/user/")
    by_post = client.post("/admin/login/", {"username": clara.email, "password": PASSWORD})
    client.post(LOGIN, {"login": clara.email, "password": PASSWORD})

    assert stranger["Location"] == "/accounts/login/?next=%2Fadmin%2Faccounts%2Fuser%2F"
    assert by_post.status_code == 405
    assert client.get("/admin/login/?next=/admin/").status_code == 403


@pytest.mark.parametrize("path", ["login/", "logout/", "password/reset/", "link/", "link/sent/"])
def test_pages_of_the_entrance_refuse_other_methods(client, db, path):
    assert client.delete(f"/accounts/{path}").status_code == 405


@pytest.mark.parametrize(
    ("open_page", "led_to"),
    [
        ("http://testserver/desk/tickets/7/?view=mine", "/accounts/login/?next=%2Fdesk%2Ftickets%2F7%2F%3Fview%3Dmine"),
        ("https://evil.example/desk/", "/accounts/login/"),
        ("", "/accounts/login/"),
    ],
)
def test_session_that_ended_under_an_open_page_leads_to_the_whole_form(client, db, open_page, led_to):
    response = client.get(f"{LOGIN}?next=/x/", headers={"HX-Request": "true", "HX-Current-URL": open_page})

    assert (response.status_code, response["HX-Redirect"]) == (204, led_to)
    assert response.content == b""
