"""A secret is revealed for a ticket, and one comes by a secure link."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Error, Page, expect

from tests.browser.letters import word
from tests.browser.visitors import Watch

Window = Callable[..., Page]


def test_secret_when_revealed_then_shown_once_and_the_customer_sees_who_looked(window: Window, watch: Watch) -> None:
    anna, reason = window("Anna"), f"Looked {word()}"
    anna.goto("/desk/access/")
    anna.get_by_role("link", name="Shop, web server").click()
    anna.get_by_role("link", name=re.compile("sudo")).first.click()
    anna.locator("[name=reason]").fill(reason)
    anna.locator("form").filter(has=anna.locator("[name=reason]")).locator("button.button-primary").click()

    expect(anna.locator("#secret_value")).to_have_value("correct-horse-battery-staple")
    expect(anna.locator("[data-copy]")).to_be_visible()

    anna.locator(".card a.button").click()
    expect(anna.locator("#reveals")).to_contain_text(reason)
    expect(anna.locator("body")).not_to_contain_text("correct-horse")
    with pytest.raises(Error, match="ERR_CACHE_MISS"):  # the browser has not kept it either
        anna.go_back()

    clara = window("Clara")
    clara.goto("/cabinet/access/")
    clara.get_by_role("link", name="Shop, web server").click()
    expect(clara.locator("main")).to_contain_text(reason)
    expect(clara.locator("main")).not_to_contain_text("correct-horse")


def test_link_when_opened_by_a_stranger_then_takes_one_secret_and_works_no_more(window: Window, watch: Watch) -> None:
    watch.expected.add(410)
    anna, asked, value = window("Anna"), f"Panel {word()}", f"made-up-{word()}"
    anna.goto("/desk/access/drop-links/")
    anna.locator("[name=organisation]").fill("Nordlicht Shop")
    anna.locator("[name=asked]").fill(asked)
    anna.locator("form.card button").click()
    link = anna.locator("#new_link").input_value()

    somebody = window()
    somebody.goto(link)
    expect(somebody.locator("main")).to_contain_text(asked)
    somebody.locator("[name=value]").fill(value)
    somebody.locator("form.form button").click()
    expect(somebody.locator("[name=value]")).to_have_count(0)

    somebody.goto(link)
    expect(somebody.locator("[name=value]")).to_have_count(0)
    anna.goto(f"/desk/access/?q={asked.partition(' ')[2]}")
    expect(anna.locator("tbody tr")).to_have_count(1)
    expect(anna.locator("body")).not_to_contain_text(value)
