"""Two sites on host names of their own, an outside provider on a third, and Chromium: in once, out everywhere."""

import time
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from helpdesk.operations.bench.openldap import OpenLdap
from tests.browser import directories
from tests.browser.program import Program
from tests.browser.visitors import PATIENCE, PEOPLE, Visitors, sign_in
from tests.peers.identity_provider import IdentityProviderPeer, identity_provider
from tests.peers.relying_party import RelyingParty, relying_party
from tests.peers.slapd import own_slapd, start_slapd  # noqa: F401 - fixtures

OUT_SECONDS = 15
"""What a busy machine may take; five are promised."""


@dataclass
class Sites:
    shop: RelyingParty
    wiki: RelyingParty


@pytest.fixture(scope="module")
def irina(chromium: Browser, program: Program, cookies: dict) -> Iterator[Page]:
    """The administrator."""
    found = Visitors(chromium, program.url, cookies)
    yield found.window("Irina")
    found.leave()


@pytest.fixture(scope="module")
def entered_sites(irina: Page, program: Program) -> Iterator[Sites]:
    """Shop and Wiki, which she enters in the administration and tells their secrets."""
    with relying_party("shop.localhost") as shop, relying_party("wiki.localhost") as wiki:
        for name, party in {"Shop": shop, "Wiki": wiki}.items():
            irina.goto("/admin/sso/site/add/")
            irina.locator("[name=name]").fill(name)
            irina.locator("[name=redirect_uris]").fill(f"{party.base}/callback")
            irina.locator("[name=return_uris]").fill(f"{party.base}/bye")
            irina.locator("[name=notice_uri]").fill(f"{party.reached_at}/backchannel")
            for role in ("agent", "line_lead"):
                irina.locator(f"[name=allowed_roles][value={role}]").check(force=True)
            irina.locator("[name=_save]").click()
            secret = irina.locator("#secret").inner_text()
            party.knows(program.url, irina.locator("#client_id").inner_text(), secret)
        yield Sites(shop, wiki)


@pytest.fixture
def sites(entered_sites: Sites) -> Iterator[Sites]:
    """The same with nobody signed in; who is left signed in when a test ends is forgotten."""
    yield entered_sites
    for party in (entered_sites.shop, entered_sites.wiki):
        party.sessions.clear()


@pytest.fixture
def stranger(chromium: Browser, program: Program) -> Iterator[BrowserContext]:
    """A fresh browser that nobody watches: it goes to sites that are not ours."""
    context = chromium.new_context(locale="en-GB", base_url=program.url)
    context.set_default_timeout(PATIENCE)
    yield context
    context.close()


def enter(page: Page, party: RelyingParty) -> None:
    page.goto(f"{party.base}/")
    page.locator("#enter").click()


def gone_within(party: RelyingParty, seconds: float) -> float:
    """How long until nobody is signed in there."""
    began = time.monotonic()
    while party.people:
        assert time.monotonic() - began < seconds, f"Still in after {seconds} seconds: {party.people}"
        time.sleep(0.05)
    return time.monotonic() - began


def test_person_signs_in_once_is_known_on_two_sites_and_signs_out_of_all(sites: Sites, stranger: BrowserContext):
    page = stranger.new_page()

    enter(page, sites.shop)
    sign_in_at(page, "Anna")
    expect(page.locator("#who")).to_have_text("Anna Orlova")
    assert page.url == f"{sites.shop.base}/"
    enter(page, sites.wiki)
    expect(page.locator("#who")).to_have_text("Anna Orlova")
    assert page.url == f"{sites.wiki.base}/"

    page.locator("#leave").click()
    page.wait_for_url(f"{sites.wiki.base}/bye?state=s1")
    gone_within(sites.shop, OUT_SECONDS)
    gone_within(sites.wiki, OUT_SECONDS)
    page.goto(f"{sites.shop.base}/")
    expect(page.locator("#who")).to_have_text("Nobody")
    page.goto("/desk/")
    expect(page.locator("input[name=login]")).to_be_visible()
    assert sites.shop.turned_away == sites.wiki.turned_away == []


def test_person_who_signs_out_here_is_out_at_the_sites(sites: Sites, stranger: BrowserContext):
    page = stranger.new_page()
    enter(page, sites.shop)
    sign_in_at(page, "Anna")
    expect(page.locator("#who")).to_have_text("Anna Orlova")
    enter(page, sites.wiki)
    expect(page.locator("#who")).to_have_text("Anna Orlova")

    page.goto("/accounts/logout/")
    page.locator("form[data-sign-out] button").click()

    gone_within(sites.shop, OUT_SECONDS)
    gone_within(sites.wiki, OUT_SECONDS)


