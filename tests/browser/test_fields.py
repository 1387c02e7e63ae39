"""A request with fields, filed by a customer and changed at the desk."""

import re
from collections.abc import Callable

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.browser.desk import find_ticket, settled
from tests.browser.test_accessibility import RULES

Window = Callable[..., Page]


def test_request_when_a_category_is_chosen_then_its_fields_come_and_what_was_typed_stays(window: Window) -> None:
    page = window("Clara", viewport={"width": 320, "height": 640}, bypass_csp=True)
    page.goto("/cabinet/requests/new/")

    page.get_by_label("What happened").fill("Typed before choosing")
    page.get_by_label("What is it about?").select_option("shop")
    page.get_by_label("Site").fill("shop.example")
    page.get_by_label("What does not work?").select_option("payment")
    page.get_by_label("How many orders").fill("11")

    expect(page.get_by_label("Site")).to_have_value("shop.example")
    expect(page.get_by_label("What happened")).to_have_value("Typed before choosing")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert Axe().run(page, options=RULES).response["violations"] == []
    page.get_by_label("Subject").fill("Orders without payment")
    page.get_by_role("button", name="Send the request").click()
    page.wait_for_url(re.compile(r"/cabinet/requests/\d+/$"))
    expect(page.locator("dl.facts")).to_contain_text("shop.example")


def test_side_when_fields_are_changed_in_place_then_the_page_is_not_loaded_anew(anna: Page) -> None:
    anna.goto(find_ticket(anna, "Stock in the shop differs"))
    anna.evaluate("window.isSame = true")

    panel = anna.locator("#fields")
    panel.get_by_role("link", name="Change", exact=True).click()
    settled(anna)
    panel.get_by_label("Category").select_option("hosting")
    panel.get_by_label("Mailboxes").check()
    panel.get_by_role("button", name="Save").click()

    expect(panel.get_by_role("link", name="Hosting, domains and mail")).to_be_visible()
    expect(anna.locator("#timeline")).to_contain_text("kept, but no longer shown: What does not work?")
    assert anna.evaluate("window.isSame")
