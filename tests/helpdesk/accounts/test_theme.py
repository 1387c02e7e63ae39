"""The colours of who is signed in come with the page; the switch in the menu keeps them."""

import pytest

from tests.browsers import browser_of
from tests.htmx import HTMX, tree

URL = "/accounts/theme/"


@pytest.mark.parametrize(("theme", "attribute"), [("dark", "dark"), ("light", "light"), ("system", "system")])
def test_page_when_the_person_chose_colours_then_it_comes_with_them(clara, theme, attribute):
    clara.theme = theme
    clara.save(update_fields=["theme"])

    page = tree(browser_of(clara).get("/cabinet/").content.decode())

    pressed = page.xpath("//form[@data-theme-switch]//button[@aria-pressed='true']/@value")
    assert (page.getroottree().getroot().get("data-theme"), pressed) == (attribute, [theme])


def test_page_of_a_stranger_leaves_the_colours_to_the_browser(client, db):
    page = tree(client.get("/accounts/login/").content.decode())

    assert page.getroottree().getroot().get("data-theme") is None
    assert [each.tag for each in page.xpath("//*[@data-theme-switch]")] == ["div"]


def test_switch_when_pressed_without_script_then_kept_and_back_on_the_page(clara):
    browser = browser_of(clara)

    response = browser.post(URL, {"theme": "dark"}, headers={"Referer": "http://testserver/cabinet/requests/?page=2"})

    clara.refresh_from_db()
    assert (response.status_code, response["Location"], clara.theme) == (303, "/cabinet/requests/?page=2", "dark")


@pytest.mark.parametrize(
    "came_from", ["", "https://elsewhere.example/cabinet/", "http://testserver//elsewhere.example"]
)
def test_switch_when_pressed_elsewhere_then_it_leads_to_the_first_page(clara, came_from):
    response = browser_of(clara).post(URL, {"theme": "dark"}, headers={"Referer": came_from})

    assert response["Location"] == "/"


def test_switch_when_sent_by_htmx_then_nothing_is_swapped(clara):
    response = browser_of(clara).post(URL, {"theme": "light"}, headers=HTMX)

    clara.refresh_from_db()
    assert (response.status_code, clara.theme) == (204, "light")


def test_switch_with_colours_that_there_are_not_is_refused(clara):
    response = browser_of(clara).post(URL, {"theme": "pink"})

    clara.refresh_from_db()
    assert (response.status_code, clara.theme) == (422, "system")
