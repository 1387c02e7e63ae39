"""The main job, end to end: a mail becomes a ticket, an agent answers, the customer has the answer and goes on."""

import re
import time
from collections.abc import Callable
from email.message import EmailMessage
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.admin import open_mailbox, save
from tests.browser.desk import find_ticket, message, seen_after_reload, send, set_to
from tests.browser.letters import letter, link_in, mail_to, text_of, word
from tests.browser.program import SUPPORT, Program
from tests.browser.visitors import Visitors
from tests.peers.dovecot import Account, Dovecot

PROMISED_SECONDS = 2.0
BOUND_SECONDS = 10.0
"""What a busy machine may take."""

Window = Callable[..., Page]


@pytest.fixture(scope="module")
def inbox(dovecot: Dovecot) -> Account:
    """Clara's mailbox."""
    return Account(dovecot, "clara@shop.example")


@pytest.fixture(scope="module")
def office(chromium: Browser, program: Program, cookies: dict, dovecot: Dovecot, relay_port: int) -> Account:
    """The desk's account, which Irina enters in the admin: fetched by IMAP, answered by SMTP."""
    account = Account(dovecot, SUPPORT)
    irina = Visitors(chromium, program.url, cookies)
    page = irina.window("Irina")
    open_mailbox(page, SUPPORT)
    fields = {"in_host": "127.0.0.1", "in_port": dovecot.imap, "in_username": SUPPORT, "in_password": account.password}
    fields |= {"out_host": "127.0.0.1", "out_port": relay_port}
    for name, value in fields.items():
        page.locator(f"[name={name}]").fill(str(value))
    for name, value in {"protocol": "imap", "in_security": "plain", "out_security": "plain"}.items():
        page.locator(f"select[name={name}]").select_option(value, force=True)
    save(page)
    irina.leave()
    return account


@pytest.fixture(scope="module")
def listening(office: Account, chromium: Browser, program: Program, cookies: dict) -> Account:
    """The desk's account, once the program reads it: a first mail has come through."""
    anna = Visitors(chromium, program.url, cookies)
    said = word()
    office.deliver(letter(f"{said} first of all").as_bytes())
    find_ticket(anna.window("Anna"), said, seconds=60)
    anna.leave()
    return office


def answer_with_a_file(anna: Page, inbox: Account, said: str, first: EmailMessage) -> EmailMessage:
    """Anna answers by keyboard, and sees that it was sent; returns the mail as it came to the customer."""
    expect(message(anna, "The basket is empty.")).to_be_visible()
    anna.keyboard.press("r")
    anna.keyboard.type("Dear Clara, the basket was **full**.")
    anna.locator("#composer input[type=file]").set_input_files(
        {"name": "Корзина.txt", "mimeType": "text/plain", "buffer": b"three apples"}
    )
    anna.keyboard.press("Control+Enter")
    expect(message(anna, "Dear Clara").locator("a.file")).to_contain_text("Корзина.txt")
    answer = mail_to(inbox, lambda mail: said in mail["Subject"])
    assert_answer_fits(answer, first)
    seen_after_reload(
        anna, lambda: expect(message(anna, "Dear Clara")).to_contain_text("Sent to clara@shop.example", timeout=500)
    )
    return answer


def enter_by_link(clara: Page, inbox: Account, path: str) -> None:
    """She looks into her cabinet by a link that comes by mail, and finds the conversation there."""
    clara.goto(path.replace("/desk/tickets/", "/cabinet/requests/"))
    clara.locator("input[name=address]").fill("clara@shop.example")
    clara.get_by_role("button", name="Send me a sign-in link").click()
    expect(clara.get_by_role("heading", level=1)).to_have_text("Look into your mail")
    clara.goto(link_in(mail_to(inbox, lambda mail: "/accounts/link/" in text_of(mail))))
    clara.get_by_role("button", name="Sign in").click()
    clara.wait_for_url(lambda url: "/cabinet/" in url)
    assert urlsplit(clara.url).path == path.replace("/desk/tickets/", "/cabinet/requests/")
    told = clara.locator(".conversation article")
    expect(told).to_have_count(3)
    expect(told.nth(1)).to_contain_text("Dear Clara, the basket was full.")
    expect(clara.locator(".request-facts .status")).to_have_text("Solved")


