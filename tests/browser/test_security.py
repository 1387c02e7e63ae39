"""Signing in with Chromium's own authenticator, by an app, by a recovery code; ending a session that is elsewhere."""

import re
import time
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, CDPSession, Page, expect

from tests.browser.letters import word
from tests.browser.pictures import take_all
from tests.browser.program import Program
from tests.browser.visitors import Visitors
from tests.helpdesk.accounts.ways import app_code

PASSWORD = "quite a long sentence"
SECURITY = "/accounts/security/"
MAKE = """
from helpdesk.accounts.models import RoleRule, User
User.objects.create_user({email!r}, {password!r}, name={name!r}, role={role!r}, language={language!r})
"""
RULE = """
from helpdesk.accounts.models import RoleRule
RoleRule.objects.update_or_create(role="accountant", defaults={{"requires_mfa": {needed}}})
"""


def colleague(program: Program, *, role: str = "agent", language: str = "en") -> str:
    """The address of a new one, who has nothing but a password."""
    email = f"{word()}@helpdesk.example".lower()
    program.tell(MAKE.format(email=email, password=PASSWORD, name="Petra Vogt", role=role, language=language))
    return email


@pytest.fixture
def by_name(chromium: Browser, program: Program) -> Iterator[Visitors]:
    """The program by the name `localhost`, for passkeys belong to no IP address."""
    found = Visitors(chromium, program.url.replace("127.0.0.1", "localhost"), {})
    yield found
    found.leave()
    assert found.watch.found == {"dialogs": [], "strangers": [], "complaints": []}


def enter(page: Page, email: str) -> None:
    page.goto("/accounts/login/")
    page.locator("input[name=login]").fill(email)
    page.locator("input[name=password]").fill(PASSWORD)
    page.get_by_role("button", name=re.compile("^(Sign in|Войти)$")).click()
    page.wait_for_url(lambda url: "/accounts/login/" not in url)


NOTHING_OFFERED = "PublicKeyCredential.isConditionalMediationAvailable = async () => false"


