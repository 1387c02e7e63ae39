"""Notices in the browser: the bell beside what is open, and what is pushed while nothing is."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.desk import message, send
from tests.browser.letters import word
from tests.browser.program import Program
from tests.browser.visitors import Watch
from tests.peers.chromium import WHOLE, launched

Opened = Callable[..., str]
Window = Callable[..., Page]


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """The shell without windows shows no notification."""
    with launched(WHOLE) as browser:
        yield browser


SHOWN = """
    async (title) => {
        const worker = await navigator.serviceWorker.ready;
        let same = [];
        for (let tries = 0; tries < 200 && !same.length; tries++) {
            await new Promise((resolve) => setTimeout(resolve, 50));
            same = (await worker.getNotifications()).filter((each) => each.title === title);
        }
        return same.map(({ title, body, tag, data }) => [title, body, tag, data]);
    }
"""
# A click is a person's, which nobody can be here: the event is sent, and where it leads is written down.
CLICKED = """
    async (title) => {
        const opened = [];
        Object.defineProperty(clients, "openWindow", { value: (url) => opened.push(url), configurable: true });
        const [notification] = (await registration.getNotifications()).filter((each) => each.title === title);
        const event = new NotificationEvent("notificationclick", { notification });
        event.waitUntil = (promise) => (opened.promise = promise);
        dispatchEvent(event);
        await opened.promise;
        return [[...opened], (await registration.getNotifications()).filter((each) => each.title === title).length];
    }
"""


def test_bell_when_somebody_is_called_rings_and_falls_silent_when_the_ticket_is_opened(
    opened: Opened, window: Window
) -> None:
    path = opened()
    here, maya = window("Anna", streams=True), window("Maya")
    here.goto("/desk/notices/")
    if here.get_by_role("button", name="All read").count():
        here.get_by_role("button", name="All read").click()
        expect(here.get_by_role("button", name="All read")).to_have_count(0)
    here.goto("/desk/tickets/")
    bell = here.locator("#bell .count")
    expect(bell).to_have_count(0)
    maya.goto(f"{path}?compose=note")

    said = f"@Anna {word()} Look at this."
    maya.locator("#composer_text").fill(said)
    send(maya, "Add note")
    expect(bell).to_have_text("1")
    here.goto(path)

    expect(message(here, "Look at this.")).to_have_count(1)
    expect(bell).to_have_count(0)
    here.reload()
    expect(bell).to_have_count(0)


def test_browser_that_is_pushed_to_shows_the_notice_and_a_click_leads_to_the_ticket(
    opened: Opened, program: Program, anna: Page, watch: Watch
) -> None:
    path, title = opened(), f"{word()} The basket is empty"
    context = anna.context
    context.grant_permissions(["notifications"], origin=program.url)
    anna.goto("/desk/notices/choices/")
    anna.get_by_role("button", name="Show notices here").click()
    expect(anna.locator("[data-push-said]")).to_contain_text("in a private window there are none")
    assert all("incognito" in said for said in watch.complaints)  # this window is one
    watch.complaints.clear()
    pushed = {"title": title, "text": "Clara Weiss wrote", "url": f"{program.url}{path}", "tag": "7.1"}

    push(anna, program.url, pushed)

    assert anna.evaluate(SHOWN, title) == [[title, "Clara Weiss wrote", "7.1", pushed["url"]]]
    [worker] = [each for each in context.service_workers if "notices" in each.url]
    opens, left = worker.evaluate(CLICKED, title)
    assert (opens, left) == ([pushed["url"]], 0)
    anna.goto(opens[0])
    expect(anna.locator("#head")).to_be_visible()


def test_browser_whose_person_allows_no_notices_says_what_to_do(anna: Page) -> None:
    anna.goto("/desk/notices/choices/")
    anna.evaluate("Notification.requestPermission = async () => 'denied'")

    anna.get_by_role("button", name="Show notices here").click()

    expect(anna.locator("[data-push-said]")).to_have_text(
        "The browser does not allow it: let this site show notifications in its settings, then try again."
    )


def push(page: Page, origin: str, said: dict[str, str]) -> None:
    """As a push service would, to the worker of the notices."""
    session = page.context.new_cdp_session(page)
    known: list[dict[str, Any]] = []
    session.on("ServiceWorker.workerRegistrationUpdated", lambda event: known.extend(event["registrations"]))
    session.send("ServiceWorker.enable")
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    [key] = {each["registrationId"] for each in known if "/desk/notices/" in each["scopeURL"]}
    session.send(
        "ServiceWorker.deliverPushMessage",
        {"origin": origin, "registrationId": key, "data": json.dumps(said, ensure_ascii=False)},
    )
