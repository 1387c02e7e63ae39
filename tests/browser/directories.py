"""Setting a directory up in the administration, reading it, and going as somebody of it."""

from playwright.sync_api import Page

from helpdesk.operations.bench.openldap import PASSWORD, READER, OpenLdap
from tests.browser.letters import word
from tests.peers.slapd import GROUPS, PEOPLE


def set_up(page: Page, server: OpenLdap, **fields: str) -> None:
    """Fill in a directory of this server whose agents are agents, and none of whom another directory knows."""
    for uid in ("paula", "pavel", "nadia", "timur"):
        move_in(server, uid)
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


def disable(server: OpenLdap, uid: str) -> None:
    """Lock the account for good, as an administrator of the directory does."""
    locked = "add: pwdAccountLockedTime\npwdAccountLockedTime: 000001010000Z\n"
    server.modify(f"dn: uid={uid},{PEOPLE}\nchangetype: modify\n{locked}")


def move_in(server: OpenLdap, uid: str) -> None:
    """Give somebody an address that nobody at this program has from another directory."""
    address = f"{uid}-{word()}@corp.example"
    server.modify(f"dn: uid={uid},{PEOPLE}\nchangetype: modify\nreplace: mail\nmail: {address}\n")


def switch_off(page: Page, home: str) -> None:
    """Others sign in at this program too."""
    page.goto(home)
    page.locator("input[name=is_active]").uncheck(force=True)
    page.locator("[name=_save]").click()
    page.wait_for_url("**/admin/directory/directory/")
