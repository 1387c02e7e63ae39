"""Ctrl+K: from anywhere to anywhere with the keyboard alone."""

import re
from collections.abc import Callable

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page, expect

from tests.browser.desk import find_ticket
from tests.browser.test_accessibility import RULES

Window = Callable[..., Page]


def palette(page: Page) -> tuple[Locator, Locator]:
    """The field, and the option that is marked."""
    return page.get_by_role("combobox", name="A ticket, a page or what to do"), page.locator(
        ".palette [aria-selected=true]"
    )


def test_palette_when_walked_with_the_keyboard_then_it_leads_where_one_wants(anna: Page) -> None:
    path = find_ticket(anna, "Checkout returns 502")
    anna.goto("/desk/tickets/")
    field, marked = palette(anna)

    anna.keyboard.press("Control+k")
    expect(field).to_be_focused()
    expect(marked).to_have_text("Mine")
    anna.keyboard.press("ArrowDown")
    expect(marked).to_have_text("My teams")
    expect(field).to_have_attribute("aria-activedescendant", "palette_place_2")
    anna.keyboard.press("ArrowUp")
    anna.keyboard.press("ArrowUp")
    expect(marked).to_have_text(re.compile("New ticket|filter"))
    anna.keyboard.press("Escape")
    expect(field).not_to_be_visible()

    anna.keyboard.press("Meta+k")
    anna.keyboard.type("checkout ret")
    anna.keyboard.press("Enter")
    anna.wait_for_url(f"**{path}")


def test_palette_when_a_place_is_typed_in_the_middle_of_an_answer_then_it_leads_there(anna: Page) -> None:
    anna.goto(find_ticket(anna, "Checkout returns 502"))
    anna.locator("textarea[name=body]").focus()

    anna.keyboard.press("Control+k")
    anna.keyboard.type("my page")
    anna.keyboard.press("Enter")

    anna.wait_for_url("**/desk/me/")


def test_palette_when_a_command_of_the_page_is_typed_then_it_is_done(anna: Page) -> None:
    anna.goto(find_ticket(anna, "Where do I find my invoices"))
    field, marked = palette(anna)
    priority = anna.get_by_label("Priority")

    anna.keyboard.press("Control+k")
    field.fill("priority low")
    expect(marked).to_have_text("Priority: Low")
    anna.keyboard.press("Enter")
    expect(priority).to_have_value("low")
    anna.keyboard.press("Control+k")
    field.fill("prio norm")
    anna.keyboard.press("Enter")
    expect(priority).to_have_value("normal")
    anna.keyboard.press("Control+k")
    field.fill("merge")
    anna.keyboard.press("Enter")

    expect(anna.get_by_role("heading", level=1)).to_have_text("Merge tickets")


def test_palette_when_opened_by_its_button_on_a_phone_then_nothing_is_cut_or_against_the_rules(window: Window) -> None:
    page = window("Anna", viewport={"width": 320, "height": 640}, bypass_csp=True)
    page.goto("/desk/tickets/")
    field, marked = palette(page)

    page.get_by_role("link", name="Find or do…").click()
    field.fill("checkout")
    expect(marked).to_have_text(re.compile("Checkout"))

    assert page.evaluate("document.documentElement.scrollWidth") == 320
    assert Axe().run(page, options=RULES).response["violations"] == []
    page.get_by_role("button", name="Close").click()
    expect(field).not_to_be_visible()


def test_going_when_there_is_no_javascript_then_a_page_searches(window: Window) -> None:
    page = window("Anna", java_script_enabled=False)
    page.goto("/desk/tickets/")

    page.get_by_role("link", name="Find or do…").click()
    page.get_by_role("searchbox", name="A ticket or a page").fill("checkout returns")
    page.get_by_role("button", name="Find").click()
    page.get_by_role("link", name="Checkout returns 502").first.click()

    expect(page.get_by_role("heading", level=1)).to_contain_text("Checkout returns 502")


def test_personal_page_when_saved_then_the_page_speaks_the_language(anna: Page) -> None:
    anna.goto("/desk/me/")

    anna.get_by_label("Language").select_option("ru")
    anna.locator("#settings").get_by_role("button", name="Save").click()

    expect(anna.get_by_role("heading", level=1)).to_have_text("Моя страница")
    anna.locator("#settings").get_by_label("Язык").select_option("en")
    anna.locator("#settings").get_by_role("button", name="Сохранить").click()
    expect(anna.get_by_role("heading", level=1)).to_have_text("My page")
