"""Two people at two windows: what one does stands in the other's page, and nothing that the other has begun is lost."""

import re
from collections.abc import Callable

from playwright.sync_api import Page, Route, expect

from tests.browser.desk import assert_same_after_reload, come, find_ticket, message, send, set_to, settled
from tests.browser.letters import letter, word
from tests.browser.program import Program
from tests.browser.visitors import PEOPLE, Watch, sign_in

Opened = Callable[..., str]
Window = Callable[..., Page]

HIDE = "(value) => { Object.defineProperty(document, 'hidden', { value, configurable: true });" + (
    " document.dispatchEvent(new Event('visibilitychange')); }"
)


def scrolled(page: Page) -> float:
    return page.evaluate("scrollY")


def test_list_when_others_act_then_rows_come_change_and_leave_and_what_is_typed_stays(
    opened: Opened, program: Program, anna: Page, window: Window
) -> None:
    first = opened()
    here, maya = window("Anna", streams=True), window("Maya")
    here.goto("/desk/tickets/?view=unassigned")
    row = here.locator(f"#rows tr:has(a[href='{first}'])")
    expect(row).to_be_visible()
    here.locator("input[name=q]").fill("half a word")
    row.locator("input[name=ticket]").check()
    here.locator("input[name=q]").focus()
    counter = here.locator("#rail-menu a[href$='view=unassigned'] .count")
    before = counter.inner_text()

    subject = f"{word()} and another"
    program.take(letter(subject))
    expect(here.locator("#rows .row-subject", has_text=subject)).to_be_visible()
    expect(counter).not_to_have_text(before)
    maya.goto(first)
    set_to(maya, "Priority", "Urgent")
    expect(row.locator(".priority-urgent")).to_have_count(1)
    chosen = row.locator("input[name=ticket]").is_checked()
    maya.get_by_role("button", name="Take it", exact=True).click()
    expect(row).to_have_count(0)

    assert chosen
    expect(here.locator("input[name=q]")).to_be_focused()
    expect(here.locator("input[name=q]")).to_have_value("half a word")
    shown = here.locator("#rows tbody").inner_text()
    here.reload()
    assert here.locator("#rows tbody").inner_text() == shown


def test_ticket_when_another_answers_then_all_of_it_follows_and_what_is_typed_is_warned_of_and_kept(
    opened: Opened, window: Window
) -> None:
    path = opened(text="\n".join(f"Line {number} of a long mail." for number in range(80)))
    here, maya = window("Anna", streams=True, viewport={"width": 1200, "height": 700}), window("Maya")
    here.goto(path)
    maya.goto(path)
    here.locator("#composer_text").fill("I look into it, Clara.")
    here.locator("#composer_text").evaluate("(text) => { text.selectionStart = text.selectionEnd = 3; }")
    here.evaluate("scrollTo(0, 300)")
    before = scrolled(here)

    maya.locator("#composer_text").fill("It is mended already.")
    send(maya, "Send and resolve")

    expect(message(here, "It is mended already.")).to_have_count(1)
    expect(here.locator("#head")).to_contain_text("Resolved")
    expect(here.get_by_label("Status", exact=True).first).to_have_value("resolved")
    expect(here.locator("[data-meanwhile]")).to_contain_text("Maya Fischer")
    expect(message(here, "It is mended already.").locator(".delivery")).to_contain_text("Sent to")
    expect(here.locator("#composer_text")).to_have_value("I look into it, Clara.")
    expect(here.locator("#composer_text")).to_be_focused()
    assert here.locator("#composer_text").evaluate("(text) => text.selectionStart") == 3
    assert scrolled(here) == before


def test_two_when_both_answer_at_once_then_the_second_is_shown_the_first_before_it_goes_and_neither_is_lost(
    opened: Opened, window: Window, watch: Watch
) -> None:
    watch.expected |= {422}
    path = opened()
    here, maya = window("Anna"), window("Maya")
    here.goto(path)
    maya.goto(path)
    here.locator("#composer_text").fill("Please clear your cookies.")
    maya.locator("#composer_text").fill("It is mended already.")

    send(maya, "Send")
    with here.expect_response(lambda answer: answer.url.endswith("/replies/")) as refused:
        here.get_by_role("button", name="Send", exact=True).click()
    said = here.locator("#composer_errors")

    assert refused.value.status == 422
    expect(said).to_contain_text("Maya Fischer wrote")
    expect(message(here, "It is mended already.")).to_have_count(1)
    expect(here.locator("#composer_text")).to_have_value("Please clear your cookies.")
    send(here, "Send")
    expect(message(here, "Please clear your cookies.")).to_have_count(1)
    assert_same_after_reload(here)


def test_answer_when_the_page_is_told_of_it_too_then_it_stands_there_once(opened: Opened, window: Window) -> None:
    path = opened()
    here = window("Anna", streams=True)
    here.goto(path)

    for number in range(3):
        here.locator("#composer_text").fill(f"Answer {number}.")
        send(here, "Send")

    expect(here.locator("#timeline article", has_text=re.compile("Answer 2"))).to_contain_text("Sent to")
    expect(here.locator("#timeline article")).to_have_count(4)
    assert_same_after_reload(here)


