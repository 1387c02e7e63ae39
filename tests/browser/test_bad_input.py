"""What goes wrong while somebody writes: a connection that is lost, a form sent twice, a ticket that is elsewhere by
the time. Nothing typed is lost, and one sentence says what happened."""

import re
import socket
from collections.abc import Callable
from pathlib import Path

import pytest
from lxml.html import fromstring
from playwright.sync_api import Page, expect

from tests.browser.desk import find_ticket, message, send, set_to, settled
from tests.browser.letters import word
from tests.browser.program import Program
from tests.browser.visitors import Watch

Opened = Callable[..., str]
Window = Callable[..., Page]


def number(path: str) -> str:
    return path.strip("/").rpartition("/")[2]


def test_answer_when_the_connection_is_lost_then_it_is_said_and_goes_once_when_sent_again(
    opened: Opened, anna: Page, watch: Watch
) -> None:
    watch.is_offline = True
    anna.goto(opened())
    words, fault = anna.locator("#composer_text"), anna.locator(".toast-bad")
    words.fill("Look again.")
    anna.route("**/replies/", lambda route: route.abort())

    for _ in range(2):
        anna.get_by_role("button", name="Send", exact=True).click()
        expect(fault).to_have_text("The connection was lost. What you wrote is still here: try again.")
        settled(anna)
    expect(words).to_have_value("Look again.")
    anna.unroute("**/replies/")
    send(anna, "Send")

    expect(message(anna, "Look again.")).to_have_count(1)
    expect(fault).to_have_count(0)


def test_answer_when_the_ticket_is_out_of_sight_by_now_then_it_is_said_and_the_words_stay(
    opened: Opened, anna: Page, window: Window, watch: Watch
) -> None:
    watch.expected |= {404}
    path = opened()
    anna.goto(path)
    set_to(anna, "Team", "Development")
    oleg = window("Oleg")
    oleg.goto(path)
    oleg.locator("#composer_text").fill("Сделаю сегодня.")
    set_to(anna, "Team", "Billing")

    oleg.locator("#composer .button-primary").click()

    expect(oleg.locator(".toast-bad")).to_contain_text("Здесь ничего нет. ")
    expect(oleg.locator("#composer_text")).to_have_value("Сделаю сегодня.")


def test_bare_form_when_sent_twice_then_it_is_one_answer_and_one_request(opened: Opened, window: Window) -> None:
    path, said = opened(), word()
    plain = window("Anna", java_script_enabled=False)
    plain.goto(path)
    plain.locator("#composer_text").fill("Twice is once.")
    plain.get_by_role("button", name="Send", exact=True).dblclick()
    expect(message(plain, "Twice is once.")).to_have_count(1)

    clara = window("Clara", java_script_enabled=False)
    clara.goto("/cabinet/requests/new/")
    clara.get_by_label("Subject").fill(f"{said} basket")
    clara.get_by_label("What happened").fill("Twice is once.")
    clara.get_by_role("button", name="Send the request").dblclick()
    expect(clara).to_have_url(re.compile(r"/cabinet/requests/\d+/$"))
    clara.goto("/cabinet/requests/")

    expect(clara.get_by_role("link", name=re.compile(said))).to_have_count(1)


def test_answer_when_its_ticket_was_merged_meanwhile_then_it_goes_on_there(
    opened: Opened, anna: Page, window: Window, watch: Watch
) -> None:
    watch.expected |= {422}
    target, source = opened(), opened(text="Once more the basket.")
    anna.goto(source)
    anna.locator("#composer_text").fill("Typed for an hour.")
    maya = window("Maya")
    maya.goto(f"{source}merge/?into={number(target)}")
    maya.get_by_role("button", name="Merge").click()
    maya.wait_for_url(f"**{target}")

    anna.get_by_role("button", name="Send", exact=True).click()
    expect(anna.locator("#composer_errors")).to_contain_text("This ticket was merged into another one")
    expect(anna.locator("#composer_text")).to_have_value("Typed for an hour.")
    settled(anna)
    anna.get_by_role("button", name=f"Send on {number(target)}").click()

    anna.wait_for_url(f"**{target}")
    expect(message(anna, "Typed for an hour.")).to_have_count(1)


@pytest.mark.parametrize("door", ["desk", "cabinet"])
def test_upload_when_the_line_is_cut_in_the_middle_then_nothing_is_half_kept_and_it_goes_again(
    program: Program, window: Window, door: str
) -> None:
    page = window("Anna" if door == "desk" else "Clara", java_script_enabled=False)
    said = word()
    page.goto("/desk/tickets/new/" if door == "desk" else "/cabinet/requests/new/")
    (shown,) = fromstring(page.content()).xpath("//main//form[.//textarea]")
    cookies = "; ".join(f"{each['name']}={each['value']}" for each in page.context.cookies())
    form = dict(shown.form_values()) | {"subject": said, "body": "Half of it.", "email": "clara@shop.example"}
    body = multipart(form, file=b"x" * 400_000)
    before = files_of(program)

    cut_off(program, page.url, body, cookies=cookies, after=200_000)

    with pytest.raises(AssertionError):
        find_ticket(window("Anna"), said, seconds=1)
    assert files_of(program) == before
    page.locator("[name=subject]").fill(said)
    page.locator("[name=body]").fill("All of it.")
    if door == "desk":
        page.locator("[name=email]").fill("clara@shop.example")
    page.locator("main form .button-primary").first.click()
    find_ticket(window("Anna"), said)


def multipart(fields: dict[str, str], *, file: bytes) -> bytes:
    parts = [f'name="{name}"\r\n\r\n{value}' for name, value in fields.items()]
    parts.append('name="attachments"; filename="big.bin"\r\nContent-Type: application/octet-stream\r\n\r\n')
    head = "".join(f"--cut\r\nContent-Disposition: form-data; {part}\r\n" for part in parts).encode()
    return head.removesuffix(b"\r\n") + file + b"\r\n--cut--\r\n"


def cut_off(program: Program, url: str, body: bytes, *, cookies: str, after: int) -> None:
    """Send so much of the form, then hang up; returns once the server has let go of it."""
    path = url.removeprefix(program.url)
    head = f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1:{program.port}\r\nCookie: {cookies}\r\nOrigin: {program.url}\r\n"
    head += f"Content-Type: multipart/form-data; boundary=cut\r\nContent-Length: {len(body)}\r\n\r\n"
    with socket.create_connection(("127.0.0.1", program.port), timeout=30) as line:
        line.sendall(head.encode() + body[:after])
        line.shutdown(socket.SHUT_WR)
        line.settimeout(30)
        answer = b"".join(iter(lambda: line.recv(65536), b""))
    assert not answer.startswith((b"HTTP/1.1 2", b"HTTP/1.1 3")), answer[:80]


def files_of(program: Program) -> set[Path]:
    return {path for path in (program.data / "files").rglob("*") if path.is_file()}
