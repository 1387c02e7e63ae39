"""Whoever writes a password is told of the vault while they write, and what they wrote stays."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.browser.visitors import Watch

Window = Callable[..., Page]
WORDS = "The panel is down.\nLogin: admin\nPassword: Xk9!mPq2zz"


def test_hint_comes_while_writing_goes_with_the_words_and_is_said_once(window: Window) -> None:
    clara = window("Clara", viewport={"width": 360, "height": 740})
    clara.goto("/cabinet/requests/new/")
    clara.get_by_label("Subject").fill("Panel")
    body = clara.get_by_label("What happened")
    body.fill(WORDS)

    hint = clara.locator("#hints .notice")
    expect(hint).to_contain_text("looks as if it held a password")
    expect(hint.get_by_role("link")).to_have_attribute("href", "/cabinet/access/new/")
    expect(body).to_have_value(WORDS)

    body.fill("The panel is down.")
    expect(hint).to_have_count(0)
    body.fill(WORDS)
    expect(hint).to_have_count(1)
    clara.get_by_role("button", name="Send the request").click()
    clara.wait_for_url("**/cabinet/requests/*/")
    expect(clara.locator("main")).to_contain_text("The panel is down.")


def test_request_without_javascript_is_asked_about_once(window: Window, watch: Watch) -> None:
    watch.expected |= {422}
    clara = window("Clara", java_script_enabled=False)
    clara.goto("/cabinet/requests/new/")
    clara.get_by_label("Subject").fill("Panel")
    clara.get_by_label("What happened").fill(WORDS)
    clara.get_by_role("button", name="Send the request").click()

    expect(clara.locator("#hints")).to_contain_text("looks as if it held a password")
    expect(clara.get_by_label("What happened")).to_have_value(WORDS)
    clara.get_by_role("button", name="Send the request").click()
    clara.wait_for_url("**/cabinet/requests/*/")