def test_person_who_is_switched_off_is_out_everywhere_within_seconds(
    sites: Sites, stranger: BrowserContext, program: Program
):
    """By what the program itself does for nobody's page, as a directory's synchronisation would."""
    page = stranger.new_page()
    enter(page, sites.shop)
    sign_in_at(page, "Maya")
    expect(page.locator("#who")).to_have_text("Maya Fischer")
    enter(page, sites.wiki)
    expect(page.locator("#leave")).to_be_visible()
    person = f"from helpdesk.accounts.models import User; p = User.objects.get(email='{PEOPLE['Maya']}');"
    leaving = "from helpdesk.accounts.actions import leaving;"

    try:
        program.tell(f"{person}{leaving} leaving.deactivate(person=p, by=None, reason='left the directory')")
        gone_within(sites.shop, OUT_SECONDS)
        gone_within(sites.wiki, OUT_SECONDS)
        enter(page, sites.shop)
        expect(page.locator("input[name=login]")).to_be_visible()
    finally:
        program.tell(f"{person}{leaving} leaving.reactivate(person=p, by=None)")


@pytest.mark.slapd
def test_person_of_a_directory_signs_in_once_and_is_out_everywhere_when_they_leave_it(
    irina: Page,
    sites: Sites,
    stranger: BrowserContext,
    own_slapd: OpenLdap,  # noqa: F811
):
    directories.set_up(irina, own_slapd)
    home = irina.url
    page = stranger.new_page()

    try:
        irina.locator("button[name=begin]").click()
        expect(irina.locator("#people")).to_contain_text("Paula Petrova", timeout=60_000)
        irina.goto(home)
        directories.read(irina, "dry")
        irina.locator("form[action$='/approval/'] button").click()
        irina.locator("#state[data-state=done]").wait_for(timeout=60_000)
        enter(page, sites.shop)
        page.locator("input[name=login]").fill("paula")
        page.locator("input[name=password]").fill("paula-secret")
        page.get_by_role("button", name="Sign in", exact=True).click()
        expect(page.locator("#who")).to_have_text("Paula Petrova")
        enter(page, sites.wiki)
        expect(page.locator("#who")).to_have_text("Paula Petrova")

        directories.disable(own_slapd, "paula")
        irina.goto(home)
        directories.read(irina, "real")
        gone_within(sites.shop, OUT_SECONDS)
        gone_within(sites.wiki, OUT_SECONDS)
        page.goto("/desk/")
        expect(page.locator("input[name=login]")).to_be_visible()
        enter(page, sites.shop)
        expect(page.locator("input[name=login]")).to_be_visible()
    finally:
        directories.switch_off(irina, home)


def test_role_that_a_site_does_not_admit_is_told_so_on_a_page_of_ours(sites: Sites, stranger: BrowserContext):
    page = stranger.new_page()

    enter(page, sites.shop)
    sign_in_at(page, "Clara")

    expect(page.get_by_role("heading", name="This site is not open to you")).to_be_visible()
    assert sites.shop.people == []


@pytest.fixture(scope="module")
def works(irina: Page) -> Iterator[IdentityProviderPeer]:
    """An outside provider, which she enters, tests and switches on."""
    with identity_provider() as peer:
        port = peer.server.server_address[1]
        peer.document = {"authorization_endpoint": f"http://idp.localhost:{port}/authorize"}
        peer.person = {"sub": "anna-there", "email": PEOPLE["Anna"], "email_verified": True, "name": "Anna"}
        irina.goto("/admin/sso/identityprovider/add/")
        fields = {"name": "Works", "slug": "works", "issuer": peer.issuer, "client_id": peer.client_id}
        fields |= {"secret": peer.client_secret, "domains": "helpdesk.example"}
        for name, value in fields.items():
            irina.locator(f"[name={name}]").fill(value)
        irina.locator("[name=_continue]").click()
        irina.locator("a[href$='/test/']").click()
        irina.locator("form[method=post] button[type=submit]").last.click()
        expect(irina.locator("#steps")).to_contain_text("✓", timeout=30_000)
        assert "✗" not in irina.locator("#steps").inner_text()
        irina.go_back()
        irina.goto("/admin/sso/identityprovider/")
        irina.locator("#result_list a", has_text="Works").first.click()
        irina.locator("[name=is_active]").check(force=True)
        irina.locator("[name=_save]").click()
        irina.wait_for_url("**/admin/sso/identityprovider/")
        yield peer


def test_person_comes_in_by_an_outside_provider_and_is_known_on_a_site_by_that(
    works: IdentityProviderPeer, sites: Sites, stranger: BrowserContext
):
    page = stranger.new_page()

    enter(page, sites.shop)
    page.get_by_role("link", name="Sign in with Works").click()
    page.get_by_role("button", name="Go on").click()
    page.wait_for_url(lambda url: url.startswith("http://idp.localhost:"))
    page.locator("#yes").click()

    expect(page.locator("#who")).to_have_text("Anna Orlova")
    assert page.url == f"{sites.shop.base}/"
    page.goto("/accounts/logout/")
    page.locator("form[data-sign-out] button").click()
    gone_within(sites.shop, OUT_SECONDS)


def sign_in_at(page: Page, name: str) -> None:
    """At our own page, on the way to a site."""
    page.wait_for_url("**/accounts/login/**")
    sign_in(page, PEOPLE[name])
