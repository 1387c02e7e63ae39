"""Administrators at work on what others may do: a role, another one's eyes, somebody who leaves."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.visitors import Visitors, Watch

Window = Callable[..., Page]


@pytest.fixture
def irina(window: Window) -> Page:
    """An administrator."""
    return window("Irina")


def person_page(page: Page, address: str) -> str:
    """The address of a person's form in the administration."""
    page.goto(f"/admin/accounts/user/?q={address}")
    page.locator("#result_list a[href*='/change/']").first.click()
    page.locator("[name=role]").first.wait_for()
    return page.url.partition("?")[0]


def test_role_when_changed_then_it_holds_for_who_is_signed_in_and_goes_back(
    window: Window, watch: Watch, irina: Page
) -> None:
    watch.expected.add(403)
    anna = window("Anna")
    anna.goto("/desk/journal/")
    before = anna.locator("h1").inner_text()
    irina.goto("/admin/accounts/rolerule/")
    irina.locator("#role-agent h2 a").click()
    expect(irina.locator("#may-configure")).to_be_disabled()
    irina.locator("label[for=may-see_journal]").click()
    irina.locator("form").filter(has=irina.locator("#requires_mfa")).locator("button[type=submit]").click()
    irina.locator(".roles").wait_for()

    anna.goto("/desk/journal/")

    expect(anna.locator("h1")).not_to_have_text(before)
    irina.locator("#role-agent h2 a").click()
    irina.locator("form[action$='/defaults/'] button").click()
    irina.locator(".roles").wait_for()
    anna.goto("/desk/journal/")
    expect(anna.locator("h1")).to_have_text(before)


def test_page_of_roles_fits_a_phone(irina: Page) -> None:
    irina.set_viewport_size({"width": 360, "height": 740})
    irina.goto("/admin/accounts/rolerule/")

    assert irina.evaluate("document.documentElement.scrollWidth <= innerWidth + 1")


def test_administrator_sees_as_a_contractor_changes_nothing_and_is_themselves_again(irina: Page, watch: Watch) -> None:
    watch.expected.add(403)
    address = person_page(irina, "oleg@contractor.example")
    irina.goto(address.replace("change/", "seeing/"))
    irina.locator("[name=reason]").fill("He says that his list is empty.")
    irina.locator("form:has([name=reason]) button[type=submit]").click()
    irina.wait_for_url("**/desk/tickets/**")

    bar = irina.locator(".seeing")
    expect(bar).to_contain_text("Oleg")
    expect(bar).to_be_in_viewport()
    irina.goto("/desk/people/")
    expect(bar).to_be_in_viewport()
    irina.mouse.wheel(0, 5000)
    expect(bar).to_be_in_viewport()
    irina.goto("/admin/")
    expect(irina.locator(".entrance-code")).to_have_text("403")
    irina.locator("form[action='/accounts/seeing/end/'] button").last.click()
    irina.wait_for_url(re.compile(r"/admin/accounts/user/\d+/change/"))
    irina.goto("/desk/tickets/")
    expect(bar).to_have_count(0)


def test_person_who_leaves_is_out_while_their_page_is_open_and_comes_back(
    visitors: Visitors, window: Window, irina: Page
) -> None:
    maya = window("Maya")
    maya.goto("/desk/tickets/")
    address = person_page(irina, "maya@helpdesk.example")
    irina.goto(address.replace("change/", "leaving/"))
    expect(irina.locator("#handover")).to_be_visible()
    irina.locator("#leaving [name=reason]").fill("Left the company.")
    irina.locator("#leaving button[type=submit]").click()
    irina.locator("#return").wait_for()

    maya.goto("/desk/tickets/")

    expect(maya).to_have_url(re.compile("/accounts/login/"))
    irina.locator("#return button[type=submit]").click()
    irina.wait_for_url(re.compile(r"/change/"))
    maya.goto("/desk/tickets/")
    expect(maya).to_have_url(re.compile("/accounts/login/"))
    visitors.cookies.pop("Maya", None)
