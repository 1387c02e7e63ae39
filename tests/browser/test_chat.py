"""Two colleagues at two windows: what one says stands in the other's, and nothing that the other has begun is lost."""

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.browser.desk import settled
from tests.browser.letters import word
from tests.browser.visitors import Watch

Window = Callable[..., Page]
TALL = {"width": 1200, "height": 700}


def room_of(page: Page, name: str) -> None:
    """Open the conversation with somebody."""
    page.goto(f"/desk/chat/?q={name}")
    page.locator(".chat-person").first.click()


def say(page: Page, text: str) -> None:
    page.locator("#composer_text").fill(text)
    page.keyboard.press("Enter")
    expect(page.locator(".chat-line", has_text=text)).to_have_count(1)
    settled(page)


def test_two_when_they_talk_then_each_sees_the_other_at_once(window: Window) -> None:
    maya, irina, list_ = window("Maya", streams=True), window("Irina", streams=True), window("Irina", streams=True)
    room_of(maya, "Irina")
    first = word()
    maya.locator("#composer_text").fill(first)
    maya.keyboard.press("Enter")
    maya.wait_for_url(re.compile(r"/desk/chat/\d+/"))
    list_.goto("/desk/tickets/")
    rail = list_.locator("#rail-menu a[href='/desk/chat/'] .count")
    expect(rail).to_have_text("1")

    irina.goto("/desk/chat/")
    irina.locator(".chat-room", has_text="Maya").click()
    expect(irina.locator(".chat-line", has_text=first)).to_be_visible()
    expect(rail).to_have_count(0)
    expect(maya.locator("#here")).to_contain_text("Irina")

    irina.locator("#composer_text").press_sequentially("Half a w")
    expect(maya.locator("#here .presence-writing")).to_have_count(1)
    maya.locator("#composer_text").fill("What Maya has begun")
    answer = word()
    say(irina, answer)

    expect(maya.locator(".chat-line", has_text=answer)).to_be_visible()
    expect(maya.locator("#composer_text")).to_have_value("What Maya has begun")
    expect(maya.locator("#composer_text")).to_be_focused()
    expect(maya.locator("#here .presence-writing")).to_have_count(0)
    expect(irina.locator("#composer_text")).to_have_value("")


def test_room_when_one_has_scrolled_up_then_a_new_line_moves_nothing_and_is_hinted_at(window: Window) -> None:
    here, other = window("Greta", streams=True, viewport=TALL), window("Maya")
    room_of(other, "Greta")
    other.locator("#composer_text").fill("\n".join(f"{number}" for number in range(80)))
    other.get_by_role("button", name="Send").click()
    other.wait_for_url(re.compile(r"/desk/chat/\d+/"))
    here.goto(other.url)
    pane, latest = here.locator("[data-pane]"), here.locator("[data-latest]")
    assert pane.evaluate("(pane) => pane.scrollTop") == 0
    pane.evaluate("(pane) => pane.scrollTo(0, -400)")
    expect(latest).to_be_hidden()
    top = "() => document.querySelector('.chat-line').getBoundingClientRect().top"
    before = here.evaluate(top)

    said = word()
    say(other, said)

    expect(here.locator(".chat-line", has_text=said)).to_have_count(1)
    expect(latest).to_be_visible()
    assert abs(here.evaluate(top) - before) <= 1
    latest.click()
    expect(latest).to_be_hidden()
    expect(here.locator(".chat-line", has_text=said)).to_be_in_viewport()


def test_line_when_the_connection_is_lost_then_its_words_come_back(window: Window, watch: Watch) -> None:
    watch.is_offline = True
    page = window("Greta")
    room_of(page, "Irina")
    if "/with/" in page.url:
        page.locator("#composer_text").fill("First")
        page.keyboard.press("Enter")
        page.wait_for_url(re.compile(r"/desk/chat/\d+/"))
    said = word()
    page.route(re.compile(r"/desk/chat/\d+/$"), lambda route: route.abort())
    page.locator("#composer_text").fill(said)
    page.keyboard.press("Shift+Enter")
    page.keyboard.type("and more")
    page.keyboard.press("Enter")

    expect(page.locator("#composer_text")).to_have_value(f"{said}\nand more")
    page.unroute_all()
    page.keyboard.press("Enter")
    expect(page.locator(".chat-line", has_text=said)).to_have_count(1)
    expect(page.locator("#composer_text")).to_have_value("")


def test_line_without_javascript_is_said_by_its_button(window: Window) -> None:
    page = window("Maya", java_script_enabled=False)
    room_of(page, "Artyom")
    said = word()
    page.locator("#composer_text").fill(said)

    page.locator("#composer .button-primary").click()

    expect(page.locator(".chat-line", has_text=said)).to_have_count(1)
    expect(page.locator("#composer_text")).to_have_value("")
