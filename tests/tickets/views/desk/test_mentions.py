"""Colleagues offered while a note is written, and what the note says of them."""

import pytest

from helpdesk.accounts.enums import Role
from tests.factories import StaffFactory, TicketFactory, UserFactory
from tests.htmx import HTMX, tree
from tickets.models import Message

HOSTILE = '"><img src=x onerror=alert(1)>'


@pytest.fixture
def ticket(db):
    return TicketFactory(requester=UserFactory(name="Clara"))


def test_colleagues_when_asked_for_then_those_who_may_see_the_ticket(desk, anna, ticket):
    StaffFactory(name=f"Boris {HOSTILE}", email="boris@helpdesk.example")
    StaffFactory(name="Boris the contractor", email="bo@contractor.example", role=Role.CONTRACTOR)
    UserFactory(name="Boris the customer")
    url = f"/desk/tickets/{ticket.number}/colleagues/"

    found = tree(desk.get(url, {"q": "boris\0"}, headers=HTMX).content.decode())
    nobody = tree(desk.get(url, {"q": "zzz"}, headers=HTMX).content.decode())
    everybody = tree(desk.get(url, headers=HTMX).content.decode())

    [option] = found.xpath("//*[@role='option']")
    assert option.get("data-text") == "@boris "
    assert option.text_content() == f"Boris {HOSTILE}@boris"
    assert found.xpath("//*[@role='listbox']/@data-said") == ["1 colleague"]
    assert [each.xpath("//*[@role='option']/@data-text") for each in (nobody, everybody)] == [[], ["@boris "]]


def test_note_is_where_colleagues_are_offered_and_an_answer_is_not(desk, ticket):
    url = f"/desk/tickets/{ticket.number}/"

    texts = [
        tree(desk.get(f"{url}?compose={kind}").content.decode()).get_element_by_id("composer_text")
        for kind in ("reply", "note", "forward")
    ]

    assert [text.get("data-mentions") for text in texts] == [None, f"{url}colleagues/", None]


def test_note_that_is_written_anew_offers_colleagues_too(desk, ticket):
    desk.post(f"/desk/tickets/{ticket.number}/notes/", {"body": "Look"})

    form = tree(desk.get(f"/desk/messages/{Message.objects.get().pk}/editing/").content.decode())

    assert form.get_element_by_id("id_text").get("data-mentions") == f"/desk/tickets/{ticket.number}/colleagues/"


def test_note_says_who_was_not_told_and_which_handle_is_unclear(desk, ticket):
    StaffFactory(name="Oleg", email="oleg@contractor.example", role=Role.CONTRACTOR)
    for domain in ("one", "two"):
        StaffFactory(name="Boris", email=f"boris@{domain}.example")
    url = f"/desk/tickets/{ticket.number}/"
    desk.post(f"{url}notes/", {"body": "@oleg @boris"})

    said = [
        " ".join(each.text_content().split())
        for each in tree(desk.get(url).content.decode()).xpath("//article//*[contains(@class, 'notice-warn')]")
    ]

    assert said == [
        "Oleg may not see this ticket, and was not told of this note.",
        "More than one colleague is called @boris: write the whole address after the @.",
    ]
