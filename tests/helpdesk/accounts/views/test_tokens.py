"""A person's own tokens, at the desk and in the cabinet."""

import re
from datetime import timedelta
from urllib.parse import quote

import pytest
from django.utils import timezone

from helpdesk.accounts.actions import tokens
from helpdesk.accounts.models import ApiToken
from helpdesk.journal.models import Entry
from tests.browsers import browser_of, proved
from tests.factories import StaffFactory, UserFactory
from tests.programs import Program

pytestmark = pytest.mark.django_db
PAGES = {"desk": "/desk/me/tokens/", "cabinet": "/cabinet/me/tokens/"}
ASKED = {"name": "phone", "scopes": ["tickets:read"], "days": "90"}


def person_at(door):
    return StaffFactory(name="Anna") if door == "desk" else UserFactory(name="Clara")


@pytest.mark.parametrize("door", PAGES)
def test_token_when_issued_is_shown_once_and_works(door):
    person = person_at(door)
    browser = proved(browser_of(person))

    page = browser.post(PAGES[door], ASKED)

    secret = re.search(r"hd_[\w-]{43}", page.content.decode())[0]
    token = ApiToken.objects.get()
    assert (page.status_code, page["Cache-Control"]) == (200, "no-store")
    assert (token.user, token.scopes, token.name) == (person, ["tickets:read"], "phone")
    assert timedelta(days=89) < token.expires_at - timezone.now() < timedelta(days=91)
    assert tokens.find(secret) == token
    assert secret not in browser.get(PAGES[door]).content.decode()
    assert Entry.objects.filter(verb="token_issued").count() == 1


@pytest.mark.parametrize("door", PAGES)
def test_whoever_proved_nothing_lately_is_led_to_do_so_and_gets_no_token(door):
    browser = browser_of(person_at(door))

    page, answer = browser.get(PAGES[door]).content.decode(), browser.post(PAGES[door], ASKED)

    assert f"/accounts/proof/?next={quote(PAGES[door], safe='')}" in page
    assert 'name="scopes"' not in page
    assert (answer.status_code, answer["Location"].partition("?")[0]) == (303, "/accounts/proof/")
    assert not ApiToken.objects.exists()


@pytest.mark.parametrize("door", PAGES)
@pytest.mark.parametrize(
    "wrong",
    [
        {"name": " "},
        {"scopes": []},
        {"scopes": ["all"]},
        {"days": "99999"},
        {"days": "x"},
        {"scopes": ["webhooks:manage"]},
    ],
    ids=str,
)
def test_token_with_what_is_not_offered_is_refused(door, wrong):
    page = proved(browser_of(person_at(door))).post(PAGES[door], ASKED | wrong)

    assert page.status_code == 422
    assert not ApiToken.objects.exists()


@pytest.mark.parametrize("door", PAGES)
def test_token_when_ended_opens_nothing(door):
    person = person_at(door)
    program = Program(person)
    token = ApiToken.objects.get()

    answer = proved(browser_of(person)).post(f"{PAGES[door]}{token.pk}/end/")

    assert (answer.status_code, answer["Location"]) == (303, PAGES[door])
    assert program.get("/api/v1/tickets/").status_code == 401


def test_token_of_somebody_else_is_neither_shown_nor_ended():
    tokens.issue(user=StaffFactory(name="Boris"), by=None, name="c4n4ry")
    browser = browser_of(StaffFactory(name="Anna"))

    browser.post(f"/desk/me/tokens/{ApiToken.objects.get().pk}/end/")

    assert ApiToken.objects.get().revoked_at is None
    assert b"c4n4ry" not in browser.get("/desk/me/tokens/").content
