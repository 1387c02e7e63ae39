"""People in front of the program: each has a browser window of their own, and whatever goes wrong in it is noted."""

import re
import time
from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Dialog, Page, Request

from helpdesk.operations.demo import PASSWORD

PEOPLE = {
    "Anna": "anna@helpdesk.example",
    "Maya": "maya@helpdesk.example",
    "Greta": "greta@helpdesk.example",
    "Irina": "admin@helpdesk.example",
    "Oleg": "oleg@contractor.example",
    "Clara": "clara@shop.example",
    "Jonas": "jonas@shop.example",
    "Sergei": "sergei@stranger.example",
}
LANGUAGES = {"Irina": "ru"}
"""Of those who read another one than English."""
NEVER = (float("-inf"), None)
PATIENCE = 30_000
"""Milliseconds: what is awaited comes in a fraction of a second, and on a busy machine much later."""
FRESH_SECONDS = 10 * 60
"""How long somebody's cookies serve: the program asks for a new proof before what is dangerous a little later."""
# Who does not look at streams has none: a page with one is never idle.
NO_STREAM = "window.EventSource = class extends EventTarget { static CLOSED = 2; readyState = 0; close() {} };"
# A refusal that the page shows in words is also a line in the browser's console, and one of htmx.
STATUS_LINE = re.compile(
    r"Failed to load resource: the server responded with a status of (\d+)|Response Status Error Code (\d+) from "
)
LOST_LINE = re.compile(r"net::ERR_(FAILED|INTERNET_DISCONNECTED)|htmx:(sendError|afterRequest), ")


def wait_where_htmx_binds(page: Page) -> None:
    """Nothing is clicked or filled in while a part of the page has just come in: htmx shows it twenty milliseconds
    before it binds it, and a form that is sent between goes without htmx."""
    page.add_locator_handler(page.locator(".htmx-added").first, lambda: None)


@dataclass
class Watch:
    """What no page of ours may do. `expected` are status codes that a test provokes; one that cuts connections says
    so (`is_offline`)."""

    home: str
    dialogs: list[str] = field(default_factory=list)
    strangers: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)
    expected: set[int] = field(default_factory=set)
    is_offline: bool = False

    def over(self, context: BrowserContext, *, streams: bool = False) -> None:
        """All pages of the window, also those that open by themselves."""
        context.on("dialog", self._dialog)
        context.on("request", self._request)
        if not streams:
            context.add_init_script(NO_STREAM)
        context.on("console", self._console)
        context.on("weberror", lambda error: self.complaints.append(str(error.error)))

    def _dialog(self, dialog: Dialog) -> None:
        self.dialogs.append(dialog.message)
        dialog.dismiss()

    def _request(self, request: Request) -> None:
        if not request.url.startswith((f"{self.home}/", "data:", "blob:", "about:")):
            self.strangers.append(request.url)

    def _console(self, line: ConsoleMessage) -> None:
        status = STATUS_LINE.search(line.text)
        is_expected = status and int(status[1] or status[2]) in self.expected
        is_expected = is_expected or (self.is_offline and LOST_LINE.search(line.text))
        if line.type in ("error", "warning") and not is_expected:
            self.complaints.append(f"{line.location.get('url')}: {line.text}")

    @property
    def found(self) -> dict[str, list[str]]:
        return {"dialogs": self.dialogs, "strangers": self.strangers, "complaints": self.complaints}


class Visitors:
    """Opens windows; signs in once for each person and keeps the cookies, with the moment, while they are fresh."""

    def __init__(self, browser: Browser, home: str, cookies: dict[str, Any]) -> None:
        self.browser = browser
        self.home = home
        self.cookies = cookies
        self.watch = Watch(home)
        self._open: list[BrowserContext] = []

    def window(self, name: str = "", *, streams: bool = False, **options: Any) -> Page:
        """A window of `name`, signed in; of somebody unknown without one. With `streams` it hears live events."""
        if name and time.monotonic() - self.cookies.get(name, NEVER)[0] > FRESH_SECONDS:
            self.cookies[name] = (time.monotonic(), self._signed_in(name))
        chosen: dict[str, Any] = {"locale": "en-GB", "timezone_id": "Europe/Berlin", "base_url": self.home}
        context = self.browser.new_context(storage_state=self.cookies.get(name, NEVER)[1], **(chosen | options))
        context.set_default_timeout(PATIENCE)
        context.on("page", wait_where_htmx_binds)
        self.watch.over(context, streams=streams)
        self._open.append(context)
        return context.new_page()

    def _signed_in(self, name: str) -> Any:
        page = self.window(locale="en-GB")
        page.goto("/accounts/login/")
        sign_in(page, PEOPLE[name])
        return page.context.storage_state()

    def leave(self) -> None:
        for context in self._open:
            context.close()


def sign_in(page: Page, email: str) -> None:
    """Fill in the form that the page shows, and get in."""
    page.locator("input[name=login]").fill(email)
    page.locator("input[name=password]").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url(lambda url: "/accounts/" not in url)
