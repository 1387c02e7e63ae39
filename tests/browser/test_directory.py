"""The company's directory in a real browser, against a real server: set up, tried, read, signed in by, left."""

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect

from helpdesk.operations.bench.openldap import READER, OpenLdap
from tests.browser.directories import disable, read, set_up, sign_in, switch_off
from tests.browser.visitors import Watch
from tests.peers.slapd import own_slapd, start_slapd  # noqa: F401 - fixtures

Window = Callable[..., Page]
pytestmark = pytest.mark.slapd


@pytest.fixture
def irina(window: Window) -> Page:
    """At the admin's door, an administrator; she reads Russian, so things are found by their names."""
    return window("Irina")


@pytest.fixture
def homes(irina: Page) -> Iterator[list[str]]:
    """Pages of directories that are switched off afterwards: others sign in at this program too."""
    found: list[str] = []
    yield found
    for home in found:
        switch_off(irina, home)


def test_directory_when_set_up_and_read_then_its_people_come_in_and_go_with_it(
    irina: Page,
    window: Window,
    watch: Watch,
    homes: list[str],
    own_slapd: OpenLdap,  # noqa: F811
) -> None:
    set_up(irina, own_slapd)
    home = irina.url
    homes.append(home)
    watch.expected.add(422)
    irina.locator("button[name=begin]").click()
    expect(irina.locator("#people")).to_contain_text("Paula Petrova", timeout=60_000)
    irina.goto(home)
    read(irina, "dry")
    expect(irina.locator("#counts strong").first).to_have_text("3")
    irina.locator("form[action$='/approval/'] button").click()
    irina.locator("#state[data-state=done]").wait_for(timeout=60_000)
    paula = window(streams=True)
    sign_in(paula, "paula", "paula-secret")
    paula.wait_for_url(re.compile("/desk/"))
    disable(own_slapd, "paula")

    irina.goto(home)
    read(irina, "real")

    expect(irina.locator("#lines")).to_contain_text("paula")
    paula.reload()
    paula.wait_for_url("**/accounts/login/**")
    sign_in(paula, "paula", "paula-secret")
    expect(paula.locator("main")).to_contain_text("do not go together")


def test_directory_with_wrong_settings_is_not_switched_on_and_says_why(irina: Page, own_slapd: OpenLdap) -> None:  # noqa: F811
    set_up(irina, own_slapd, bind_password="wrong")

    expect(irina.locator(".errorlist, .errornote, [class*=error]", has_text=READER).first).to_be_visible()
    assert irina.url.endswith("/admin/directory/directory/add/")