def test_form_when_it_was_opened_in_place_and_the_page_is_told_of_something_then_it_stays(
    anna: Page, window: Window
) -> None:
    path = find_ticket(anna, "Stock in the shop differs")
    here = window("Anna", streams=True)
    here.goto(path)
    panel = here.locator("#fields")
    panel.get_by_role("link", name="Change", exact=True).click()
    settled(here)

    anna.goto(path)
    set_to(anna, "Priority", "Urgent")

    expect(here.get_by_label("Priority", exact=True).first).to_have_value("urgent")
    expect(panel.get_by_role("button", name="Save")).to_be_visible()


def test_page_when_it_was_hidden_meanwhile_then_it_is_told_what_it_missed(opened: Opened, window: Window) -> None:
    path = opened()
    here, maya = window("Anna", streams=True), window("Maya", streams=True)
    maya.goto(path)
    here.goto(path)
    expect(maya.locator("#here")).to_contain_text("Anna Orlova is here")
    here.evaluate(HIDE, True)
    expect(maya.locator("#here")).to_have_text("")

    maya.locator("#composer_text").fill("It is mended already.")
    send(maya, "Send")
    expect(message(maya, "It is mended already.").locator(".delivery")).to_contain_text("Sent to")
    missed = message(here, "It is mended already.").count()
    here.evaluate(HIDE, False)

    assert not missed
    expect(message(here, "It is mended already.").locator(".delivery")).to_contain_text("Sent to")


def test_page_when_it_is_hidden_while_it_asks_then_it_takes_over_once_seen(opened: Opened, window: Window) -> None:
    path = opened()
    here, maya = window("Anna", streams=True), window("Maya")
    for page in (maya, here):
        page.goto(path)
    expect(here.locator("#timeline article")).to_have_count(1)
    held: list[Route] = []
    here.route(f"**{path}", lambda route: held.append(route))

    maya.locator("#composer_text").fill("It is mended already.")
    send(maya, "Send")
    while not held:
        here.wait_for_timeout(50)
    here.evaluate(HIDE, True)
    for route in held:
        with here.expect_response(f"**{path}"):
            route.continue_()
    here.unroute(f"**{path}")
    here.wait_for_timeout(1000)
    missed = message(here, "It is mended already.").count()
    here.evaluate(HIDE, False)

    assert not missed
    expect(message(here, "It is mended already.")).to_have_count(1)


def test_line_when_another_comes_before_it_then_the_button_with_the_focus_stays_the_one_it_was(
    opened: Opened, window: Window
) -> None:
    path = opened()
    here, maya, anna = window("Anna", streams=True), window("Maya"), window("Anna")
    for page in (maya, here, anna):
        page.goto(path)
        if page is maya:
            page.get_by_role("button", name="Watch", exact=True).click()
            settled(page)
    mine = here.get_by_role("button", name="Maya Fischer watches no more")
    mine.focus()

    anna.get_by_role("button", name="Watch", exact=True).click()

    expect(here.get_by_role("button", name="Anna Orlova watches no more")).to_be_visible()
    expect(mine).to_be_focused()


def test_list_when_somebody_is_at_a_ticket_then_its_row_says_so_and_what_is_looked_at_stays(
    opened: Opened, program: Program, window: Window
) -> None:
    path = opened()
    here, maya = window("Anna", streams=True), window("Maya", streams=True)
    here.goto("/desk/tickets/?view=unassigned")
    row = here.locator(f"#rows tr:has(a[href='{path}'])")
    row.locator("a[href]").focus()
    here.keyboard.press("p")
    card = here.locator(".preview:popover-open")
    expect(card).to_be_visible()

    maya.goto(path)
    expect(row.locator(".row-here")).to_have_text(re.compile("Maya Fischer is here"))
    maya.locator("#composer_text").press_sequentially("It is")
    expect(row.locator(".row-here")).to_have_text(re.compile("Maya Fischer is writing an answer"))
    subject = f"{word()} and another"
    program.take(letter(subject))
    expect(here.locator("#rows .row-subject", has_text=subject)).to_be_visible()
    expect(row.locator(".row-here")).to_have_text(re.compile("Maya Fischer is writing an answer"))
    maya.goto("/desk/tickets/")

    expect(row.locator(".row-here")).to_have_text("")
    expect(card).to_be_visible()
    expect(row.locator("a[href]")).to_be_focused()


def test_page_when_its_session_ends_elsewhere_then_it_says_so_and_shows_the_way_back_in(
    opened: Opened, window: Window, watch: Watch
) -> None:
    watch.expected |= {401, 403}  # a draft that was being kept just then, and the reply
    path = opened()
    here = window(streams=True)
    here.goto("/accounts/login/")
    sign_in(here, PEOPLE["Anna"])
    here.goto(path)
    come(here)
    settled(here)
    here.locator("#composer_text").fill("I look into it, Clara.")
    elsewhere = here.context.new_page()
    elsewhere.goto("/desk/me/")
    elsewhere.locator("form[data-sign-out]").first.evaluate("(form) => form.submit()")

    expect(here.locator("#parting")).to_contain_text("You are signed out, so this page stands still.")
    expect(here.locator("#composer_text")).to_have_value("I look into it, Clara.")
    expect(here.locator("#parting").get_by_role("link", name="Sign in")).to_have_attribute(
        "href", re.compile(rf"next={path}")
    )
    here.get_by_role("button", name="Send", exact=True).click()
    expect(here.locator("#composer_text")).to_have_value("I look into it, Clara.")
    expect(here.locator("#parting")).to_have_count(1)
