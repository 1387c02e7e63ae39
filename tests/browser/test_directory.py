"""The company's directory in a real browser, against a real server: set up, tried, read, signed in by, left."""

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect

from helpdesk.operations.bench.openldap import PASSWORD, READER, OpenLdap
from tests.browser.letters import word
from tests.browser.visitors import Watch
from tests.peers.slapd import GROUPS, PEOPLE, own_slapd, start_slapd  # noqa: F401 - fixtures

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
        irina.goto(home)
        irina.locator("input[name=is_active]").uncheck(force=True)
        irina.locator("[name=_save]").click()
        irina.wait_for_url("**/admin/directory/directory/")


def set_up(page: Page, server: OpenLdap, **fields: str) -> None:
    """Fill in a directory of this server whose agents are agents."""
    page.goto("/admin/directory/directory/add/")
    chosen = {"kind": "openldap", "security": "plain", "group_rules-0-role": "agent"}
    said = {
        "name": f"Corp {word()}", "uris": server.uri, "bind_dn": READER, "bind_password": PASSWORD,
        "person_bases": PEOPLE, "group_bases": GROUPS, "group_rules-0-group_dn": f"cn=agents,{GROUPS}",
        "sync_minutes": "60",
    } | fields  # fmt: skip
    for name, value in chosen.items():
        page.locator(f"select[name={name}]").select_option(value, force=True)
    for name, value in said.items():
        page.locator(f"[name={name}]").fill(value)
    page.locator("input[name=is_active]").check(force=True)
    page.locator("[name=_continue]").click()


def read(page: Page, button: str) -> None:
    """Press the button of the directory's page, and wait for the end of the run."""
    page.locator(f"button[name={button}]").click()
    page.locator("#state[data-state=done]").wait_for(timeout=60_000)


def sign_in(page: Page, login: str, password: str) -> None:
    page.goto("/accounts/login/")
    page.locator("input[name=login]").fill(login)
    page.locator("input[name=password]").fill(password)
    page.get_by_role("button", name="Sign in", exact=True).click()


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
    own_slapd.modify(
        f"dn: uid=paula,{PEOPLE}\nchangetype: modify\nadd: pwdAccountLockedTime\npwdAccountLockedTime: 000001010000Z\n"
    )

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
