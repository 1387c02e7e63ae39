"""Signing in by a link from the mail."""

from datetime import timedelta

import pytest
from django.contrib.auth import SESSION_KEY
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from helpdesk.accounts.actions import links
from helpdesk.accounts.enums import ContactKind
from helpdesk.accounts.models import ContactPoint, SignInLink
from helpdesk.core.fields import unseal
from helpdesk.journal.models import Entry
from helpdesk.notifications.enums import DeliveryState, Purpose
from helpdesk.notifications.models import Delivery
from tests.factories import UserFactory

ASK = "/accounts/link/"


def path_of(secret):
    return f"/accounts/link/{secret}/"


def sent_path(settings):
    return unseal(Delivery.objects.latest("pk").content["url"]).removeprefix(settings.SITE_URL)


def person_in(client):
    return client.session.get(SESSION_KEY)


def test_link_goes_from_the_form_through_the_mail_to_the_page(client, clara, settings):
    asked = client.post(ASK, {"address": "Clara@shop.example", "next": "/cabinet/requests/7/"})
    delivery = Delivery.objects.get()
    path = sent_path(settings)
    shown = client.get(path)
    entered = client.post(path)

    assert (asked.status_code, asked["Location"]) == (303, "/accounts/link/sent/")
    assert (delivery.recipient, delivery.purpose) == ("clara@shop.example", Purpose.SIGN_IN_LINK)
    assert delivery.state == DeliveryState.QUEUED
    assert "clara@shop.example" in shown.content.decode()
    assert (entered.status_code, entered["Location"]) == (302, "/cabinet/requests/7/")
    assert person_in(client) == str(clara.pk)
    assert ContactPoint.objects.get(user=clara).verified_at is not None
    assert [entry.verb for entry in Entry.objects.about(clara)] == [
        "sign_in_link_asked_for",
        "sign_in_link_used",
        "signed_in",
    ]


def test_link_goes_to_any_address_of_the_person(client, clara, settings):
    ContactPoint.objects.create(user=clara, kind=ContactKind.EMAIL, value="clara.private@mail.example")

    client.post(ASK, {"address": "clara.private@mail.example"})
    client.post(sent_path(settings))

    assert person_in(client) == str(clara.pk)
    assert ContactPoint.objects.get(value="clara.private@mail.example").verified_at is not None
    assert ContactPoint.objects.get(value="clara@shop.example").verified_at is None


@pytest.mark.parametrize("address", ["nobody@shop.example", "off@shop.example"])
def test_unknown_and_switched_off_people_get_the_same_answer_and_no_mail(client, clara, address):
    UserFactory(email="off@shop.example", is_active=False)

    known = client.post(ASK, {"address": clara.email})
    other = client.post(ASK, {"address": address})

    assert (other.status_code, other["Location"]) == (known.status_code, known["Location"])
    assert [delivery.recipient for delivery in Delivery.objects.all()] == [clara.email]


@pytest.mark.parametrize(
    "address", ["", "no address", "a@b", "x" * 250 + "@shop.example", "a@shop.example\r\nBcc: b@c.example"]
)
def test_what_is_no_address_is_refused(client, db, address):
    response = client.post(ASK, {"address": address})

    assert response.status_code == 422
    assert SignInLink.objects.count() == 0


def test_get_changes_nothing_however_often(client, clara):
    secret = links.issue(user=clara, address=clara.email)

    with CaptureQueriesContext(
        connection,
    ) as ran:
        for _index in range(3):
            assert client.get(path_of(secret)).status_code == 200
        client.head(path_of(secret))

    assert [query["sql"] for query in ran.captured_queries if not query["sql"].startswith("SELECT")] == []
    assert SignInLink.objects.get().used_at is None
    assert person_in(client) is None
    assert client.post(path_of(secret)).status_code == 302


def test_link_works_once(client, clara):
    secret = links.issue(user=clara, address=clara.email)
    client.post(path_of(secret))
    client.post("/accounts/logout/")

    again = client.post(path_of(secret))

    assert again.status_code == 410
    assert person_in(client) is None


def test_newer_link_ends_the_earlier_one_of_the_same_place(client, clara):
    first = links.issue(user=clara, address=clara.email, next_path="/cabinet/")
    other = links.issue(user=clara, address=clara.email, next_path="/cabinet/requests/7/")
    second = links.issue(user=clara, address=clara.email, next_path="/cabinet/")

    usable = [links.find(secret) is not None for secret in (first, other, second)]

    assert usable == [False, True, True]


@pytest.mark.parametrize("call", ["get", "post"])
def test_spent_link_says_what_to_do_with_the_form_at_hand(client, clara, call):
    secret = links.issue(user=clara, address=clara.email)
    SignInLink.objects.update(expires_at=timezone.now() - timedelta(seconds=1))

    response = getattr(client, call)(path_of(secret))

    html = response.content.decode()
    assert response.status_code == 410
    assert "This link no longer works" in html
    assert 'action="/accounts/link/"' in html
    assert clara.email not in html
    assert person_in(client) is None


def test_link_of_somebody_switched_off_does_not_work(client, clara):
    secret = links.issue(user=clara, address=clara.email)
    clara.is_active = False
    clara.save()

    assert client.get(path_of(secret)).status_code == 410
    assert client.post(path_of(secret)).status_code == 410


def test_page_tells_nobody_its_address_and_loads_nothing_from_elsewhere(client, clara):
    response = client.get(path_of(links.issue(user=clara, address=clara.email)))

    html = response.content.decode()
    assert response["Referrer-Policy"] == "strict-origin"
    assert response["Cache-Control"] == "no-store"
    assert "//" not in html.replace("<!doctype html>", "").replace("http://www.w3.org", "")


def test_link_of_another_person_says_so_and_takes_over(client, clara, sergei):
    client.post(path_of(links.issue(user=sergei, address=sergei.email)))

    page = client.get(path_of(secret := links.issue(user=clara, address=clara.email)))
    client.post(path_of(secret))

    assert "Somebody else is signed in here now" in page.content.decode()
    assert person_in(client) == str(clara.pk)


@pytest.mark.parametrize(
    "elsewhere", ["//evil.example", "https://evil.example", "javascript:alert(1)", "/\\evil.example"]
)
def test_link_never_leads_elsewhere(client, clara, settings, elsewhere):
    client.post(ASK, {"address": clara.email, "next": elsewhere})

    assert client.post(sent_path(settings))["Location"] == "/"


def test_wrong_methods_are_refused(client, clara):
    path = path_of(links.issue(user=clara, address=clara.email))

    assert client.delete(path).status_code == 405
    assert client.post("/accounts/link/sent/").status_code == 405
    assert links.find(path.split("/")[-2]) is not None
