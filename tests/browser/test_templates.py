"""Templates by “/” while one writes: by keyboard, by the button, taken back, and left alone."""

import re
from collections.abc import Callable

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.browser.desk import find_ticket
from tests.browser.test_accessibility import RULES

Window = Callable[..., Page]


def test_template_when_called_by_its_word_then_it_stands_at_the_cursor_and_can_be_taken_back(window: Window) -> None:
    page = window("Anna", bypass_csp=True)
    page.goto(f"{find_ticket(page, 'Checkout returns 502')}?compose=note")
    text = page.locator("#composer_text")
    options = page.locator(".picker [role=option]")
    text.fill("")

    page.keyboard.type("Look: /hand")
    expect(options).to_have_count(1)
    expect(text).to_have_attribute("aria-activedescendant", re.compile("^picker_"))
    expect(page.locator(".picker + [role=status]")).to_have_text("1 template")
    assert Axe().run(page, context=".picker", options=RULES).response["violations"] == []
    page.keyboard.press("Escape")
    expect(options).not_to_be_visible()
    page.keyboard.type("o")
    expect(options).to_be_visible()
    page.keyboard.press("Enter")
    expect(text).to_have_value(re.compile(r"^Look: For development: ticket \d+ of Nordlicht Shop\."))
    expect(text).to_be_focused()
    page.keyboard.press("Control+z")
    expect(text).to_have_value("Look: /hando")

    text.fill("a/b")
    page.get_by_role("button", name="Templates").click()
    expect(text).to_have_value("a/b /")
    expect(options).to_be_visible()
    page.keyboard.press("Escape")
    expect(text).to_have_value("a/b ")
    text.fill("")
    page.keyboard.type("Please, @ole")
    expect(options).to_have_count(0)
    text.fill("")
    page.keyboard.type("Please, @tim")
    expect(options).to_have_text([re.compile("^Timur .*@timur$")])
    expect(options).to_be_visible()
    page.keyboard.press("Enter")
    expect(text).to_have_value("Please, @timur ")
    text.fill("")
