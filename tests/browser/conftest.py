"""The program running, Chromium before it, real mail servers behind it."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser import program as programs
from tests.browser import relay as relays
from tests.browser.desk import find_ticket
from tests.browser.letters import letter, word
from tests.browser.places import Places, places_of
from tests.browser.program import Program
from tests.browser.visitors import PATIENCE, Visitors, Watch
from tests.peers.chromium import CHROMIUM, launched
from tests.peers.dovecot import Dovecot
from tests.peers.fixtures import dovecot  # noqa: F401 - a fixture

Window = Callable[..., Page]
expect.set_options(timeout=PATIENCE)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """All of this folder share one running program, so they run one after the other."""
    for item in items:
        if item.path.parent.name == "browser":
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.slow)
            item.add_marker(pytest.mark.xdist_group("up-browser"))


@pytest.fixture(scope="session")
def relay_port(dovecot) -> Iterator[int]:  # noqa: F811
    with relays.running(dovecot) as port:
        yield port


@pytest.fixture(scope="session")
def program(tmp_path_factory: pytest.TempPathFactory, relay_port: int) -> Iterator[Program]:
    with programs.running(tmp_path_factory.mktemp("browser") / "data", relay_port=relay_port) as running:
        yield running


@pytest.fixture(scope="session")
def cookies() -> dict[str, Any]:
    """Of everybody who signed in so far."""
    return {}


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """One for a module, not for the whole run: while it lives, this thread counts as asynchronous."""
    with launched(CHROMIUM) as browser:
        yield browser


@pytest.fixture
def visitors(chromium: Browser, program: Program, cookies: dict[str, Any]) -> Iterator[Visitors]:
    """Whoever comes; when they leave, nothing may have gone wrong in any window."""
    found = Visitors(chromium, program.url, cookies)
    yield found
    found.leave()
    assert found.watch.found == {"dialogs": [], "strangers": [], "complaints": []}


@pytest.fixture
def window(visitors: Visitors) -> Window:
    return visitors.window


@pytest.fixture
def watch(visitors: Visitors) -> Watch:
    return visitors.watch


@pytest.fixture
def anna(window: Window) -> Page:
    """At the desk."""
    return window("Anna")


@pytest.fixture
def opened(program: Program, anna: Page) -> Callable[..., str]:
    """Opens a ticket by a mail to the inlet, with what `letter` takes and a word of its own; returns its path."""

    def opened(subject: str = "The basket is empty", **parts: Any) -> str:
        words = f"{word()} {subject}"
        program.take(letter(words, **parts))
        return find_ticket(anna, words.partition(" ")[0])

    return opened


@pytest.fixture(scope="session")
def known_places() -> Places:
    """What was found for the walk so far."""
    return {}


@pytest.fixture
def places(visitors: Visitors, program: Program, dovecot: Dovecot, known_places: Places) -> Places:  # noqa: F811
    if not known_places:
        known_places |= places_of(visitors, program, dovecot)
    return known_places
