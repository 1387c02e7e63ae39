"""Keys of one's own: they work in the place of the usual ones, the hints follow, and they can be switched off."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

Window = Callable[..., Page]


def test_keys_when_changed_or_switched_off_then_pages_do_as_told(window: Window) -> None:
    page = window("Anna")
    page.goto("/desk/me/keyboard/")
    page.get_by_label("Next row").fill("d")
    page.get_by_label("New ticket").fill("y")
    page.get_by_role("button", name="Save").click()
    page.goto("/desk/tickets/")
    rows = page.locator("[data-rows] tbody tr")

    expect(page.get_by_role("link", name="New ticket").locator("kbd")).to_have_text("Y")
    page.keyboard.press("j")
    expect(page.locator("body")).to_be_focused()
    page.keyboard.press("d")
    expect(rows.first.locator("a").first).to_be_focused()
    page.keyboard.press("y")
    page.wait_for_url("**/desk/tickets/new/")

    page.goto("/desk/me/keyboard/")
    page.get_by_label("Single keys do something").uncheck()
    page.get_by_role("button", name="Save").click()
    page.goto("/desk/tickets/")
    for key in ("d", "j", "/"):
        page.keyboard.press(key)
    expect(page.locator("body")).to_be_focused()
    expect(page.get_by_role("link", name="New ticket").locator("kbd")).to_be_hidden()

    page.goto("/desk/me/keyboard/")
    page.get_by_role("button", name="Back to the usual keys").click()
    page.goto("/desk/tickets/")
    page.keyboard.press("j")
    expect(rows.first.locator("a").first).to_be_focused()
