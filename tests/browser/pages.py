"""Every page that somebody may look at, by who looks: what the tests of all pages walk through."""

from playwright.sync_api import Page

from tests.browser.desk import find_ticket

PAGES: dict[str, list[str]] = {
    "": ["/accounts/login/", "/accounts/link/", "/accounts/link/sent/", "/accounts/password/reset/"],
    "Anna": [
        "/desk/tickets/",
        "/desk/tickets/?view=mine&status=closed&priority=urgent",
        "{desk}",
        "{desk}?compose=note",
        "{desk}?compose=forward",
        "{held}",
        "/desk/tickets/new/",
        "/desk/views/new/?status=waiting&tag=payments",
        "/desk/views/",
        "/desk/tickets/filter/?tag=payments",
        "/desk/tickets/chosen/",
        "/desk/search/?q=basket",
        "/desk/people/?organisation=harbour",
        "/desk/people/?q=nobody",
        "/desk/people/new/",
        "{person}",
        "{person}details/",
        "/desk/organisations/",
        "/desk/me/",
        "/desk/go/?q=checkout",
        "/desk/ui/",
        "/desk/tickets/999999999/",
    ],
    "Clara": [
        "/cabinet/",
        "/cabinet/requests/",
        "/cabinet/requests/new/",
        "/cabinet/me/",
        "{cabinet}",
        "/desk/",
        "/cabinet/requests/1/",
    ],
}
REFUSED = {404, 403}
"""What the last pages of the lists are answered with."""


def places_of(page: Page) -> dict[str, str]:
    """Paths of the demo as the desk finds them: a long talk with files, who asked, and one where a stranger waits."""
    talk = find_ticket(page, "Checkout returns 502")
    page.goto("/desk/tickets/?status=any&is=held")
    held = page.locator(".rows tbody tr", has=page.locator(".tag-held")).locator("a").first.get_attribute("href") or ""
    page.goto(talk)
    person = page.locator("#side .panel-head a[href^='/desk/people/']").first.get_attribute("href") or ""
    return {
        "person": person,
        "desk": talk,
        "cabinet": talk.replace("/desk/tickets/", "/cabinet/requests/"),
        "held": held,
    }
