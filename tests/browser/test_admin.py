"""The admin in a real browser: mailboxes that say what is wrong with them, and the ledger of raw mail."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.admin import open_mailbox, save
from tests.browser.desk import find_ticket
from tests.browser.letters import letter, word
from tests.browser.program import Program
from tests.peers.dovecot import Account, Dovecot
from tests.peers.ports import free_port

Window = Callable[..., Page]
BILLING = "billing@helpdesk.example"


@pytest.fixture
def irina(window: Window) -> Page:
    """At the admin's door, an administrator."""
    return window("Irina")


@pytest.fixture
def account(dovecot: Dovecot) -> Account:
    """Three letters lie in it."""
    account = dovecot.account()
    account.deliver(*(letter(f"{word()} bill").as_bytes() for _ in range(3)))
    return account


def connect(page: Page, account: Account, *, port: int, password: str) -> str:
    """Give the mailbox for bills its server; returns the page's path."""
    open_mailbox(page, BILLING)
    path = page.url
    for name, value in {"protocol": "imap", "in_security": "plain"}.items():
        page.locator(f"select[name={name}]").select_option(value, force=True)
    fields = {"in_host": "127.0.0.1", "in_port": port, "in_username": account.user, "in_password": password}
    for name, value in fields.items():
        page.locator(f"[name={name}]").fill(str(value))
    save(page)
    return path.replace("change/", "")


def check(page: Page, path: str, what: str) -> None:
    """Press the page's button and wait for the answer."""
    page.goto(f"{path}{what}/")
    page.locator(f"form[action$='/{what}/begin/'] button").click()
    page.locator("#steps, #proof, #error").first.wait_for(timeout=60_000)


def test_mailbox_when_tested_then_it_says_exactly_what_fails(irina: Page, account: Account) -> None:
    port = free_port()
    path = connect(irina, account, port=port, password=account.password)
    check(irina, path, "connection")
    refused = irina.locator("#steps tr").all_inner_texts()
    connect(irina, account, port=account.server.imap, password="wrong")
    check(irina, path, "connection")
    unknown = irina.locator("#steps tr").all_inner_texts()
    connect(irina, account, port=account.server.imap, password=account.password)

    check(irina, path, "connection")

    works = irina.locator("#steps tr").all_inner_texts()
    assert [each[0] for each in refused] == ["✓", "✗"]
    assert f"127.0.0.1:{port}" in refused[-1]
    assert unknown[-1].startswith("✗")
    assert "([AUTHENTICATIONFAILED] Authentication failed)" in unknown[-1]
    assert {each[0] for each in works} == {"✓"}


def test_mailbox_when_read_then_the_proof_page_counts_the_same_on_both_sides(irina: Page, account: Account) -> None:
    path = connect(irina, account, port=account.server.imap, password=account.password)

    for _ in range(30):  # until the new account was read
        check(irina, path, "proof")
        if irina.locator("#proof", has_text="✓").count():
            break
        irina.wait_for_timeout(1000)

    expect(irina.locator("#proof")).to_contain_text("✓")
    assert re.findall(r"\d+", irina.locator("#proof").inner_text()) == ["3", "3"]


def test_mailbox_when_its_page_is_opened_then_no_password_is_in_it(irina: Page, account: Account) -> None:
    connect(irina, account, port=account.server.imap, password=account.password)

    open_mailbox(irina, BILLING)

    assert irina.locator("[name=in_password]").input_value() == ""
    assert account.password not in irina.content()


def test_raw_mail_when_looked_at_then_state_reason_and_source_are_there_and_nothing_runs(
    irina: Page, anna: Page, program: Program
) -> None:
    said = word()
    program.take(letter(f"{said} <script>alert(1)</script>", html="<script>alert(2)</script><p>hello</p>"))
    ticket = find_ticket(anna, said)
    irina.goto("/admin/mail/rawmail/")
    expect(irina.locator("#counts li")).to_have_count(6)
    irina.locator("tr", has_text=said).locator("a").first.click()

    expect(irina.locator("#source")).to_contain_text("<script>alert(2)</script>")
    expect(irina.locator("#headers")).to_contain_text(said)
    irina.locator("#state a[href*='/desk/tickets/']").click()

    expect(irina.get_by_role("heading", level=1)).to_contain_text(said)
    assert ticket in irina.url
    assert irina.url.endswith(f"#{irina.locator('#timeline article').first.get_attribute('id')}")


def test_raw_mail_when_put_aside_by_the_program_then_it_is_worked_on_again_by_a_button(
    irina: Page, program: Program
) -> None:
    said = word()
    mail = letter(f"{said} out of office")
    mail["Auto-Submitted"] = "auto-replied"
    program.take(mail)
    for _ in range(50):
        irina.goto("/admin/mail/rawmail/?state__exact=ignored")
        if irina.locator("tr", has_text=said).count():
            break
        irina.wait_for_timeout(200)
    irina.locator("tr", has_text=said).locator("a").first.click()
    expect(irina.locator("#headers")).to_contain_text("auto-replied")

    irina.locator("form[action$='/replay/'] button").click()

    expect(irina.locator("#state")).to_be_visible()
    irina.goto(irina.url.replace("/change/", "/history/"))
    expect(irina.locator("#main, #content, main").first).to_contain_text(re.compile("Irina|Ирина"))
