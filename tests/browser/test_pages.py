"""Every page in Russian from a small phone to a wide screen: nothing sticks out, nothing is left in English, and no
page complains under its own policy. In English tests/browser/test_accessibility.py walks them."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from playwright.sync_api import Page, expect

from helpdesk.operations.demo.people import COMPANIES, TEAMS
from tests.browser import pictures
from tests.browser.pages import ADMIN, FROM_OUTSIDE, PAGES, REFUSED
from tests.browser.places import SHEET, Places
from tests.browser.visitors import LANGUAGES, Watch
from tests.browser.widths import ALL, sticking_out

ROOT = Path(__file__).parents[2]

NOT_OURS = "script, style, template, [name=language], .material-symbols-outlined, #headers, #findings, #guides"
"""Where words stand that are not said by the program: names of languages, of icons, of headers, steps in the
language of whom a key is for."""
TEXTS = """(ignored) => {
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT), found = new Set();
  while (walker.nextNode()) {
    const at = walker.currentNode.parentElement;
    if (!at.closest(ignored)) found.add(walker.currentNode.data.trim());
  }
  for (const name of ["aria-label", "title", "placeholder"]) {
    for (const at of document.querySelectorAll(`[${name}]`)) found.add(at.getAttribute(name));
  }
  return [...found];
}"""


NAMES = {"English"}
"""Of languages, in themselves."""
TAGS = {"import"}
"""Of the demo's tickets, and words of the program as well."""
KEYS = {"provider", "since", "site"}
"""Of the demo's fields, and the name of a route of mail, which are words of the program as well."""
OF_VERBS = "/admin/journal/entry/"
"""The journal as it is kept: its verbs are what one searches it for."""
OF_SAMPLES = "/desk/ui/"
"""The page of all components, whose samples are in English."""


def english() -> set[str]:
    """What the program says in English and in other words in Russian."""
    with (ROOT / "helpdesk/locale/ru/LC_MESSAGES/django.po").open("rb") as file:
        catalogue = read_po(file, locale="ru")
    words = {text.id for text in catalogue if isinstance(text.id, str) and text.id and text.string != text.id}
    people = {name for company in COMPANIES for name, _address in company.people}
    return words - people - set(TEAMS) - set(SHEET.splitlines()[0].split(",")) - TAGS - KEYS - NAMES


@pytest.fixture
def in_russian(window: Callable[..., Page]) -> Iterator[Callable[[str], Page]]:
    """A window in which somebody reads Russian; afterwards they read their own language again."""
    changed = []

    def in_russian(name: str) -> Page:
        page = window(name, locale="ru")
        if name and LANGUAGES.get(name) != "ru":
            choose(page, name, "ru")
            changed.append((page, name))
        return page

    yield in_russian
    for page, name in changed:
        choose(page, name, "en")


def choose(page: Page, name: str, language: str) -> None:
    page.goto("/cabinet/me/" if name == "Clara" else "/desk/me/")
    page.locator("[name=language]").select_option(language)
    page.locator("main form [type=submit]").first.click()
    expect(page.locator("html")).to_have_attribute("lang", language)


@pytest.mark.parametrize("name", PAGES)
def test_pages_in_russian_and_every_width(
    in_russian: Callable[[str], Page], watch: Watch, places: Places, name: str
) -> None:
    watch.expected = REFUSED
    page, left_over = in_russian(name), english()

    wide, untranslated, without_policy = {}, {}, []
    for path in PAGES[name]:
        answer = page.goto(path.format(**places))
        assert answer is not None
        if "script-src 'nonce-" not in answer.headers["content-security-policy"]:
            without_policy.append(path)
        if found := sticking_out(page, ALL):
            wide[path] = found
        if (found := left_over.intersection(page.evaluate(TEXTS, NOT_OURS))) and path != OF_SAMPLES:
            untranslated[path] = sorted(found)
        pictures.take_all(page, f"ru/{name or 'nobody'}-{pictures.called(path)}")

    assert (wide, untranslated) == ({}, {})
    assert set(without_policy) <= FROM_OUTSIDE
    assert watch.complaints == []


@pytest.mark.parametrize("language", ["ru", "en"] if os.environ.get("PICTURES") else ["ru"])
def test_pages_of_the_administration(window: Callable[..., Page], places: Places, language: str) -> None:
    page, left_over = window("Irina"), english()
    if language != LANGUAGES["Irina"]:
        choose(page, "Irina", language)

    wide, untranslated = {}, {}
    for path in ADMIN:
        page.goto(path.format(**places))
        if found := sticking_out(page):
            wide[path] = found
        if language == "ru" and path != OF_VERBS and (words := left_over.intersection(page.evaluate(TEXTS, NOT_OURS))):
            untranslated[path] = sorted(words)
        pictures.take_all(page, f"{language}/admin-{pictures.called(path)}")
    if language != LANGUAGES["Irina"]:
        choose(page, "Irina", LANGUAGES["Irina"])

    assert (wide, untranslated) == ({}, {})
