"""What the keyboard does."""

from tests.htmx import HTMX, tree

URL = "/desk/shortcuts/"


def keys(response):
    return [each.text for each in tree(response.content.decode()).xpath("//main//kbd | //dialog//kbd")]


def test_shortcuts_when_opened_as_a_page_then_the_keys_are_listed_without_a_dialog(desk):
    response = desk.get(URL)

    assert "?" in keys(response)
    assert "data-dialog-fetched" not in response.content.decode()


def test_shortcuts_when_brought_by_htmx_then_a_dialog_with_the_same_keys(desk):
    page = desk.get(URL)

    fragment = desk.get(URL, headers=HTMX)

    assert tree(fragment.content.decode()).xpath("//dialog[@data-dialog-fetched]/@id") == ["shortcuts"]
    assert keys(fragment) == keys(page)


def test_menu_of_the_person_leads_to_the_shortcuts_with_and_without_javascript(desk):
    link = tree(desk.get("/desk/tickets/").content.decode()).xpath("//a[@data-hotkey='?']")[0]

    assert (link.get("href"), link.get("hx-get"), link.get("hx-target")) == (URL, URL, "body")
