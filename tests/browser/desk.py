"""What one does at the desk with a browser."""

import re
import time
from collections.abc import Callable
from difflib import unified_diff
from typing import Any

from lxml.html import fromstring
from playwright.sync_api import Locator, Page, Response

from tests.peers.processes import eventually

# A page is what stands on it: words, choices, what is hidden in forms. Delivery goes on meanwhile, and keys are new.
LOOK = """() => {
  const copy = document.querySelector("#main").cloneNode(true);
  for (const each of copy.querySelectorAll(".delivery, noscript, script")) each.remove();
  const chosen = [...document.querySelectorAll("#main select")].map((select) => `${select.name}=${select.value}`);
  const ids = [...document.querySelectorAll("#main [id]")].map((each) => each.id);
  const seen = document.querySelector("#seen")?.value;
  return { words: copy.textContent.split(/\\s+/).filter(Boolean), chosen, ids, seen: [seen] };
}"""


def find_ticket(page: Page, words: str, *, seconds: float = 30) -> str:
    """The path of the ticket with these words in its subject, waited for on the first pages of the list."""

    def found() -> str | None:
        address = "/desk/tickets/?status=any"
        for _ in range(4):
            answer = page.request.get(address)
            assert answer.ok, answer.status
            shown = fromstring(answer.text())
            for link in shown.xpath("//a[@class='row-subject']"):
                if words in link.text_content():
                    return link.get("href")
            older = shown.xpath("//nav[@class='pager']//a[@rel='next']/@href")
            if not older:
                break
            address = older[0]
        return None

    return eventually(found, seconds=seconds, every=0.1)


def look(page: Page) -> dict[str, Any]:
    return page.evaluate(LOOK)


def assert_same_after_reload(page: Page) -> None:
    """Fragments are the page: what htmx made of it is what a reload gives."""
    come(page)
    before = look(page)
    page.reload()
    come(page)
    after = look(page)
    assert after == before, list(unified_diff(_lines(before), _lines(after), lineterm="", n=2))


def come(page: Page) -> None:
    """What the page fetches once it is there has come."""
    page.wait_for_function("() => !document.querySelector('#main [hx-trigger^=load]')")


def _lines(shown: dict[str, Any]) -> list[str]:
    return [f"{part}: {each}" for part, values in shown.items() for each in values]


def settled(page: Page) -> None:
    """No request of htmx is on its way, and what came is bound: a form that is sent sooner goes without htmx."""
    busy = ".htmx-request, .htmx-swapping, .htmx-settling, .htmx-added, form[data-sending]"
    page.wait_for_function(f"() => !document.querySelector('{busy}')")
    page.wait_for_timeout(60)  # htmx binds twenty milliseconds after it swapped


def is_answer(response: Response) -> bool:
    """To what a person sent: not of a draft that is kept just then, nor of notices that are read with the page."""
    return response.request.method == "POST" and not re.search(r"/(drafts|reading)/", response.url)


def set_to(page: Page, name: str, label: str) -> None:
    """Choose something on the ticket's side, and wait until it is done."""
    with page.expect_response(is_answer) as answer:
        page.locator("#side").get_by_label(name, exact=True).select_option(label=label)
    assert answer.value.status == 200, answer.value.status
    settled(page)


def send(page: Page, button: str) -> None:
    """Press the button and wait for the answer of htmx."""
    with page.expect_response(is_answer) as answer:
        page.get_by_role("button", name=button, exact=True).click()
    assert answer.value.status == 200, answer.value.status
    settled(page)


def message(page: Page, words: str) -> Locator:
    """The message on the ticket that says so."""
    return page.locator("#timeline article", has_text=words)


def seen_after_reload(page: Page, look: Callable[[], object]) -> None:
    """Load the page anew until `look` passes, for a while."""
    until = time.monotonic() + 20
    while True:
        page.reload()
        try:
            look()
        except AssertionError:
            if time.monotonic() > until:
                raise
        else:
            return
