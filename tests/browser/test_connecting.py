"""From a new colleague to somebody who is connected, and out again: real OpenVPN, the files as they are handed out."""

import re
import tarfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.browser.letters import mail_to, text_of, word
from tests.browser.test_accessibility import RULES, violations
from tests.browser.vpn_sites import ADDRESS, Site, press, set_up, switch_off
from tests.browser.widths import sticking_out
from tests.peers.dovecot import Account, Dovecot
from tests.peers.openvpn import Lab, soon, vpn_lab  # noqa: F401 - a fixture

Window = Callable[..., Page]
pytestmark = [pytest.mark.openvpn, pytest.mark.dovecot]
PHONE = {"viewport": {"width": 360, "height": 740}, "has_touch": True, "is_mobile": True}


@pytest.fixture
def irina(window: Window) -> Page:
    """At the admin's door, an administrator."""
    return window("Irina", bypass_csp=True, reduced_motion="reduce")


@pytest.fixture
def site(irina: Page, vpn_lab: Lab) -> Iterator[Site]:  # noqa: F811
    site = set_up(irina, vpn_lab)
    yield site
    switch_off(irina, site)


def connected(page: Page, is_so: bool) -> None:
    """Look at the key's page until it says so."""

    def says() -> bool:
        page.reload()
        return ("✓" in page.locator("#connected").inner_text()) is is_so

    assert soon(says, seconds=20), page.locator("#facts").inner_text()


def test_colleague_when_new_then_connected_within_a_minute_and_out_when_revoked(
    irina: Page, window: Window, dovecot: Dovecot, site: Site, tmp_path: Path
) -> None:
    name = f"n{word()}"
    address, profile = f"{name}@helpdesk.example", tmp_path / "taken.ovpn"
    began = time.monotonic()

    irina.goto("/admin/accounts/user/add/")
    irina.locator("[name=name]").fill("Nora Newman")
    irina.locator("[name=email]").fill(address)
    irina.locator("[name=role]").select_option("agent", force=True)
    irina.locator("button[name=_continue]").first.click()
    irina.locator("a[href*='/admin/vpn/key/issue/']").click()
    irina.get_by_label(site.name).check(force=True)
    irina.locator("#issue button[type=submit]").click()
    irina.locator("#facts").wait_for()
    letter = mail_to(Account(dovecot, address), lambda mail: "/vpn/key/" in text_of(mail))
    link = re.search(r"http://\S+/vpn/key/\S+/", text_of(letter))
    assert link
    nora = window(**PHONE)
    nora.goto(link[0])
    with nora.expect_download() as download:
        nora.locator("main form button[value=profile]").first.click()
    download.value.save_as(profile)
    machine = site.connect(profile)

    assert machine.is_up(), machine.text() + site.running.text()
    assert machine.pings(ADDRESS)
    assert time.monotonic() - began < 60

    connected(irina, True)
    key = irina.url
    expect(irina.locator("#connected")).to_contain_text(site.name)
    irina.goto("/admin/vpn/key/")
    row = irina.locator("#result_list tr", has_text=f"{name}-laptop")
    expect(row.locator(".field-connected")).to_contain_text("✓")
    irina.goto(site.host)
    expect(irina.locator("#state [role=alert]")).to_have_count(0)
    expect(irina.locator("#state")).to_contain_text(f"{name}-laptop")
    assert sticking_out(irina) == {}
    assert violations(Axe().run(irina, context="#state", options=RULES)) == []

    irina.goto(key)
    press(irina, "#revocation button[type=submit]")

    assert soon(lambda: site.running.connected() == set(), seconds=5), site.agent.text()
    assert soon(lambda: f"error=certificate revoked: CN={name}-laptop" in site.running.text())
    assert not machine.pings(ADDRESS)
    connected(irina, False)
    assert site.running.connected() == set()


def test_archive_when_unpacked_as_it_is_then_connects(irina: Page, site: Site, tmp_path: Path) -> None:
    irina.goto("/admin/accounts/user/")
    irina.locator("#result_list a", has_text="Anna Orlova").first.click()
    irina.locator("a[href*='/admin/vpn/key/issue/']").click()
    device = f"d{word()}"
    irina.locator("#issue [name=device]").fill(device)
    irina.get_by_label(site.name).check(force=True)
    irina.locator("#issue button[type=submit]").click()
    irina.locator("#facts").wait_for()
    with irina.expect_download() as download:
        irina.locator("#taking button[value=archive]").click()
    with tarfile.open(download.value.path()) as packed:
        packed.extractall(tmp_path, filter="data")
    (profile,) = tmp_path.glob("*/*.ovpn")

    machine = site.connect(profile)

    assert machine.is_up(), machine.text() + site.running.text()
    assert machine.pings(ADDRESS)
    connected(irina, True)