def with_authenticator(page: Page) -> tuple[CDPSession, str]:
    """The window's device has a platform authenticator that asks for nothing and says that it knew the finger."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    made: Any = session.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    return session, made["authenticatorId"]


def sign_out(page: Page) -> None:
    page.goto("/accounts/logout/")
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", name="You are signed out")).to_be_visible()


def set_up_app(page: Page) -> tuple[str, str]:
    """Takes up the secret as people without a camera do; returns it, and the code that proved it."""
    page.goto(f"{SECURITY}authenticator/")
    take_all(page, "authenticator")
    secret = page.locator(".secret").inner_text().replace(" ", "")
    code = app_code(secret)
    page.get_by_label("Code").fill(code)
    page.get_by_role("button", name="Set up").click()
    expect(page.get_by_role("heading", name="Your recovery codes")).to_be_visible()
    take_all(page, "recovery-codes")
    return secret, code


def test_passkey_is_made_and_signs_in_without_a_password(by_name: Visitors, program: Program):
    page = by_name.window()
    session, authenticator = with_authenticator(page)
    enter(page, colleague(program))
    page.goto(SECURITY)
    page.get_by_role("link", name="Add", exact=True).click()
    page.get_by_label("Name").fill("Laptop")
    take_all(page, "passkey-new")
    page.get_by_role("button", name="Make a passkey").click()
    expect(page.get_by_role("heading", name="Your recovery codes")).to_be_visible()
    page.get_by_role("link", name="I have kept them").click()
    expect(page.locator(".card:has(#passkeys)")).to_contain_text("Laptop")
    kept: Any = session.send("WebAuthn.getCredentials", {"authenticatorId": authenticator})
    session.send("WebAuthn.setAutomaticPresenceSimulation", {"authenticatorId": authenticator, "enabled": False})
    sign_out(page)

    page.add_init_script(NOTHING_OFFERED)  # the button is looked at here, and what is offered might be quicker
    page.goto("/accounts/login/?next=/accounts/security/")
    take_all(page, "sign-in")
    session.send("WebAuthn.setAutomaticPresenceSimulation", {"authenticatorId": authenticator, "enabled": True})
    page.get_by_role("button", name="Sign in with a passkey").click()
    page.wait_for_url(lambda url: url.endswith(SECURITY))

    assert [each["isResidentCredential"] for each in kept["credentials"]] == [True]
    expect(page.locator(".card:has(#sessions)")).to_contain_text("passkey")
    take_all(page, "security")


def test_browser_offers_the_passkey_where_the_name_is_typed(by_name: Visitors, program: Program):
    page = by_name.window()
    with_authenticator(page)
    enter(page, colleague(program))
    page.goto(f"{SECURITY}passkeys/")
    page.get_by_role("button", name="Make a passkey").click()
    expect(page.get_by_role("heading", name="Your recovery codes")).to_be_visible()
    sign_out(page)

    page.goto("/accounts/login/")  # the authenticator answers what the browser offers by itself

    page.wait_for_url(lambda url: "/desk/" in url)


def test_passkey_is_the_second_factor_after_a_password(by_name: Visitors, program: Program):
    page = by_name.window()
    session, authenticator = with_authenticator(page)
    email = colleague(program)
    enter(page, email)
    page.goto(f"{SECURITY}passkeys/")
    page.get_by_role("button", name="Make a passkey").click()
    expect(page.get_by_role("heading", name="Your recovery codes")).to_be_visible()
    session.send("WebAuthn.setAutomaticPresenceSimulation", {"authenticatorId": authenticator, "enabled": False})
    sign_out(page)

    enter(page, email)
    take_all(page, "second-factor")
    session.send("WebAuthn.setAutomaticPresenceSimulation", {"authenticatorId": authenticator, "enabled": True})
    page.get_by_role("button", name="Use a passkey").click()

    page.wait_for_url(lambda url: "/desk/" in url)


def test_app_and_recovery_codes_let_in_without_javascript(by_name: Visitors, program: Program):
    by_name.watch.expected.add(422)
    page = by_name.window(java_script_enabled=False)
    email = colleague(program)
    enter(page, email)
    _secret, used = set_up_app(page)
    codes = page.locator(".codes code").all_inner_texts()
    sign_out(page)

    enter(page, email)
    page.get_by_label("Code of the app").fill(used)
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_role("alert")).to_contain_text("used already")
    page.get_by_label("Code of the app").fill(codes[0])
    page.get_by_role("button", name="Continue").click()
    page.wait_for_url(lambda url: "/desk/" in url)

    page.goto(SECURITY)
    expect(page.locator(".card:has(#factor)")).to_contain_text("9 left")
    page.goto(f"{SECURITY}passkeys/")
    expect(page.get_by_text("Passkeys need JavaScript")).to_be_visible()
    expect(page.get_by_role("button", name="Make a passkey")).to_be_hidden()


def test_next_code_of_the_app_lets_in(by_name: Visitors, program: Program):
    page = by_name.window()
    email = colleague(program)
    enter(page, email)
    secret, _used = set_up_app(page)
    sign_out(page)

    enter(page, email)
    page.get_by_label("Code of the app").fill(app_code(secret, steps=1))
    page.get_by_role("button", name="Continue").click()

    page.wait_for_url(lambda url: "/desk/" in url)


def test_role_that_asks_for_one_opens_when_it_is_set_up(by_name: Visitors, program: Program):
    email = colleague(program, role="accountant")
    program.tell(RULE.format(needed=True))
    try:
        page = by_name.window()
        enter(page, email)
        expect(page.get_by_role("heading", name="Set up a second factor")).to_be_visible()
        take_all(page, "second-factor-owed")
        page.goto("/desk/tickets/")
        page.get_by_role("link", name="An authenticator app").click()
        secret = page.locator(".secret").inner_text().replace(" ", "")
        page.get_by_label("Code").fill(app_code(secret))
        page.get_by_role("button", name="Set up").click()
        page.get_by_role("link", name="I have kept them").click()
        page.goto("/desk/tickets/")
        expect(page).to_have_url(re.compile("/desk/tickets/"))
    finally:
        program.tell(RULE.format(needed=False))


def test_session_elsewhere_ends_within_seconds(by_name: Visitors, program: Program):
    email = colleague(program)
    here, there = by_name.window(), by_name.window()
    enter(here, email)
    enter(there, email)
    there.goto("/desk/tickets/")

    here.goto(SECURITY)
    here.get_by_role("button", name="Sign out there").click()
    began = time.monotonic()
    expect(here.get_by_text("Signed out there.")).to_be_visible()
    there.goto("/desk/tickets/")

    expect(there).to_have_url(re.compile("/accounts/login/"))
    assert time.monotonic() - began < 5
    expect(here.get_by_role("button", name="Sign out there")).to_have_count(0)


def test_pages_read_well_in_russian(by_name: Visitors, program: Program):
    page = by_name.window(locale="ru-RU")
    with_authenticator(page)
    enter(page, colleague(program, language="ru"))

    page.goto(SECURITY)
    expect(page.locator("html")).to_have_attribute("lang", "ru")
    take_all(page, "security-ru")
    page.goto(f"{SECURITY}authenticator/")
    take_all(page, "authenticator-ru")


def test_address_without_a_name_says_why_there_are_no_passkeys(visitors: Visitors, program: Program):
    page = visitors.window("Anna")

    page.goto(SECURITY)

    expect(page.get_by_text("Passkeys belong to a host name with https")).to_be_visible()
    expect(page.locator("form[data-passkey]")).to_have_count(0)
