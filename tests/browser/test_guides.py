"""What the README and the guides show: each picture is made here, so it can't show what is no longer there.

    SCREENSHOTS=docs/screenshots python -m pytest -n 0 tests/browser/test_guides.py

makes them anew from the demo data; without that word the same pages are opened and nothing is written.
"""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.desk import come

DESK, TALL, PHONE = (1180, 720), (1180, 940), (390, 760)
FOLDER = os.environ.get("SCREENSHOTS")
Window = Callable[..., Page]


@pytest.fixture
def shoot(window: Window) -> Iterator[Callable[..., Page]]:
    """Opens a page for somebody; `shot` of it is then kept under a name."""

    def open_page(name: str, path: str, *, size: tuple[int, int] = DESK) -> Page:
        page = window(name, viewport={"width": size[0], "height": size[1]}, reduced_motion="reduce")
        page.goto(path)
        come(page)
        return page

    return open_page


def shot(page: Page, name: str, *, dark: bool = False) -> None:
    page.wait_for_load_state("networkidle")
    page.emulate_media(color_scheme="dark" if dark else "light")
    if FOLDER:
        page.screenshot(path=Path(FOLDER) / f"{name}.png", animations="disabled")


def found(page: Page, words: str) -> str:
    """The path of the ticket whose subject begins so."""
    page.goto(f"/desk/tickets/?q={words}")
    return page.locator("a.row-subject", has_text=words).first.get_attribute("href") or ""


def test_list_as_the_readme_and_the_guide_of_agents_show_it(shoot: Callable[..., Page]) -> None:
    page = shoot("Anna", "/desk/tickets/")
    expect(page.locator(".rows tbody tr").nth(10)).to_be_visible()
    shot(page, "list-light")
    shot(page, "list-dark", dark=True)

    for row in (1, 2, 4):
        page.locator(".rows tbody input[type=checkbox]").nth(row).check()
    page.locator(".chosen summary", has_text="Status").click()

    expect(page.locator(".chosen [data-chosen-count]")).to_contain_text("3")
    shot(page, "chosen")


def test_ticket_as_the_readme_and_the_guide_of_agents_show_it(shoot: Callable[..., Page]) -> None:
    page = shoot("Anna", "/desk/tickets/", size=TALL)
    page.goto(found(page, "Checkout returns 502"))
    come(page)
    expect(page.locator("#timeline .message-note")).to_be_visible()
    shot(page, "ticket-light")
    shot(page, "ticket-dark", dark=True)

    page.locator("#composer_text").fill("")
    page.keyboard.type("Hello Clara, /")
    expect(page.locator(".picker [role=option]").first).to_be_visible()
    shot(page, "templates")
    page.keyboard.press("Escape")
    page.locator("#composer_text").fill("")


def test_palette_and_customer_as_the_guide_of_agents_shows_them(shoot: Callable[..., Page]) -> None:
    page = shoot("Anna", "/desk/tickets/")
    page.keyboard.press("Control+k")
    page.keyboard.type("checkout")
    expect(page.locator("dialog[open]").get_by_text("Search all messages for “checkout”")).to_be_visible()
    shot(page, "palette", dark=True)
    page.emulate_media(color_scheme="light")

    page.goto("/desk/organisations/?q=Nordlicht")
    page.get_by_role("link", name="Nordlicht Shop").click()
    come(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("Nordlicht Shop")
    shot(page, "customer")


def test_vault_as_the_guide_of_agents_shows_it(shoot: Callable[..., Page]) -> None:
    page = shoot("Anna", "/desk/access/")
    page.get_by_role("link", name="Hosting panel").click()
    come(page)
    expect(page.get_by_text("ISPmanager 6.96")).to_be_visible()
    shot(page, "vault")


def test_cabinet_as_the_readme_and_the_guide_of_customers_show_it(shoot: Callable[..., Page]) -> None:
    rated = found(shoot("Anna", "/desk/"), "Discount for returning").replace("/desk/tickets/", "/cabinet/requests/")
    page = shoot("Clara", "/cabinet/requests/", size=PHONE)
    expect(page.locator(".request-line").nth(1)).to_be_visible()
    shot(page, "cabinet-phone")
    page.goto(rated)
    page.get_by_role("heading", name="How was it?").scroll_into_view_if_needed()
    shot(page, "rating-phone", dark=True)

    page = shoot("Clara", "/cabinet/requests/new/?category=shop", size=(1000, 720))
    expect(page.get_by_label("What does not work?")).to_be_visible()
    shot(page, "new-request")
    page.goto("/cabinet/people/")
    expect(page.get_by_text("Lena Brandt").first).to_be_visible()
    shot(page, "company")


def test_administration_as_the_guide_of_administrators_shows_it(shoot: Callable[..., Page]) -> None:
    page = shoot("Irina", "/desk/me/")
    read_in(page, "en")
    try:
        page.goto("/admin/tickets/category/")
        page.get_by_role("link", name="Preview").first.click()
        expect(page.get_by_label("What does not work?")).to_be_visible()
        shot(page, "category")
        page.goto("/admin/mail/mailbox/")
        page.get_by_role("link", name="Support", exact=True).first.click()
        expect(page.get_by_text("Test connection")).to_be_visible()
        shot(page, "mailbox")
        page.goto("/admin/accounts/user/?q=anna@helpdesk.example")
        page.get_by_role("link", name="Anna Orlova").first.click()
        page.get_by_role("link", name="Issue a VPN key").click()
        page.get_by_label("vpn.example.org").check(force=True)
        expect(page.locator("#issue")).to_contain_text("Anna Orlova")
        shot(page, "issue")
        page.goto("/desk/journal/?who=greta@helpdesk.example")
        expect(page.locator(".journal-line").nth(5)).to_be_visible()
        shot(page, "journal", dark=True)
    finally:
        read_in(page, "ru")


def test_import_as_the_guide_of_administrators_shows_it(shoot: Callable[..., Page]) -> None:
    page = shoot("Greta", "/desk/people/imports/")
    page.locator("input[type=file]").set_input_files(
        {"name": "customers.csv", "mimeType": "text/csv", "buffer": SHEET.encode()}
    )
    page.get_by_role("button", name="Look at the file").click()
    page.get_by_role("button", name="Check the rows").click()

    expect(page.get_by_text("What is wrong")).to_be_visible(timeout=30_000)
    shot(page, "import")


SHEET = """Name,E-mail,Phone,Organisation
Berta Falk,berta@falk.example,+49 40 555 01 77,Falk & Sons
Jan Falk,jan at falk,,Falk & Sons
Mia Brandt,mia@falk.example,,Falk & Sons
Berta Falk,berta@falk.example,,Falk & Sons
"""


def read_in(page: Page, language: str) -> None:
    page.goto("/desk/me/")
    page.locator("[name=language]").select_option(language)
    page.locator("main form [type=submit]").first.click()
    expect(page.locator("html")).to_have_attribute("lang", language)
