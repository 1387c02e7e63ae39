"""Everybody can use the pages: WCAG 2.2 AA by axe, the keyboard alone, and no page complains under its own policy."""

from collections.abc import Callable
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.browser import pictures
from tests.browser.pages import ADMIN, FROM_OUTSIDE, PAGES, REFUSED
from tests.browser.places import Places
from tests.browser.visitors import Watch
from tests.browser.widths import sticking_out

RULES = {
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]},
    "resultTypes": ["violations"],
}
PARTS = "#approval, #blocking, #facts, #guides, #issue, #publication, #refusal, #renewal, #revocation, #state, #taking"
OF_COLOURS = {"runOnly": ["color-contrast"], "resultTypes": ["violations"]}
Window = Callable[..., Page]


@pytest.mark.parametrize("name", PAGES)
def test_pages_when_looked_at_by_axe_then_nothing_is_wrong(
    window: Window, watch: Watch, places: Places, name: str
) -> None:
    """In the light by all rules; in the dark by those of colours, for nothing else is another there. Neither does it
    stick out of a narrow or a wide window."""
    watch.expected = REFUSED
    page = window(name, color_scheme="light", reduced_motion="reduce", bypass_csp=True)
    axe = Axe()

    found = {}
    for path in (each for each in PAGES[name] if each not in FROM_OUTSIDE):
        page.goto(path.format(**places))
        if wide := sticking_out(page):
            found[f"{path} is too wide"] = [str(wide)]
        if wrong := violations(axe.run(page, options=RULES)):
            found[path] = wrong
        page.emulate_media(color_scheme="dark")
        if wrong := violations(page.evaluate("(options) => axe.run(document, options)", OF_COLOURS)):
            found[f"{path} in the dark"] = wrong
        page.emulate_media(color_scheme="light")
        pictures.take_all(page, f"en/{name or 'nobody'}-{pictures.called(path)}")

    assert found == {}


def test_our_parts_of_the_pages_about_keys_in_the_administration_when_looked_at_by_axe_then_nothing_is_wrong(
    window: Window, places: Places
) -> None:
    """Unfold draws what stands round them, and Select2 the field that finds a person."""
    page, axe = window("Irina", reduced_motion="reduce", bypass_csp=True), Axe()
    ours = {"include": [[PARTS]], "exclude": [[".select2"]]}

    looked, found = set(), {}
    for path in (each for each in ADMIN if each.startswith("/admin/vpn/")):
        page.goto(path.format(**places))
        parts = page.locator(PARTS)
        looked |= set(parts.evaluate_all("(found) => found.map((each) => each.id)"))
        for scheme in ("light", "dark") if parts.count() else ():
            page.emulate_media(color_scheme=scheme)
            if wrong := violations(axe.run(page, context=ours, options=RULES)):
                found[f"{path} in the {scheme}"] = wrong

    assert found == {}
    assert looked == set(PARTS.replace("#", "").split(", "))


def violations(result: Any) -> list[str]:
    """What axe says is wrong, a few of each kind."""
    response = result if isinstance(result, dict) else result.response
    return [
        f"{each['id']}: {node['target']} {node['html'][:150]} {node['failureSummary'][:300]}"
        for each in response["violations"]
        for node in each["nodes"][:4]
    ]


def test_ticket_when_only_the_tab_key_is_used_then_the_composer_is_reached_and_left(anna: Page, places: Places) -> None:
    anna.goto(f"/desk/tickets/{places['talk']}/")

    anna.keyboard.press("Tab")
    expect(anna.locator(":focus")).to_have_text("Skip to the content")
    anna.keyboard.press("Enter")
    expect(anna.locator("#main")).to_be_focused()
    walked = walk(anna, steps=80)

    assert "textarea body" in walked
    after = walked[walked.index("textarea body") + 1 :]
    assert "button Send" in after
    assert [each for each in after if each in ("select status", "select priority", "select assignee")] == [
        "select status",
        "select priority",
        "select assignee",
    ]


def test_sign_in_when_only_the_keyboard_is_used_then_one_gets_in(window: Window) -> None:
    page = window()
    page.goto("/accounts/login/")

    expect(page.locator("input[name=login]")).to_be_focused()
    page.keyboard.type("anna@helpdesk.example")
    page.keyboard.press("Tab")
    page.keyboard.type("helpdesk-demo")
    page.keyboard.press("Enter")

    page.wait_for_url("**/desk/**")


def test_theme_of_a_stranger_when_chosen_then_this_browser_keeps_it(window: Window) -> None:
    page = window()
    page.goto("/accounts/login/")
    page.locator("[data-theme-choice=dark]").click()

    page.reload()

    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    page.evaluate("localStorage.clear()")
    page.reload()
    expect(page.locator("html")).not_to_have_attribute("data-theme", "dark")


def test_theme_when_chosen_then_every_browser_of_the_person_has_it_from_the_first_paint(window: Window) -> None:
    here, there = window("Anna"), window("Anna")
    here.goto("/desk/tickets/")
    choose_theme(here, "dark")
    dark = here.evaluate("getComputedStyle(document.documentElement).backgroundColor")

    there.goto("/desk/tickets/")

    assert there.evaluate("getComputedStyle(document.documentElement).backgroundColor") == dark
    assert there.evaluate("localStorage.length") == 0
    choose_theme(there, "system")
    here.reload()
    assert here.evaluate("getComputedStyle(document.documentElement).backgroundColor") != dark


def choose_theme(page: Page, theme: str) -> None:
    page.locator("details[data-menu] summary.person").click()
    with page.expect_response("**/accounts/theme/"):
        page.locator(f"[data-theme-choice={theme}]").click()
    expect(page.locator(f"[data-theme-choice={theme}]")).to_have_attribute("aria-pressed", "true")


def walk(page: Page, *, steps: int) -> list[str]:
    """What gets the focus, one press of Tab after the other; each has to show it."""
    walked = []
    resting = page.evaluate("getComputedStyle(document.querySelector('.composer')).borderColor")
    for _ in range(steps):
        page.keyboard.press("Tab")
        found = page.evaluate(
            """(resting) => {
              const at = document.activeElement, style = getComputedStyle(at), box = at.getBoundingClientRect();
              const rim = getComputedStyle(at.closest(".composer") ?? at).borderColor;
              const shows = style.outlineStyle !== "none" || style.boxShadow !== "none" || at.matches("[type=file]")
                || (at.matches(".composer-text") && rim !== resting);
              return [at.tagName.toLowerCase(), at.name || at.textContent.trim().split("\\n")[0], shows, box.width > 0];
            }""",
            resting,
        )
        tag, name, shows, is_there = found
        if tag == "body":
            break
        assert shows, f"the focus on {tag} {name} cannot be seen"
        assert is_there, f"{tag} {name} gets the focus and is nowhere"
        walked.append(f"{tag} {name}")
    return walked