def reopen_answer_and_close(clara: Page) -> None:
    """What a customer does in the cabinet, one after another."""
    told = clara.locator(".conversation article")
    clara.get_by_role("button", name="Reopen the request").click()
    expect(clara.locator(".request-facts .status")).to_have_text("In work")
    clara.locator("textarea[name=body]").fill("One more picture.")
    clara.locator("input[type=file]").set_input_files(
        {"name": "basket.txt", "mimeType": "text/plain", "buffer": b"no apples"}
    )
    clara.get_by_role("button", name="Send", exact=True).click()
    expect(told).to_have_count(4)
    clara.get_by_role("button", name="Yes, it is solved").click()
    expect(clara.locator(".request-facts .status")).to_have_text(re.compile("Solved|Closed"))


def test_loop_when_a_customer_writes_then_both_sides_see_one_conversation(
    listening: Account, inbox: Account, window: Window, program: Program
) -> None:
    said = word()
    first = letter(f"{said} basket", "The basket is empty.\n\nClara")

    # Her mail is on the desk.
    began = time.monotonic()
    listening.deliver(first.as_bytes())
    anna = window("Anna")
    path = find_ticket(anna, said)
    took = time.monotonic() - began
    print(f"from the mail server to the desk: {took:.2f} s (promised: {PROMISED_SECONDS} s)")
    assert took < BOUND_SECONDS

    anna.goto(path)
    answer = answer_with_a_file(anna, inbox, said, first)

    # She answers by mail: the same conversation.
    set_to(anna, "Status", "Resolved")
    second = letter(str(answer["Subject"]), "It is empty again!\n\n> Dear Clara", answers=answer)
    listening.deliver(second.as_bytes())
    seen_after_reload(anna, lambda: expect(message(anna, "It is empty again!")).to_be_visible(timeout=500))
    assert urlsplit(anna.url).path == path
    expect(anna.locator("#head .status")).to_have_text("Open")
    expect(message(anna, "It is empty again!")).to_contain_text("quoted text, 1 line")

    # It is solved; she looks into her cabinet, reopens, answers and closes.
    set_to(anna, "Status", "Resolved")
    clara = window()
    enter_by_link(clara, inbox, path)
    reopen_answer_and_close(clara)
    anna.reload()
    expect(message(anna, "One more picture.").locator("a.file")).to_contain_text("basket.txt")
    expect(anna.locator("#head .status")).to_have_text(re.compile("Resolved|Closed"))


def test_loop_when_the_mail_comes_by_the_inlet_then_the_answer_goes_the_same_way(
    listening: Account, inbox: Account, anna: Page, program: Program
) -> None:
    said = word()
    first = letter(f"{said} basket", "By SMTP, not by IMAP.")
    began = time.monotonic()
    program.take(first)
    path = find_ticket(anna, said)
    took = time.monotonic() - began
    print(f"from the inlet to the desk: {took:.2f} s (promised: {PROMISED_SECONDS} s)")
    anna.goto(path)
    anna.locator("#composer textarea").fill("Thank you.")
    send(anna, "Send")
    answer = mail_to(inbox, lambda mail: said in mail["Subject"])

    program.take(letter(str(answer["Subject"]), "You are welcome.", answers=answer))

    assert took < BOUND_SECONDS
    assert answer["In-Reply-To"] == first["Message-ID"]
    seen_after_reload(anna, lambda: expect(message(anna, "You are welcome.")).to_be_visible(timeout=500))


def test_cabinet_when_a_request_is_filed_with_a_file_then_the_desk_has_it(window: Window, anna: Page) -> None:
    said = word()
    clara = window("Clara")
    clara.goto("/cabinet/")
    clara.get_by_role("link", name="New request").first.click()
    clara.locator("input[name=subject]").fill(f"{said} invoice")
    clara.locator("textarea[name=body]").fill("Where is it?")
    clara.locator("input[type=file]").set_input_files(
        {"name": "invoice.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7"}
    )

    clara.get_by_role("button", name="Send the request").click()

    expect(clara.get_by_role("heading", level=1)).to_have_text(f"{said} invoice")
    anna.goto(find_ticket(anna, said))
    expect(message(anna, "Where is it?").locator("a.file")).to_contain_text("invoice.pdf")


def assert_answer_fits(answer: EmailMessage, first: EmailMessage) -> None:
    """A reply that a mail program shows under her mail, readable with and without HTML, with its file."""
    assert answer["In-Reply-To"] == first["Message-ID"]
    assert answer["References"].split()[-1] == first["Message-ID"]
    assert str(answer["From"]).endswith(f"<{SUPPORT}>")
    assert str(answer["To"]) == "Clara Weiss <clara@shop.example>"
    assert "the basket was **full**" in answer.get_body(("plain",)).get_content()
    assert "the basket was <strong>full</strong>" in answer.get_body(("html",)).get_content()
    files = {part.get_filename(): part.get_content() for part in answer.iter_attachments()}
    assert files == {"Корзина.txt": "three apples"}
