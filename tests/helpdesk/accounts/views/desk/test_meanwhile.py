"""Two people change the same entry of the address book at once: the second is told, and both texts are there."""

import pytest

from helpdesk.accounts.models import Note
from tests.browsers import browser_of
from tests.htmx import tree


@pytest.fixture
def addresses(anna, clara, shop):
    note = Note.objects.create(person=clara, author=anna, text="Likes short answers")
    return {
        "person": f"/desk/people/{clara.pk}/details/",
        "organisation": f"/desk/organisations/{shop.pk}/details/",
        "note": f"/desk/customer-notes/{note.pk}/",
    }


def opened(browser, address):
    """The form of the page, filled in as it stands."""
    page = browser.get(address)
    assert page.status_code == 200, address
    return typed(page)


def typed(page):
    form = tree(page.content.decode()).xpath("//main//form[.//textarea]")[0]
    return dict(form.form_values())


@pytest.mark.parametrize(("what", "field"), [("person", "notes"), ("organisation", "notes"), ("note", "text")])
def test_entry_changed_by_somebody_else_meanwhile_shows_both_and_saves_the_second_time(
    desk, lena, addresses, what, field
):
    theirs = browser_of(lena)
    address = addresses[what]
    first, second = opened(theirs, address), opened(desk, address)
    assert theirs.post(address, first | {field: "Words of Lena"}).status_code == 303

    refused = desk.post(address, second | {field: "Words of Anna"})

    main = tree(refused.content.decode()).get_element_by_id("main")
    assert refused.status_code == 422
    assert "Somebody changed this in the meantime" in main.text_content()
    assert "Words of Lena" in main.find_class("facts")[0].text_content()
    assert typed(refused)[field].strip() == "Words of Anna"
    assert opened(desk, address)[field].strip() == "Words of Lena"
    assert desk.post(address, typed(refused)).status_code == 303
    assert opened(desk, address)[field].strip() == "Words of Anna"


@pytest.mark.parametrize("what", ["person", "organisation", "note"])
def test_form_that_was_opened_once_and_sent_twice_is_no_quarrel(desk, addresses, what):
    form = opened(desk, addresses[what])
    field = "text" if what == "note" else "notes"

    answers = [desk.post(addresses[what], form | {field: "Never on Fridays"}) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [303, 303]
