"""The cabinet in a real browser, on a phone: from filing a request to rating it, the people, and one's own data."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.desk import find_ticket, set_to
from tests.browser.letters import link_in, mail_to, text_of, word
from tests.browser.visitors import Watch
from tests.peers.dovecot import Account, Dovecot

Window = Callable[..., Page]
PHONE = {"viewport": {"width": 360, "height": 740}, "has_touch": True, "is_mobile": True}
PROGRAM = {"name": "setup.exe", "mimeType": "application/octet-stream", "buffer": b"MZ\x90\x00\x03\x00"}
PAPER = {"name": "paper.txt", "mimeType": "text/plain", "buffer": b"words"}
ACTIVATED = """
    async () => {
        const { active } = await navigator.serviceWorker.ready;
        if (active.state === "activated") return;
        await new Promise((resolve) => active.addEventListener("statechange", resolve, { once: true }));
    }
"""


@pytest.fixture
def clara(window: Window) -> Page:
    """The manager of her company."""
    return window("Clara", **PHONE)


def file_request(page: Page, subject: str) -> str:
    """Its path."""
    page.goto("/cabinet/requests/new/")
    page.get_by_label("Subject").fill(subject)
    page.get_by_label("What happened").fill("The basket is empty.")
    page.get_by_role("button", name="Send the request").click()
    page.wait_for_url(re.compile(r"/cabinet/requests/\d+/$"))
    return page.url


def test_upload_when_refused_stopped_or_cut_off_then_words_and_files_stay_and_it_goes_once(
    clara: Page, watch: Watch
) -> None:
    watch.expected |= {422}
    watch.is_offline = True
    file_request(clara, f"{word()} basket")
    answer = clara.locator("form.composer")
    words, said = answer.locator("textarea[name=body]"), answer.locator("[data-upload-said]")
    send = answer.get_by_role("button", name="Send", exact=True)
    words.fill("See the picture.")
    answer.locator("input[type=file]").set_input_files([PROGRAM, PAPER])

    send.click()
    expect(answer.locator(".field-errors")).to_contain_text("“setup.exe” is a program")
    expect(answer.locator("[data-file-list] .file")).to_have_count(2)
    answer.get_by_role("button", name="Remove setup.exe").click()

    clara.route("**/answers/", lambda route: None)  # on its way for ever
    send.click()
    expect(answer.get_by_role("progressbar")).to_be_visible()
    answer.get_by_role("button", name="Stop").click()
    expect(said).to_contain_text("Stopped. Nothing was sent")
    clara.unroute("**/answers/")
    clara.route("**/answers/", lambda route: route.abort())
    send.click()
    expect(said).to_contain_text("The connection was lost. Everything you wrote and chose is still here")
    clara.unroute("**/answers/")
    expect(words).to_have_value("See the picture.")
    expect(answer.locator("[data-file-list] .file")).to_have_text(re.compile("paper.txt"))

    send.click()

    told = clara.locator(".conversation article", has_text="See the picture.")
    expect(told).to_have_count(1)
    expect(told.locator("a.file")).to_contain_text("paper.txt")
    expect(words).to_have_value("")


def test_request_when_solved_then_it_is_rated_and_staff_read_it(clara: Page, anna: Page) -> None:
    said = word()
    page = file_request(clara, f"{said} basket")
    anna.goto(find_ticket(anna, said))
    set_to(anna, "Status", "Resolved")

    clara.goto(page)
    clara.locator(".rating-choice").first.click()
    clara.get_by_label("A word about it").fill("Quick as ever.")
    clara.get_by_role("button", name="Send the rating").click()

    expect(clara.locator("summary", has_text="Thank you for your rating")).to_be_visible()
    anna.reload()
    expect(anna.locator("#side")).to_contain_text("Quick as ever.")
    with clara.expect_download() as paper:
        clara.get_by_role("link", name="Take along as PDF").click()
    assert paper.value.path().read_bytes().startswith(b"%PDF-")


def test_request_of_a_colleague_when_followed_then_its_answers_come_until_one_stops(
    clara: Page, window: Window
) -> None:
    said = word()
    path = file_request(window("Jonas", **PHONE), f"{said} till")

    clara.goto("/cabinet/requests/")
    clara.get_by_role("link", name=re.compile("compan|organisation|Everybody|All", re.IGNORECASE)).first.click()
    clara.get_by_role("link", name=re.compile(said)).click()
    clara.wait_for_url(path)
    clara.get_by_role("button", name="Follow: send me the answers").click()
    expect(clara.locator("main")).to_contain_text("You follow this request")
    clara.get_by_role("button", name="Stop following").click()

    expect(clara.get_by_role("button", name="Follow: send me the answers")).to_be_visible()


def test_colleague_when_invited_then_they_come_in_keep_their_data_and_are_removed(
    clara: Page, window: Window, dovecot: Dovecot
) -> None:
    address = f"vera-{word()}@shop.example"
    clara.goto("/cabinet/people/")
    clara.get_by_label("E-mail").fill(address)
    clara.get_by_role("textbox", name=re.compile("name", re.IGNORECASE)).fill("Vera Nowak")
    clara.get_by_role("button", name="Invite").click()
    expect(clara.locator("section", has_text="Invited")).to_contain_text(address)

    vera = window(**PHONE)
    invitation = mail_to(Account(dovecot, address), lambda mail: "/accounts/invitation/" in text_of(mail))
    vera.goto(link_in(invitation, "invitation"))
    vera.locator("main form [type=submit]").click()
    vera.wait_for_url("**/cabinet/")
    keep_and_let_go(vera)
    think_better_of_it(vera)

    clara.reload()
    clara.locator(".colleague", has_text=address).get_by_role("link", name="Remove").click()
    clara.get_by_role("button", name="Remove").click()
    expect(clara.locator("main")).not_to_contain_text(address)
    vera.goto("/cabinet/")
    expect(vera.locator("input[name=login]")).to_be_visible()


def keep_and_let_go(vera: Page) -> None:
    """She chooses her mail, and takes her data home."""
    vera.goto("/cabinet/me/")
    choice = vera.locator("#mail input[name=topic]").first
    choice.uncheck()
    vera.locator("#mail").get_by_role("button", name="Save").click()
    expect(vera.locator("#mail")).to_contain_text("Saved.")
    expect(choice).not_to_be_checked()
    vera.get_by_role("link", name="My data").click()
    vera.get_by_role("button", name="Make the archive").click()
    for _ in range(40):
        if vera.locator("a.file").count():
            break
        vera.wait_for_timeout(250)
        vera.reload()
    with vera.expect_download() as archive:
        vera.locator("a.file").click()
    assert archive.value.path().read_bytes().startswith(b"PK")


def think_better_of_it(vera: Page) -> None:
    """She asks to be erased, and takes that back."""
    vera.locator("input[name=is_sure]").check()
    vera.get_by_role("button", name="Erase me").click()
    expect(vera.locator("main")).to_contain_text("You asked us to erase you")
    vera.get_by_role("button", name="Take it back").click()
    expect(vera.get_by_role("button", name="Erase me")).to_be_visible()


def test_cabinet_when_there_is_no_connection_then_the_app_says_so(clara: Page, watch: Watch) -> None:
    watch.is_offline = True
    clara.goto("/cabinet/")
    manifest = clara.request.get(clara.locator("link[rel=manifest]").get_attribute("href")).json()
    clara.evaluate(ACTIVATED)

    clara.context.set_offline(True)
    clara.goto("/cabinet/requests/")

    expect(clara.get_by_role("heading", level=1)).to_have_text("You are offline")
    assert clara.locator("h1").evaluate("element => getComputedStyle(element).fontFamily") != ""
    clara.context.set_offline(False)
    clara.get_by_role("link", name="Try again").click()
    expect(clara.get_by_role("link", name="New request").first).to_be_visible()
    assert (manifest["start_url"], manifest["display"]) == ("/cabinet/", "standalone")
