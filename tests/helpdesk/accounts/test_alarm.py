"""A sign-in from a new browser is told, and whoever it was not ends everything."""

import pytest
from django.test import Client

from helpdesk.accounts.actions import tokens
from helpdesk.accounts.models import KnownBrowser, OpenSession
from helpdesk.core.fields import unseal
from helpdesk.journal.models import Entry
from helpdesk.notifications.enums import Purpose
from helpdesk.notifications.models import Delivery
from helpdesk.notifications.registries import composers
from tests.helpdesk.accounts.ways import PASSWORD, sign_in

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"


def thief():
    return Client(REMOTE_ADDR="203.0.113.9", headers={"User-Agent": FIREFOX})


@pytest.fixture
def hers(clara):
    browser = Client()
    sign_in(browser, clara)
    return browser


@pytest.fixture
def link(hers, clara, settings):
    """The path of the link in the letter, after somebody else has signed in as her."""
    sign_in(thief(), clara)
    letter = Delivery.objects.get(purpose=Purpose.SECURITY)
    return unseal(letter.content["url"]).removeprefix(settings.SITE_URL)


def test_first_browser_is_no_news_and_a_known_one_neither(hers, clara):
    hers.post("/accounts/logout/")

    sign_in(hers, clara)

    assert not Delivery.objects.exists()
    assert KnownBrowser.objects.count() == 1


def test_letter_says_where_when_and_with_what(link):
    letter = Delivery.objects.get(purpose=Purpose.SECURITY)

    assert letter.content["title"] == "A new sign-in to your account: Firefox on Linux"
    assert "203.0.113.9" in letter.content["text"]
    assert link not in str(letter.content)
    assert b"/accounts/alarm/" in composers[Purpose.SECURITY]([letter]).content


def test_opening_the_link_changes_nothing(client, link, hers):
    page = client.get(link)

    assert page.status_code == 200
    assert page["Referrer-Policy"] == "strict-origin"
    assert "Firefox on Linux" in page.content.decode()
    assert hers.get("/cabinet/").status_code == 200


def test_alarm_ends_everything_and_a_link_goes_to_the_mailbox(client, link, hers, clara):
    token = tokens.issue(user=clara, by=None, name="of the thief")

    page = client.post(link)

    clara.refresh_from_db()
    assert page.status_code == 200
    assert hers.get("/cabinet/").status_code == 302
    assert not OpenSession.objects.exists()
    assert (clara.has_usable_password(), tokens.find(token)) == (False, None)
    assert Entry.objects.get(verb="alarm_raised").facts == {"device": {"browser": "Firefox", "system": "Linux"}}
    sent = Delivery.objects.get(purpose=Purpose.SIGN_IN_LINK)
    assert sent.recipient == clara.email
    assert sign_in(Client(), clara, PASSWORD).status_code == 422


def test_link_works_once(client, link):
    client.post(link)

    assert client.get(link).status_code == 410
    assert client.post(link).status_code == 410


@pytest.mark.parametrize("token", ["x", "%20", "x" * 500, "WzEsMV0:1abcde:xxxx", "%00"])
def test_made_up_link_does_nothing(client, hers, token):
    path = f"/accounts/alarm/{token}/"

    assert [client.get(path).status_code, client.post(path).status_code] == [410, 410]
    assert hers.get("/cabinet/").status_code == 200


def test_link_ends_after_a_week(client, link, monkeypatch):
    late = __import__("time").time() + 7 * 24 * 3600 + 10
    monkeypatch.setattr("time.time", lambda: late)

    assert client.get(link).status_code == 410
