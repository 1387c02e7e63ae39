"""A VPN key in a real browser: from a new colleague to the bundle, and the page behind a link on a phone."""

import re
import time
from collections.abc import Callable

from playwright.sync_api import Page, expect

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
