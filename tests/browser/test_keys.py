"""A VPN key in a real browser: from a new colleague to the bundle, and the page behind a link on a phone."""

import re
import time
from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.browser.letters import mail_to, text_of, word
from tests.browser.test_accessibility import RULES
from tests.browser.visitors import Watch
from tests.peers.dovecot import Account, Dovecot

Window = Callable[..., Page]


def _colleague(page: Page, name: str, address: str) -> str:
    """Write somebody down in the administration; their key in the database."""
    page.goto("/admin/accounts/user/add/")
    page.locator("[name=name]").fill(name)
    page.locator("[name=email]").fill(address)
    page.locator("[name=role]").select_option("agent", force=True)
    page.locator("button[name=_continue]").first.click()
    page.wait_for_url(re.compile(r"/admin/accounts/user/\d+/change/"))
    found = re.search(r"/user/(\d+)/change/", page.url)
    assert found
    return found[1]


def test_key_when_a_colleague_is_new_then_their_bundle_is_there_within_a_minute(window: Window) -> None:
    irina = window("Irina")
    began = time.monotonic()
    person = _colleague(irina, "Nina Novak", "nina@helpdesk.example")
    irina.goto(f"/admin/vpn/key/issue/?person={person}")
    irina.locator("#issue [name=device]").fill("laptop")
    irina.get_by_label("vpn.example.org").check(force=True)
    irina.locator("#issue button[type=submit]").click()
    irina.locator("#facts").wait_for()
    with irina.expect_download() as download:
        irina.locator("#taking button[value=profile]").click()

    assert time.monotonic() - began < 60
    assert download.value.suggested_filename == "nina-laptop.ovpn"
    irina.reload()
    expect(irina.locator("#taking")).to_have_count(0)


@pytest.mark.dovecot
def test_link_when_opened_on_a_phone_then_it_reads_well_and_hands_the_key_out_once(
    window: Window, dovecot: Dovecot, watch: Watch
) -> None:
    watch.expected.add(410)
    irina, name = window("Irina"), f"p{word()}"
    address = f"{name}@helpdesk.example"
    person = _colleague(irina, "Petra Novak", address)
    irina.goto(f"/admin/vpn/key/issue/?person={person}")
    irina.locator("#issue [name=device]").fill("phone")
    irina.get_by_label("Phones (WireGuard)").check(force=True)
    irina.locator("#issue button[type=submit]").click()
    irina.locator("#facts").wait_for()

    letter = mail_to(Account(dovecot, address), lambda mail: "/vpn/key/" in text_of(mail))
    link = re.search(r"http://\S+/vpn/key/\S+/", text_of(letter))
    assert link
    phone = window(viewport={"width": 360, "height": 740}, has_touch=True, is_mobile=True, bypass_csp=True)
    phone.goto(link[0])

    expect(phone.get_by_role("heading", level=1)).to_contain_text("phone")
    assert phone.evaluate("document.documentElement.scrollWidth") <= 360
    assert Axe().run(phone, options=RULES).response["violations"] == []
    with phone.expect_download() as download:
        phone.locator("main form button[value=profile]").first.click()
    assert download.value.suggested_filename.endswith("-phone.conf")
    phone.goto(link[0])
    expect(phone.locator("main")).to_contain_text("This was not me")
    expect(phone.locator("main form button[value=profile]")).to_have_count(0)
