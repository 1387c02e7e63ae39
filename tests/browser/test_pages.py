"""Every page in both languages from a small phone to a wide screen: nothing sticks out, nothing is left in English."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from playwright.sync_api import Page, expect

from helpdesk.operations.demo.people import TEAMS
from tests.browser import pictures
from tests.browser.pages import ADMIN, PAGES, REFUSED
from tests.browser.places import Places
from tests.browser.visitors import LANGUAGES, Watch

ROOT = Path(__file__).parents[2]
WIDTHS = (320, 360, 768, 1440, 2560)
DESKTOP = 1440

TEXTS = """() => {
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT), found = new Set();
  while (walker.nextNode()) {
    const at = walker.currentNode.parentElement;
    if (!at.closest("script, style, template, [name=language]")) found.add(walker.currentNode.data.trim());
  }
  for (const name of ["aria-label", "title", "placeholder"]) {
    for (const at of document.querySelectorAll(`[${name}]`)) found.add(at.getAttribute(name));
  }
  return [...found];
}"""


OF_SAMPLES = "/desk/ui/"
"""The page of all components, whose samples are in English."""


def english() -> set[str]:
    """What the program says in English and in other words in Russian."""
    with (ROOT / "helpdesk/locale/ru/LC_MESSAGES/django.po").open("rb") as file:
        catalogue = read_po(file, locale="ru")
    words = {text.id for text in catalogue if isinstance(text.id, str) and text.id and text.string != text.id}
    return words - set(TEAMS)


@pytest.fixture
def read_in(window: Callable[..., Page]) -> Iterator[Callable[[str, str], Page]]:
    """A window in which somebody reads their pages in a language; afterwards they read their own again."""
    changed = []

    def read_in(name: str, language: str) -> Page:
        page = window(name, locale=language)
        if name and language != LANGUAGES.get(name, "en"):
            choose(page, name, language)
            changed.append((page, name))
        return page

    yield read_in
    for page, name in changed:
        choose(page, name, LANGUAGES.get(name, "en"))


def choose(page: Page, name: str, language: str) -> None:
    page.goto("/cabinet/me/" if name == "Clara" else "/desk/me/")
    page.locator("[name=language]").select_option(language)
    page.locator("main form [type=submit]").first.click()
    expect(page.locator("html")).to_have_attribute("lang", language)


def sticking_out(page: Page, language: str) -> dict[int, int]:
    """How wide the page is at the widths at which it is too wide. Russian has the longer words: it is tried at more."""
    wide = {}
    for width in WIDTHS if language == "ru" else (WIDTHS[0], DESKTOP):
        page.set_viewport_size({"width": width, "height": 900})
        if (needed := page.evaluate("document.scrollingElement.scrollWidth")) > width:
            wide[width] = needed
    return wide


@pytest.mark.parametrize("language", ["en", "ru"])
@pytest.mark.parametrize("name", PAGES)
def test_pages_in_every_width_and_language(
    read_in: Callable[[str, str], Page], watch: Watch, places: Places, name: str, language: str
) -> None:
    """Nothing sticks out, nothing is left in English, and no page complains under its own policy."""
    watch.expected = REFUSED
    page = read_in(name, language)
    left_over = english() if language == "ru" else set()

    wide, untranslated, without_policy = {}, {}, []
    for path in PAGES[name]:
        answer = page.goto(path.format(**places))
        assert answer is not None
        if "script-src 'nonce-" not in answer.headers["content-security-policy"]:
            without_policy.append(path)
        if found := sticking_out(page, language):
            wide[path] = found
        if (found := sorted(left_over.intersection(page.evaluate(TEXTS)))) and path != OF_SAMPLES:
            untranslated[path] = found
        pictures.take_all(page, f"{language}/{name or 'nobody'}-{pictures.called(path)}")

    assert (wide, untranslated, without_policy, watch.complaints) == ({}, {}, [], [])


@pytest.mark.parametrize("language", ["en", "ru"])
def test_pages_of_the_administration_in_both_languages(
    read_in: Callable[[str, str], Page], places: Places, language: str
) -> None:
    page = read_in("Irina", language)
    left_over = english() if language == "ru" else set()

    wide, untranslated = {}, {}
    for path in ADMIN:
        page.set_viewport_size({"width": DESKTOP, "height": 900})
        page.goto(path.format(**places))
        for width in (DESKTOP, WIDTHS[0]):
            page.set_viewport_size({"width": width, "height": 900})
            if (needed := page.evaluate("document.scrollingElement.scrollWidth")) > width:
                wide[f"{path} at {width}"] = needed
        if found := sorted(left_over.intersection(page.evaluate(TEXTS))):
            untranslated[path] = found
        pictures.take_all(page, f"{language}/admin-{pictures.called(path)}")

    assert (wide, untranslated) == ({}, {})
