"""Every page in both languages from a small phone to a wide screen: nothing sticks out, nothing is left in English."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from playwright.sync_api import Page, expect

from helpdesk.operations.demo.people import TEAMS
from tests.browser import pictures
from tests.browser.pages import PAGES, REFUSED
from tests.browser.visitors import Watch

ROOT = Path(__file__).parents[2]
WIDTHS = (320, 360, 768, 1440, 2560)
OWN_PAGE = {"Anna": "/desk/me/", "Clara": "/cabinet/me/"}

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
    """A window in which somebody reads their pages in a language; afterwards they read English again."""
    changed = []

    def read_in(name: str, language: str) -> Page:
        page = window(name, locale=language)
        if name and language != "en":
            choose(page, name, language)
            changed.append((page, name))
        return page

    yield read_in
    for page, name in changed:
        choose(page, name, "en")


def choose(page: Page, name: str, language: str) -> None:
    page.goto(OWN_PAGE[name])
    page.locator("[name=language]").select_option(language)
    page.locator("main form [type=submit]").first.click()
    expect(page.locator("html")).to_have_attribute("lang", language)


@pytest.mark.parametrize("language", ["en", "ru"])
@pytest.mark.parametrize("name", PAGES)
def test_pages_in_every_width_and_language(
    read_in: Callable[[str, str], Page], watch: Watch, places: dict[str, str], name: str, language: str
) -> None:
    watch.expected = REFUSED
    page = read_in(name, language)
    left_over = english() if language == "ru" else set()

    wide, untranslated = {}, {}
    for path in PAGES[name]:
        page.goto(path.format(**places))
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 900})
            if (needed := page.evaluate("document.scrollingElement.scrollWidth")) > width:
                wide[f"{path} at {width}"] = needed
        english_left = sorted(left_over.intersection(page.evaluate(TEXTS)))
        if english_left and path != OF_SAMPLES:
            untranslated[path] = english_left
        pictures.take_all(page, f"{language}/{name or 'nobody'}-{pictures.called(path)}")

    assert wide == {}
    assert untranslated == {}
